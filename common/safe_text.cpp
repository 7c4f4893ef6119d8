#include "common/safe_text.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "common/characters.hpp"
#include "common/utf8.hpp"

namespace confab {
namespace {

bool printable_ascii(char c) noexcept {
  return c >= 0x20 && c < 0x7F;
}

// The same of all of `text`, eight bytes at a time. A byte that is not printable ASCII has its high bit set, or gets it
// when 0x20 is taken off or 1 put on; what is borrowed or carried comes from such a byte only.
bool all_printable_ascii(std::string_view text) noexcept {
  constexpr std::uint64_t ones = 0x0101010101010101U;
  constexpr std::uint64_t high_bits = 0x80 * ones;
  std::size_t i = 0;
  for (; i + sizeof ones <= text.size(); i += sizeof ones) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + i, sizeof word);
    if (((word | (word - 0x20 * ones) | (word + ones)) & high_bits) != 0) return false;
  }
  return std::all_of(text.begin() + static_cast<std::ptrdiff_t>(i), text.end(), printable_ascii);
}

bool is_unsafe(char32_t c) noexcept {
  if (c < 0x20) return c != U'\t';
  if (c < 0xA0) return c >= 0x7F;
  return (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

// Joiners and combining marks: they stand between the letters of a word and do not part it.
bool is_within_word(char32_t c) noexcept {
  return characters::is_direction_mark(c) || c == 0x200C || c == 0x200D || characters::is_mark(c);
}

// The direction mark at `at` of `text`, and those that follow it without a letter between.
struct direction_marks {
  std::size_t end;  // where they end, and what else is within the word before its next letter
  bool safe;        // whether letters that are written from right to left stand on both sides
};
direction_marks direction_marks_at(std::string_view text, std::size_t at) noexcept {
  std::size_t end = at;
  utf8::decoded next = utf8::decode(text.substr(end));
  for (; next.size != 0 && is_within_word(next.code_point); next = utf8::decode(text.substr(end))) end += next.size;
  std::string_view before = text.substr(0, at);
  utf8::decoded last = utf8::decode_last(before);
  for (; last.size != 0 && is_within_word(last.code_point); last = utf8::decode_last(before)) {
    before.remove_suffix(last.size);
  }
  return {end, next.size != 0 && last.size != 0 && characters::is_right_to_left_letter(next.code_point) &&
                   characters::is_right_to_left_letter(last.code_point)};
}

}  // namespace

bool is_safe(std::string_view text) noexcept {
  if (all_printable_ascii(text)) return true;  // as nearly every line is
  for (std::size_t at = 0; at < text.size();) {
    const utf8::decoded next = utf8::decode(text.substr(at));
    if (is_unsafe(next.code_point)) return false;
    if (characters::is_direction_mark(next.code_point)) {
      const direction_marks found = direction_marks_at(text, at);
      if (!found.safe) return false;
      at = found.end;
    } else {
      at += next.size;
    }
  }
  return true;
}

std::string make_safe(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  std::size_t marks_end = 0;  // of the direction marks that are being read
  bool marks_safe = true;
  for (std::size_t at = 0; at < text.size();) {
    const utf8::decoded next = utf8::decode(text.substr(at));
    const bool mark = characters::is_direction_mark(next.code_point);
    if (mark && at >= marks_end) {
      const direction_marks found = direction_marks_at(text, at);
      marks_end = found.end;
      marks_safe = found.safe;
    }
    const bool replace = is_unsafe(next.code_point) || (mark && !marks_safe);
    utf8::append(out, replace ? char32_t{0xFFFD} : next.code_point);
    at += next.size;
  }
  return out;
}

}  // namespace confab
