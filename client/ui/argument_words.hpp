#pragma once

#include <string>
#include <vector>

#include "client/ui/completion_words.hpp"

namespace confab::client {

/// What Tab offers behind each command for people, read off its usage: `on|off` are words, `[before ID|TIME]` has one,
/// ROOM is any of `rooms` (without sign) or the lobby, and where people are named or talked to there are their names.
/// Pure; any thread.
std::vector<argument_words> arguments_of_commands(const std::vector<std::string>& rooms);

}  // namespace confab::client
