#pragma once

#include <cstdint>
#include <ostream>

#include "server/store/options.hpp"

namespace confab::store {

/// Writes every message of the history `how.file` to `out`, by rising id: one JSON object a line with the fields
/// `type` ("message" or "private"), `time`, `id`, then `room`, `from`, `addr`, `text` or `from`, `addr`, `to`, `text`.
/// Returns how many. A server may be at work on the history meanwhile and is not held up. Any thread. Throws
/// store_error when something cannot be read, or `out` cannot be written.
std::uint64_t export_messages(const options& how, std::ostream& out);

}  // namespace confab::store
