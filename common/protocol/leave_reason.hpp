#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace confab {

/// Why somebody left; the JSON word of each is its name.
enum class leave_reason : std::uint8_t {
  quit,      ///< asked to
  eof,       ///< ended the connection
  idle,      ///< no sign of life for --idle-timeout
  slow,      ///< did not read what was sent
  error,     ///< the connection broke, or the peer broke the protocol
  kicked,    ///< shown out by somebody
  shutdown,  ///< the server ends
  resumed,   ///< only in a bye: the user goes on with a new connection
};

inline constexpr std::size_t leave_reason_count = static_cast<std::size_t>(leave_reason::resumed) + 1;

/// Its word in JSON.
std::string_view wire_word(leave_reason reason) noexcept;

}  // namespace confab
