#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client/protocol/send_queue.hpp"

namespace confab::client {

/// A private line that is not sent until the person has said for whom it is.
struct held_whisper {
  request what{};      ///< with ticket 0: it was never queued
  std::string text{};  ///< as typed
  std::chrono::steady_clock::time_point until{};
};

/// The private lines that wait for somebody to come back after a server has forgotten everybody. Bounded: at most
/// `most` of them, each for `hold_time`. Time comes in as an argument; one owner, one thread.
class held_whispers {
 public:
  using time_point = std::chrono::steady_clock::time_point;
  static constexpr std::size_t most = 50;
  static constexpr std::chrono::seconds hold_time{60};

  /// False, and not kept, when there are `most` already.
  bool add(held_whisper line);

  bool empty() const noexcept { return lines_.empty(); }
  /// Whom they are for, each once, in the order of the first line.
  std::vector<std::string> names() const;
  std::size_t count(std::string_view name) const;
  /// Takes off all for `name`, in order.
  std::vector<held_whisper> take(std::string_view name);
  /// Takes off those whose time is over.
  std::vector<held_whisper> overdue(time_point now);
  std::optional<time_point> deadline() const noexcept;
  const std::deque<held_whisper>& all() const noexcept { return lines_; }

 private:
  template <typename Wanted>
  std::vector<held_whisper> take_off(Wanted wanted);

  std::deque<held_whisper> lines_;
};

}  // namespace confab::client
