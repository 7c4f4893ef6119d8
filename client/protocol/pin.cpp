#include "client/protocol/pin.hpp"

#include <cstddef>

namespace confab::client {
namespace {

constexpr std::size_t digit_count = 64;

}  // namespace

std::optional<std::string> parse_pin(std::string_view text) {
  const bool colons = text.size() == digit_count + digit_count / 2 - 1;
  if (!colons && text.size() != digit_count) return std::nullopt;
  std::string digits;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char each = text[i];
    if (colons && i % 3 == 2) {
      if (each != ':') return std::nullopt;
    } else if ((each >= '0' && each <= '9') || (each >= 'a' && each <= 'f')) {
      digits += each;
    } else if (each >= 'A' && each <= 'F') {
      digits += static_cast<char>(each - 'A' + 'a');
    } else {
      return std::nullopt;
    }
  }
  return digits;
}

std::string show_pin(std::string_view digits) {
  std::string text;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && i % 2 == 0) text += ':';
    const char each = digits[i];
    text += each >= 'a' ? static_cast<char>(each - 'a' + 'A') : each;
  }
  return text;
}

}  // namespace confab::client
