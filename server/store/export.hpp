#pragma once

#include <cstdint>
#include <filesystem>
#include <ostream>

#include "server/store/options.hpp"

namespace confab::store {

/// What became of an export.
struct export_result {
  std::uint64_t messages = 0;  ///< written
  std::uint64_t gaps = 0;      ///< places in the file that are damaged, and were skipped
  std::uint64_t missing = 0;   ///< at most this many messages were in those; not counting the last one if
  bool to_the_end = false;     ///< it reaches to the end of the history
};

/// Writes every message of the history `how.file` to `out`, by rising id: one JSON object a line with the fields
/// `type` ("message" or "private"), `time`, `id`, `kind` ("emote"; a plain message has none), then `room`, `from`,
/// `addr`, `text` or `from`, `addr`, `to`, `text`. A room whose name cannot be read is called by a number.
/// What is damaged is skipped. A server may be at work on the history meanwhile and is not held up. Any thread. Throws
/// store_error when nothing can be read, or `out` cannot be written.
export_result export_messages(const options& how, std::ostream& out);

/// The same into the file `to`, which only its owner can read then, since whispers are in it. It comes to be as a whole
/// at the end: what was there under this name stays if anything fails. What is no file but a device or a pipe is
/// written to directly. The files of the history itself are refused.
export_result export_to_file(const options& how, const std::filesystem::path& to);

}  // namespace confab::store
