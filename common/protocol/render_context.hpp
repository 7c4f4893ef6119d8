#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "common/language.hpp"

namespace confab {

/// What is the same for all events of a moment.
struct render_context {
  language lang = language::en;
  std::string_view time;     ///< RFC 3339, UTC, milliseconds (see format_time)
  std::string_view tag;      ///< of the command that this answers, or empty
  bool ids = false;          ///< text: with the ids of messages
  std::string_view stamp{};  ///< text: the time in front of each line (see format_stamp); empty: none
};

/// `time` as JSON has it: 2026-01-05T12:03:00.123Z.
std::string format_time(std::chrono::system_clock::time_point time);

/// `time` as people read it next to an old message, in the server's time zone: 2026-01-05 12:03.
std::string format_past(std::chrono::system_clock::time_point time);

/// `time` in front of a line of those who want times, in the server's time zone: `2026-01-05 12:03:00 `.
std::string format_stamp(std::chrono::system_clock::time_point time);

}  // namespace confab
