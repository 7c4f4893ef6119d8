#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace confab {

/// Bytes that a message of the day has at most: it is said to everybody who comes, as one line to programs.
inline constexpr std::size_t max_motd = 65536;

/// The lines of the message of the day in `file`, safe to be shown; none when `file` is empty. A byte order mark at the
/// start and a CR at the end of a line are no part of them. Throws std::runtime_error, with a sentence for whoever
/// starts the server, when the file cannot be read or is no plain file, is longer than `max_motd`, or is not UTF-8.
/// Waits for nobody.
std::vector<std::string> read_motd(const std::string& file);

}  // namespace confab
