#pragma once

#include <cstdint>
#include <string>

#include <CLI/CLI.hpp>

#include "common/parse_number.hpp"

namespace confab {

/// The name of the validators that whole_number() makes: an option that has one takes a number.
inline constexpr const char* whole_number_check = "whole number";

/// For CLI11's Option::transform: a value must be a decimal number from `least` to `most`. CLI11 by itself takes an
/// empty value for 0, and 010 for 8.
inline CLI::Validator whole_number(std::uint64_t least, std::uint64_t most) {
  const std::string range = std::to_string(least) + " to " + std::to_string(most);
  const auto check = [=](std::string& text) {
    const auto value = parse_number<std::uint64_t>(text);
    if (!value || *value < least || *value > most) {
      return "'" + text + "' is not a whole number from " + range;
    }
    text = std::to_string(*value);
    return std::string();
  };
  return CLI::Validator(check, range, whole_number_check);
}

}  // namespace confab
