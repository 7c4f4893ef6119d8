#pragma once

#include <optional>
#include <string>

namespace confab {

/// Takes a variable out of the environment: no other program that is started from here gets it. Before there are
/// threads.
std::optional<std::string> take_variable(const char* name);

}  // namespace confab
