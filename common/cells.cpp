#include "common/cells.hpp"

#include <algorithm>

#include <utf8proc.h>

#include "common/utf8.hpp"

namespace confab::cells {
namespace {

constexpr char32_t emoji_presentation = 0xFE0F;

const utf8proc_property_t& property(char32_t c) noexcept {
  return *utf8proc_get_property(static_cast<utf8proc_int32_t>(c));
}

// What one code point adds on most terminals.
std::size_t code_point_width(char32_t c, const utf8proc_property_t& its) noexcept {
  if (c == U'\n' || c == U'\t') return 1;
  // Emoji of a Unicode that is newer than the table: two cells, as all emoji of these blocks.
  if (its.category == UTF8PROC_CATEGORY_CN && c >= 0x1F300 && c <= 0x1FAFF) return 2;
  // The vowels and the finals of a Korean syllable are drawn into the cells of its first consonant.
  if (its.boundclass == UTF8PROC_BOUNDCLASS_V || its.boundclass == UTF8PROC_BOUNDCLASS_T) return 0;
  return its.charwidth;
}

// What it adds on a terminal that counts code points, that draws signs of "ambiguous" width wide (as is usual with
// Chinese fonts), or that gives vowel signs a cell of their own.
std::size_t code_point_most(char32_t c, const utf8proc_property_t& its) noexcept {
  const std::size_t usual = std::max<std::size_t>(code_point_width(c, its), its.charwidth);
  if (c < 0x80) return usual;
  switch (its.category) {
    case UTF8PROC_CATEGORY_MC: return 1;
    case UTF8PROC_CATEGORY_PC:
    case UTF8PROC_CATEGORY_PD:
    case UTF8PROC_CATEGORY_PS:
    case UTF8PROC_CATEGORY_PE:
    case UTF8PROC_CATEGORY_PI:
    case UTF8PROC_CATEGORY_PF:
    case UTF8PROC_CATEGORY_PO:
    case UTF8PROC_CATEGORY_SM:
    case UTF8PROC_CATEGORY_SC:
    case UTF8PROC_CATEGORY_SK:
    case UTF8PROC_CATEGORY_SO:
    case UTF8PROC_CATEGORY_NO:
    case UTF8PROC_CATEGORY_CO:
    case UTF8PROC_CATEGORY_CN: return 2;
    case UTF8PROC_CATEGORY_CF: return 1;
    default: return usual;
  }
}

bool is_printable_ascii(char c) noexcept {
  return c >= 0x20 && c < 0x7F;
}

// Where the code point begins that the byte before `at` (over 0) belongs to. What is ill-formed goes byte by byte.
std::size_t code_point_start(std::string_view text, std::size_t at) noexcept {
  constexpr std::size_t longest = 4;
  for (std::size_t back = 1; back <= std::min(longest, at); ++back) {
    if ((static_cast<unsigned char>(text[at - back]) & 0xC0U) == 0x80) continue;
    return utf8::decode(text.substr(at - back)).size >= back ? at - back : at - 1;
  }
  return at - 1;
}

// Whether nothing ever joins a code point of this kind to another of it.
bool stands_alone(char32_t c) noexcept {
  return property(c).boundclass == UTF8PROC_BOUNDCLASS_OTHER || c == U'\n';
}

// A place at or before `at` where a cluster begins: the start, or one between two that nothing joins.
std::size_t sure_boundary(std::string_view text, std::size_t at) noexcept {
  at = std::min(at, text.size());
  // Into the code point that `at` is inside of, if it is.
  if (at > 0 && at < text.size()) {
    const std::size_t start = code_point_start(text, at + 1);
    at = start;
  }
  while (at > 0) {
    const std::size_t before = code_point_start(text, at);
    const bool alone = at < text.size() && stands_alone(utf8::decode(text.substr(at)).code_point);
    if (alone && stands_alone(utf8::decode(text.substr(before)).code_point)) return at;
    at = before;
  }
  return 0;
}

}  // namespace

cluster next_cluster(std::string_view text) noexcept {
  if (text.empty()) return {};
  // Nothing joins two plain letters: the usual case needs no table.
  if (is_printable_ascii(text[0]) && (text.size() == 1 || is_printable_ascii(text[1]))) return {1, 1, 1, 1};

  utf8::decoded last = utf8::decode(text);
  const utf8proc_property_t& first = property(last.code_point);
  cluster found;
  found.size = last.size;
  found.width = code_point_width(last.code_point, first);
  // A newer emoji may be one cell for a terminal with an older table.
  found.least = last.code_point < 0x20 ? found.width : std::min<std::size_t>(found.width, first.charwidth);
  found.most = code_point_most(last.code_point, first);
  // A picture keeps its two cells whatever is joined to it; letters add up.
  const bool picture =
      first.boundclass == UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC || first.boundclass == UTF8PROC_BOUNDCLASS_E_ZWG;
  const bool flag = first.boundclass == UTF8PROC_BOUNDCLASS_REGIONAL_INDICATOR;
  bool as_emoji = false;
  utf8proc_int32_t state = 0;
  while (found.size < text.size()) {
    const utf8::decoded next = utf8::decode(text.substr(found.size));
    if (utf8proc_grapheme_break_stateful(static_cast<utf8proc_int32_t>(last.code_point),
                                         static_cast<utf8proc_int32_t>(next.code_point), &state)) {
      break;
    }
    const utf8proc_property_t& its = property(next.code_point);
    if (next.code_point == emoji_presentation || (flag && its.boundclass == UTF8PROC_BOUNDCLASS_REGIONAL_INDICATOR)) {
      as_emoji = true;
    }
    if (!picture) {
      found.width += code_point_width(next.code_point, its);
      found.least += code_point_width(next.code_point, its);
    }
    found.most += code_point_most(next.code_point, its);
    found.size += next.size;
    last = next;
  }
  if (as_emoji) found.width = 2;
  found.most = std::max(found.most, found.width);
  return found;
}

std::size_t next_boundary(std::string_view text, std::size_t at) noexcept {
  std::size_t place = sure_boundary(text, at);
  while (place <= at && place < text.size()) place += next_cluster(text.substr(place)).size;
  return place;
}

std::size_t previous_boundary(std::string_view text, std::size_t at) noexcept {
  std::size_t place = at == 0 ? 0 : sure_boundary(text, at - 1);
  for (;;) {
    const std::size_t next = place + next_cluster(text.substr(place)).size;
    if (next >= at || next == place) return place;
    place = next;
  }
}

bool is_boundary(std::string_view text, std::size_t at) noexcept {
  return at == 0 || at >= text.size() || next_boundary(text, previous_boundary(text, at)) == at;
}

std::size_t width(std::string_view text) noexcept {
  std::size_t cells = 0;
  while (!text.empty()) {
    const cluster next = next_cluster(text);
    cells += next.width;
    text.remove_prefix(next.size);
  }
  return cells;
}

std::size_t most_width(std::string_view text) noexcept {
  std::size_t cells = 0;
  while (!text.empty()) {
    const cluster next = next_cluster(text);
    cells += next.most;
    text.remove_prefix(next.size);
  }
  return cells;
}

std::size_t most_width(std::string_view text, std::size_t enough) noexcept {
  std::size_t cells = 0;
  while (!text.empty() && cells <= enough) {
    const cluster next = next_cluster(text);
    cells += next.most;
    text.remove_prefix(next.size);
  }
  return cells;
}

std::size_t fitting_end(std::string_view text, std::size_t cells) noexcept {
  std::size_t used = 0;
  std::size_t start = text.size();
  while (start > 0) {
    const std::size_t next = previous_boundary(text, start);
    used += next_cluster(text.substr(next)).most;
    if (used > cells) break;
    start = next;
  }
  return start;
}

std::size_t fitting(std::string_view text, std::size_t cells) noexcept {
  std::size_t used = 0;
  std::size_t size = 0;
  while (size < text.size()) {
    const cluster next = next_cluster(text.substr(size));
    if (used + next.most > cells) break;
    used += next.most;
    size += next.size;
  }
  return size;
}

std::string_view clip(std::string_view text, std::size_t cells) noexcept {
  return text.substr(0, fitting(text, cells));
}

std::size_t wrapped_rows(std::string_view text, std::size_t columns) noexcept {
  std::size_t rows = 1;
  std::size_t used = 0;
  for (; !text.empty(); text.remove_prefix(next_cluster(text).size)) {
    const std::size_t cells = next_cluster(text).least;
    if (cells > columns) continue;  // fits no row: the terminal lets it fall
    if (used + cells > columns) {
      ++rows;
      used = 0;
    }
    used += cells;
  }
  return rows;
}

}  // namespace confab::cells
