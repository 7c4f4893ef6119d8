#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>
#include <utility>

#include "server/chat/store_requests.hpp"

namespace confab::chat {

/// Lets only so many queries go to the history at a time, for their answers take memory: further askers wait their
/// turn here, in order. An asker has one query at most. With the hub, on its thread.
class fair_share {
 public:
  explicit fair_share(std::size_t most) noexcept : most_(most) {}

  /// A query to ask now, or nothing when it has to wait.
  std::optional<query> ask(query asked, std::chrono::steady_clock::time_point now) {
    if (under_way_ < most_ && waiting_.empty()) return start(std::move(asked));
    waiting_.push_back({std::move(asked), now});
    return std::nullopt;
  }

  /// One of those that were asked is answered, or need not be asked after all.
  void answered() noexcept { --under_way_; }

  /// The one that has waited longest, to be asked now; nothing when none waits or as many as may are under way.
  std::optional<query> next() {
    if (under_way_ >= most_ || waiting_.empty()) return std::nullopt;
    query first = std::move(waiting_.front().asked);
    waiting_.pop_front();
    return start(std::move(first));
  }
  /// One that has waited since before `then`, which is given up; nothing when none has.
  std::optional<query> give_up(std::chrono::steady_clock::time_point then) {
    if (waiting_.empty() || waiting_.front().since >= then) return std::nullopt;
    query first = std::move(waiting_.front().asked);
    waiting_.pop_front();
    return first;
  }

  std::size_t under_way() const noexcept { return under_way_; }
  std::size_t waiting() const noexcept { return waiting_.size(); }

 private:
  struct waiter {
    query asked;
    std::chrono::steady_clock::time_point since;
  };

  std::optional<query> start(query asked) {
    ++under_way_;
    return asked;
  }

  std::size_t most_;
  std::size_t under_way_ = 0;
  std::deque<waiter> waiting_;
};

}  // namespace confab::chat
