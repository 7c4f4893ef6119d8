#pragma once

#include <cstddef>
#include <string>
#include <string_view>

/// UTF-8 as RFC 3629 defines it: no surrogates, no overlong forms, nothing above U+10FFFF.
/// Pure functions; any thread.
namespace confab::utf8 {

/// Whether all of `text` is well-formed.
bool valid(std::string_view text) noexcept;

/// One code point and the bytes that it takes. `size` 0 means the end of the text.
struct decoded {
  char32_t code_point = 0;
  std::size_t size = 0;
};

/// decode() of what begins with a byte above ASCII. `text` is not empty.
decoded decode_sequence(std::string_view text) noexcept;

/// The code point that `text` starts with. Ill-formed bytes come out one at a time as U+FFFD.
inline decoded decode(std::string_view text) noexcept {
  if (text.empty()) return {};
  const auto first = static_cast<unsigned char>(text.front());
  // ASCII is told apart where it is asked for: each line of a chat comes here a dozen times.
  return first < 0x80 ? decoded{first, 1} : decode_sequence(text);
}

/// The code point that `text` ends with, by the same rules.
decoded decode_last(std::string_view text) noexcept;

/// Appends the UTF-8 form of `code_point` to `out`.
void append(std::string& out, char32_t code_point);

/// How many code points `text` holds; an ill-formed byte counts as one.
std::size_t length(std::string_view text) noexcept;

/// How many bytes of white space `text` starts with (see characters::is_space).
std::size_t leading_space(std::string_view text) noexcept;

/// `text` without surrounding white space.
std::string_view trim(std::string_view text) noexcept;

/// The first word of `text` and, trimmed, what follows it. `text` must be trimmed.
struct split {
  std::string_view word;
  std::string_view rest;
};
split split_word(std::string_view text) noexcept;

}  // namespace confab::utf8
