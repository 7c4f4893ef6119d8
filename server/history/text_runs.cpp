#include "server/history/text_runs.hpp"

#include <algorithm>
#include <array>

#include <utf8proc.h>

#include "common/normal_form.hpp"

namespace confab::store {
namespace {

// The dots of I and i are a matter of language: all are one here, or `istanbul` would not find `İstanbul`.
std::string without_dots(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const auto [code_point, size] = utf8::decode(text.substr(at));
    const bool dot = code_point == 0x0307 && out.ends_with('i');
    if (code_point == 0x0131) {
      out += 'i';
    } else if (!dot) {
      out.append(text.substr(at, size));
    }
    at += size;
  }
  return out;
}

// Blocks of scripts that are written without spaces, or (Korean) with endings grown onto the words.
bool is_dense(char32_t c) {
  struct range {
    char32_t first;
    char32_t last;
  };
  static constexpr std::array ranges{
      range{0x0E00, 0x0EFF},    // Thai, Lao
      range{0x1000, 0x109F},    // Burmese
      range{0x1100, 0x11FF},    // Korean letters
      range{0x1780, 0x17FF},    // Khmer
      range{0x2E80, 0x2FDF},    // radicals
      range{0x3005, 0x3007},    // iteration mark, closing mark, zero
      range{0x3021, 0x3035},    // numerals, repeat marks
      range{0x3041, 0x31FF},    // kana, bopomofo, Korean compatibility letters
      range{0x3400, 0x4DBF},    // Chinese, extension A
      range{0x4E00, 0x9FFF},    // Chinese
      range{0xA960, 0xA97F},    // Korean
      range{0xAC00, 0xD7FF},    // Korean
      range{0xF900, 0xFAFF},    // Chinese, compatibility
      range{0x1AFF0, 0x1B2FF},  // kana, extensions
      range{0x20000, 0x3FFFD},  // Chinese, further extensions
  };
  return std::any_of(ranges.begin(), ranges.end(), [c](range r) { return c >= r.first && c <= r.last; });
}

}  // namespace

std::string fold(std::string_view text) {
  const bool ascii = std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  if (ascii) return normalise(text, normal_form::folded);
  std::string repaired;
  if (!utf8::valid(text)) {
    for (std::string_view rest = text; !rest.empty();) {
      const auto [code_point, size] = utf8::decode(rest);
      utf8::append(repaired, code_point);
      rest.remove_prefix(size);
    }
    text = repaired;
  }
  return without_dots(normalise(text, normal_form::folded));
}

bool classify_above_ascii(char32_t c, run_kind& kind) {
  switch (utf8proc_category(static_cast<utf8proc_int32_t>(c))) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO: kind = is_dense(c) ? run_kind::dense : run_kind::word; return true;
    case UTF8PROC_CATEGORY_SO: kind = run_kind::symbol; return c != 0xFFFD;
    default: return false;
  }
}

}  // namespace confab::store
