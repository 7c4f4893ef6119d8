#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/protocol/leave_reason.hpp"
#include "common/protocol/person.hpp"
#include "common/protocol/wire_format.hpp"
#include "server/chat/lookalikes.hpp"
#include "server/chat/moment.hpp"
#include "server/chat/rooms.hpp"
#include "server/chat/session_ref.hpp"

namespace confab::chat {

/// What only some users have, so that an idle one costs nothing for it.
struct user_extras {
  struct membership {
    std::uint32_t room;
    std::uint64_t since;  ///< the last id when it was joined: what came before was not missed
  };
  std::vector<membership> rooms;  ///< joined, besides the lobby
  std::uint32_t current_room = rooms::lobby_number;
  std::string token;                ///< secret, for /resume; empty: never spoke JSON
  std::uint64_t scope = 0;          ///< of its tags in the history: that of its token (see scope.hpp)
  std::uint64_t earlier_scope = 0;  ///< that of a token which it could not resume with
  std::uint64_t token_since = 0;    ///< the last id when it got the token
  std::chrono::steady_clock::time_point detached_at;
  leave_reason detached_because = leave_reason::error;
  std::uint32_t own_addr = 0;         ///< bytes of addr that its connection has, without what the hub has added; 0: all
  std::uint64_t ghost = 0;            ///< place among the ghosts; 0: not one of them
  std::chrono::seconds heartbeat{0};  ///< promised; 0: none
  std::uint64_t look_at = 0;          ///< when that is looked at next (see heartbeats); 0: never
};

/// Somebody who is online. Owned by the directory; touched by the hub only.
struct user {
  session_ref session;
  wire_format format = wire_format::text;
  bool warned = false;        ///< was told of being idle since the last sign of life
  bool announced = true;      ///< is in: has been told of its own arrival
  bool known = false;         ///< the others have been told of it too, or of the crowd that it came with
  bool detached = false;      ///< the connection broke; may come back with /resume
  bool shown_past = true;     ///< wants to be shown the last messages of what it enters
  bool subscribed = false;    ///< what is said to all (see outbound::enter)
  bool has_pending = false;   ///< has a paged reply, or waits for its turn (see paging)
  bool catching_up = false;   ///< is being told what it missed: what is said now, it is told in its turn
  bool is_away = false;       ///< see away
  std::uint64_t user_id = 0;  ///< its number, never used twice: the order of arrival, and `user` on the wire
  std::string addr;
  std::string chosen_name;                  ///< empty until the first rename
  std::string chosen_key;                   ///< what chosen_name is compared by
  std::unique_ptr<const looks> appearance;  ///< of chosen_name; null until there is one
  std::uint64_t last_due = 0;               ///< of its commands in the line of those who wait, see waiting_line
  moment seen;                              ///< steady: the last sign of life; wall: the arrival
  user* quieter = nullptr;                  ///< neighbours in the order of the last sign of life (presence)
  user* livelier = nullptr;
  std::unique_ptr<user_extras> extras;  ///< only for those who have any

  /// The address as its connection has it, see directory::add.
  std::string_view own_addr() const noexcept {
    const bool whole = extras == nullptr || extras->own_addr == 0;
    return whole ? std::string_view(addr) : std::string_view(addr).substr(0, extras->own_addr);
  }
  std::string_view name() const noexcept { return chosen_name.empty() ? addr : chosen_name; }
  std::string_view key() const noexcept { return chosen_key.empty() ? addr : chosen_key; }
  person who() const noexcept { return {name(), addr, user_id}; }

  user_extras& ensure_extras() {
    if (extras == nullptr) extras = std::make_unique<user_extras>();
    return *extras;
  }
  /// Whether it hears what is said in that room.
  bool is_in(std::uint32_t room) const noexcept {
    return room == rooms::lobby_number || membership_of(room) != nullptr;
  }
  /// Null when it has not joined that room; the lobby cannot be joined.
  const user_extras::membership* membership_of(std::uint32_t room) const noexcept;
};

inline const user_extras::membership* user::membership_of(std::uint32_t room) const noexcept {
  if (extras == nullptr) return nullptr;
  for (const user_extras::membership& each : extras->rooms) {
    if (each.room == room) return &each;
  }
  return nullptr;
}

}  // namespace confab::chat
