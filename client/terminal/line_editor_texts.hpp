#pragma once

#include <cstddef>
#include <string>

#include "common/language.hpp"

/// The few words that the line editor itself puts in front of the input. Pure functions.
namespace confab::terminal {

/// In front of what is searched for in the history.
std::string search_prompt(language tongue, bool found);

/// Asks what to do with a draft of `lines` lines: `y`, `j` or `n`.
std::string confirm_prompt(language tongue, std::size_t lines);

}  // namespace confab::terminal
