#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "common/protocol/leave_reason.hpp"
#include "common/protocol/message_kind.hpp"

namespace confab::chat {

/// What has come about since the start, in numbers, for whoever watches the server. Each is counted by the feature
/// that does it. With the hub, on its thread.
struct tally {
  // What became of connections that wanted to be somebody.
  std::uint64_t admitted = 0;  ///< a new user
  std::uint64_t resumed = 0;   ///< one that took its place again
  std::uint64_t full = 0;      ///< turned away: there was no place
  std::uint64_t ending = 0;    ///< turned away: the server ends

  std::array<std::uint64_t, message_kind_count> said{};   ///< in rooms, by message_kind
  std::uint64_t whispered = 0;                            ///< of either kind
  std::array<std::uint64_t, leave_reason_count> ended{};  ///< connections of users, by leave_reason
};

}  // namespace confab::chat
