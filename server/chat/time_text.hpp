#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace confab::chat {

/// Reads a time as people and programs write it:
///  - `12:30`: the last time, not after `now`, that the clocks here passed half past twelve;
///  - `2026-01-05`: the beginning of that day here;
///  - `2026-01-05T12:30` or `2026-01-05T12:30:15.250`, also with a blank instead of the T: when the clocks here passed
///    that. Of two such moments, in the hour that autumn repeats, the later one that is not after `now`;
///  - the same with `Z`, `+08:00` or `-05:30` behind it (RFC 3339).
/// Here is the server's time zone. Clocks that are put forward pass what they skip at that moment. What is finer than a
/// millisecond is rounded up. Nothing for what is no time, or outside the years 1970 to 2261.
std::optional<std::chrono::sys_time<std::chrono::milliseconds>> read_time(std::string_view text,
                                                                          std::chrono::system_clock::time_point now);

}  // namespace confab::chat
