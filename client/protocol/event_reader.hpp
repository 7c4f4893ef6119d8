#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "client/protocol/events.hpp"

namespace confab::client {

/// Reads one JSON line from the server (without LF). The server is not trusted: every text is made safe to print,
/// wrong or missing fields count as not there, unknown types and fields are tolerated. What is no JSON object
/// with a `type` gives a short reason instead. Pure, never throws anything but bad_alloc; any thread.
std::variant<event, std::string> read_event(std::string_view line);

/// `2026-01-05T12:03:09.123Z`: RFC 3339 in UTC, the fraction optional; nothing for any other text.
std::optional<std::chrono::sys_time<std::chrono::milliseconds>> parse_time(std::string_view text);

}  // namespace confab::client
