#pragma once

#include <cstddef>
#include <cstdint>

namespace confab::net {

/// What has become of an arrival.
enum class arrival_end : std::uint8_t {
  admitted,  ///< it is a session
  gone,      ///< the peer has closed, or the server ends
  late,      ///< the peer has taken too long
  refused,   ///< the peer has sent what is not due here
  crowded,   ///< there were too many
  failed,    ///< of ours: no memory, no room in the kernel
  served,    ///< what it has asked for over HTTP was answered
};
inline constexpr std::size_t arrival_end_count = 7;

}  // namespace confab::net
