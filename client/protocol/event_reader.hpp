#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "client/protocol/events.hpp"

namespace confab::client {

/// Reads one JSON line from the server (without LF). The server is not trusted: every text is made safe to print,
/// wrong or missing fields count as not there, unknown types and fields are tolerated. What is no JSON object
/// with a `type` gives a short reason instead. Pure, never throws anything but bad_alloc; any thread.
std::variant<event, std::string> read_event(std::string_view line);

}  // namespace confab::client
