#pragma once

#include <string>

#include "server/options.hpp"

namespace confab {

/// Raises the limit of open files for a server with these options, and never lowers it. Empty, or, where the system
/// does not let it, a sentence that says how many users there is room for: newcomers would wait in the kernel's queue,
/// and nobody would know why. Throws std::runtime_error if it is not enough for a single user: then the server itself
/// may lack some. For arrivals it asks, too, and says nothing if there is no room for all of them.
std::string raise_file_limit(const server_options& options);

}  // namespace confab
