#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <utility>
#include <vector>

#include "server/chat/session_ref.hpp"

namespace confab::chat {

/// When to look at whom who promised a heartbeat: a wheel with a place a second, so that a tick touches only those who
/// are due. On the hub's thread.
class heartbeats {
 public:
  static constexpr std::chrono::seconds longest{3600};

  /// Look at `who` after `in` (at least a second, at most twice `longest`). Returns when that is, see now().
  std::uint64_t look(session_ref who, std::chrono::seconds in) {
    const std::uint64_t when = now_ + static_cast<std::uint64_t>(in.count());
    wheel_[when % wheel_.size()].push_back(who);
    return when;
  }

  /// The seconds that have passed.
  std::uint64_t now() const noexcept { return now_; }

  /// A second has passed: whom to look at now.
  std::vector<session_ref> next_second() { return std::exchange(wheel_[++now_ % wheel_.size()], {}); }

 private:
  std::array<std::vector<session_ref>, 8192> wheel_;
  std::uint64_t now_ = 0;
};

}  // namespace confab::chat
