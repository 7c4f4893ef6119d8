#pragma once

#include <optional>
#include <string_view>

#include "client/terminal/keys.hpp"

/// What the final byte and the parameters of a terminal's escape sequence mean. Pure; any thread.
namespace confab::terminal {

/// The numbers of "1;5" in order; a missing one is 0. Only the first two mean anything here.
struct parameters {
  int first = 0;
  int second = 0;
};
parameters parse_parameters(std::string_view text);

/// `modifier` is xterm's number: 1 and the sum of Shift 1, Alt 2, Ctrl 4.
key_event with_modifiers(key_code code, int modifier);

/// The keys that end in a letter, in CSI as in SS3.
std::optional<key_code> letter_key(char final) noexcept;

/// The keys that end in a tilde.
std::optional<key_code> number_key(int number) noexcept;

/// rxvt writes the arrows with a modifier as small letters: after CSI Shift, after SS3 Ctrl.
std::optional<key_code> small_letter_key(char final) noexcept;

}  // namespace confab::terminal
