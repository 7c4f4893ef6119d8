#pragma once

#include <cstddef>
#include <cstdint>

#include "server/chat/chat_state.hpp"
#include "server/chat/session_ref.hpp"

namespace confab::chat {

/// How much one turn may say and cost, and how much of that one user's commands. With the hub, on its thread.
class turn_budget {
 public:
  explicit turn_budget(const chat_state& chat) noexcept : chat_(chat) {}

  void begin_turn() noexcept;

  /// Whether this turn has said or cost as much as one may.
  bool full() const noexcept;
  /// This turn has taken so long that whatever else comes in it has to wait.
  void hurry() noexcept { hurried_ = true; }
  bool hurried() const noexcept { return hurried_; }

  /// How many bytes are said to one user before they have been written: far less than its outbox may hold.
  std::size_t page_bytes() const noexcept { return chat_.options.send_queue / 4; }

  /// A command of `session` has made the turn say so many bytes, to whomever, and has cost so many steps. True when
  /// that was enough for one turn: the rest of its commands has to wait until it has been written. What all together
  /// make a turn say and cost is asked before each command: see full().
  bool enough(session_ref session, std::size_t said, std::uint64_t spent) noexcept;

 private:
  const chat_state& chat_;
  std::uint64_t steps_before_ = 0;  // of all turns before this one
  bool hurried_ = false;
  session_ref last_;         // whose commands were the last of this turn,
  std::size_t said_ = 0;     // how much they made it say,
  std::uint64_t spent_ = 0;  // and what they cost
};

}  // namespace confab::chat
