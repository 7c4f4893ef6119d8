#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "common/protocol/leave_reason.hpp"
#include "common/protocol/person.hpp"
#include "common/protocol/wire_format.hpp"
#include "server/chat/rooms.hpp"
#include "server/chat/session_ref.hpp"

namespace confab::chat {

struct user;

/// What only some devices have, so that an idle one costs nothing for it.
struct device_extras {
  std::string addr;            ///< when it is not the user's, see device::addr
  std::uint32_t own_addr = 0;  ///< bytes of addr that its connection has, without what the directory has added
  std::uint32_t current_room = rooms::lobby_number;
  std::string token;                ///< secret, for /resume; empty: never spoke JSON
  std::uint64_t scope = 0;          ///< of its tags in the history: that of its token (see scope.hpp)
  std::uint64_t earlier_scope = 0;  ///< that of a token which it could not resume with
  std::uint64_t token_since = 0;    ///< the last id when it got the token
  std::chrono::steady_clock::time_point detached_at;
  leave_reason detached_because = leave_reason::error;
  std::uint64_t ghost = 0;            ///< place among the ghosts; 0: not one of them
  std::chrono::seconds heartbeat{0};  ///< promised; 0: none
  std::uint64_t look_at = 0;          ///< when that is looked at next (see heartbeats); 0: never
};

/// One connection of a user, or its place while it is broken. Owned by the user, found by the directory; touched by the
/// hub only, on its thread.
struct device {
  user* owner = nullptr;
  std::unique_ptr<device> next;  ///< of that user, in the order of their coming
  std::uint64_t device_id = 0;   ///< never used twice; that of a user's first device is its user_id
  session_ref session;
  wire_format format = wire_format::text;
  bool warned = false;         ///< was told of being idle since the last sign of life
  bool detached = false;       ///< the connection broke; may come back with /resume
  bool shown_past = true;      ///< wants to be shown the last messages of what it enters
  bool subscribed = false;     ///< gets what is said to all (see outbound::enter)
  bool has_pending = false;    ///< has a paged reply, or waits for its turn (see paging)
  bool secure = false;         ///< nobody on the way can read its connection
  bool catching_up = false;    ///< is sent what it missed: what is said now, it gets in its turn
  std::uint16_t max_line = 0;  ///< bytes of a line that its connection takes, as it was told in its welcome
  std::chrono::duration<std::uint32_t> idle_timeout{0};  ///< likewise; 0: it may be idle for ever
  std::uint64_t last_due = 0;  ///< of its commands in the line of those who wait, see waiting_line
  std::chrono::steady_clock::time_point last_active;  ///< the last sign of life
  device* quieter = nullptr;                          ///< neighbours in the order of the last sign of life (presence)
  device* livelier = nullptr;
  std::unique_ptr<device_extras> extras;  ///< only for those which have any

  /// Under which address it is known; no two devices have the same.
  std::string_view addr() const noexcept;
  /// The address as its connection has it, see directory::add.
  std::string_view own_addr() const noexcept;
  /// Its user as others see what is sent from here.
  person who() const noexcept;

  std::uint32_t current_room() const noexcept { return extras == nullptr ? rooms::lobby_number : extras->current_room; }
  device_extras& ensure_extras() {
    if (extras == nullptr) extras = std::make_unique<device_extras>();
    return *extras;
  }
};

}  // namespace confab::chat
