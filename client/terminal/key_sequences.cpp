#include "client/terminal/key_sequences.hpp"

#include <charconv>

namespace confab::terminal {

parameters parse_parameters(std::string_view text) {
  parameters found;
  const std::size_t semicolon = text.find(';');
  const std::string_view one = text.substr(0, semicolon);
  const std::string_view two = semicolon == std::string_view::npos ? std::string_view{} : text.substr(semicolon + 1);
  // Not parse_number: of "5:1" the 5 counts.
  std::from_chars(one.data(), one.data() + one.size(), found.first);
  std::from_chars(two.data(), two.data() + two.size(), found.second);
  return found;
}

key_event with_modifiers(key_code code, int modifier) {
  key_event key{code};
  if (modifier >= 2 && modifier <= 16) {
    const auto bits = static_cast<unsigned>(modifier - 1);
    key.alt = (bits & 2U) != 0;
    key.ctrl = (bits & 4U) != 0;
  }
  return key;
}

std::optional<key_code> letter_key(char final) noexcept {
  switch (final) {
    case 'A': return key_code::up;
    case 'B': return key_code::down;
    case 'C': return key_code::right;
    case 'D': return key_code::left;
    case 'F': return key_code::end;
    case 'H': return key_code::home;
    default: return std::nullopt;
  }
}

std::optional<key_code> number_key(int number) noexcept {
  switch (number) {
    case 1:
    case 7: return key_code::home;
    case 3: return key_code::del;
    case 4:
    case 8: return key_code::end;
    default: return std::nullopt;
  }
}

std::optional<key_code> small_letter_key(char final) noexcept {
  if (final < 'a' || final > 'd') return std::nullopt;
  return letter_key(static_cast<char>(final - 'a' + 'A'));
}

}  // namespace confab::terminal
