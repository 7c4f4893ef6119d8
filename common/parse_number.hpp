#pragma once

#include <charconv>
#include <optional>
#include <string_view>
#include <system_error>

namespace confab {

/// `text` as a number in digits of `base`, if all of it is one that `Number` holds. No blanks and no plus sign; a minus
/// sign only for signed types. Zeros in front are allowed. Pure.
template <class Number>
std::optional<Number> parse_number(std::string_view text, int base = 10) noexcept {
  Number value{};
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value, base);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return value;
}

}  // namespace confab
