#pragma once

#include <cstdint>
#include <filesystem>
#include <ostream>

#include "server/store/options.hpp"

namespace confab::store {

/// Writes every message of the history `how.file` to `out`, by rising id: one JSON object a line with the fields
/// `type` ("message" or "private"), `time`, `id`, then `room`, `from`, `addr`, `text` or `from`, `addr`, `to`, `text`.
/// Returns how many. A server may be at work on the history meanwhile and is not held up. Any thread. Throws
/// store_error when something cannot be read, or `out` cannot be written.
std::uint64_t export_messages(const options& how, std::ostream& out);

/// The same into the file `to`, which only its owner can read then, since whispers are in it. It comes to be as a whole
/// at the end: what was there under this name stays if anything fails. What is no file but a device or a pipe is
/// written to directly. The files of the history itself are refused.
std::uint64_t export_to_file(const options& how, const std::filesystem::path& to);

}  // namespace confab::store
