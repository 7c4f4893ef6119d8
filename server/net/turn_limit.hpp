#pragma once

#include <chrono>

namespace confab::net {

/// How long one task may keep its thread, before timers, signals and the mail of others get their chance. Work that
/// takes longer goes on in another turn; each turn does at least one thing, so a limit of 0 is slow but no standstill.
struct turn_limit {
  using clock = std::chrono::steady_clock;

  std::chrono::milliseconds longest{10};
  /// The clock by which it is kept. A test may have another.
  clock::time_point (*now)() = [] { return clock::now(); };
};

}  // namespace confab::net
