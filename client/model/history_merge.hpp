#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <unordered_set>

#include "client/protocol/link.hpp"

namespace confab::client {

/// Joins what the history tells to what is said at the same time, so that each message is shown once and in its order:
/// while we catch up, what is said now is held back, and so is what the history tells, since its later pages are older;
/// of that only what was not shown before. No socket and no clock in it; one owner, one thread.
class history_merge {
 public:
  using time_point = std::chrono::sys_time<std::chrono::milliseconds>;
  enum class verdict {
    show,
    hold,  ///< it was kept here, and comes out of `release`
    drop,  ///< shown already
  };

  /// At most about this many bytes are held back; what comes then is shown at once.
  static constexpr std::size_t most_held = 64 * 1024 * 1024;

  /// The history was asked for. `again`: what was shown before a lost connection is not to be shown again, nor what was
  /// said before `since`, when we came first.
  void begin();
  /// Messages older than this are not missed: we were not there.
  void was_there_since(time_point since);

  /// What to do with something received.
  verdict judge(const server_event& what);

  /// The end of one answer: whether something may be missing between what was shown before and what it showed.
  bool has_gap(const found& end);

  /// What was held back, in order; nothing is held after it. `complete`: all answers have come.
  std::deque<server_event> release(bool complete);

  bool holding() const noexcept { return holding_; }

 private:
  struct mark {  // the newest message that was shown; ids alone may start anew with another history
    std::uint64_t id = 0;
    std::optional<time_point> time;
  };
  bool has_room_for(const message& talk) noexcept;
  static bool before(const mark& limit, const event& said);
  void shown(const event& said);

  mark newest_;
  mark limit_;  // what is not newer was shown before this catching up
  bool holding_ = false;
  bool complete_ = true;
  std::optional<event> oldest_;                  // in the answer that is coming; without its words
  std::unordered_set<std::uint64_t> shown_ids_;  // since this catching up began
  std::map<std::uint64_t, server_event> past_;   // out of the history, by id
  std::size_t held_bytes_ = 0;                   // of past_ and held_
  std::deque<server_event> held_;                // said meanwhile
};

}  // namespace confab::client
