#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace confab::client {

/// `2026-01-05T12:03:09.123Z`: RFC 3339 in UTC, the fraction optional; nothing for any other text. Pure; any
/// thread.
std::optional<std::chrono::sys_time<std::chrono::milliseconds>> parse_time(std::string_view text);

}  // namespace confab::client
