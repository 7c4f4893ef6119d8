#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace confab {

/// How a connection wants to be spoken to. A message is rendered at most once a form.
enum class wire_format : std::uint8_t {
  text,            ///< lines for people
  json,            ///< lines for programs
  numbered,        ///< lines for people, with the ids of messages in front
  timed,           ///< lines for people, each with the time in front
  timed_numbered,  ///< both
};
inline constexpr std::size_t format_count = 5;
inline constexpr std::array<wire_format, format_count> all_formats{
    wire_format::text, wire_format::json, wire_format::numbered, wire_format::timed, wire_format::timed_numbered};

constexpr bool has_ids(wire_format as) noexcept {
  return as == wire_format::numbered || as == wire_format::timed_numbered;
}
constexpr bool has_times(wire_format as) noexcept {
  return as == wire_format::timed || as == wire_format::timed_numbered;
}
/// The text form with these two things in front of its lines.
constexpr wire_format text_format(bool ids, bool times) noexcept {
  if (times) return ids ? wire_format::timed_numbered : wire_format::timed;
  return ids ? wire_format::numbered : wire_format::text;
}

}  // namespace confab
