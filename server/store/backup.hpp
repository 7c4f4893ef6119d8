#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "server/store/options.hpp"

namespace confab::store {

/// Copies the history `how.file`, as it is at one moment, into the folder `to`, which is made if needed: `history.db`
/// there is then a history of its own, complete in one file, that only its owner can read. It has been looked at as by
/// check(), and it is on the disk, in place of what had its name: if anything fails, that stays. Returns how many
/// messages it holds. A server may be at work on the history meanwhile and is not held up, but its write-ahead log
/// grows. Refuses a folder that a server works on or has left something in. Any thread. Throws store_error.
std::uint64_t back_up(const options& how, const std::filesystem::path& to);

/// A copy of the history `from.file` in `file`, which must be there and empty, in one file: without anything in a
/// write-ahead log. What is wrong with it, as check() says it. Throws store_error.
std::vector<std::string> copy_checked(const options& from, const std::filesystem::path& file);

}  // namespace confab::store
