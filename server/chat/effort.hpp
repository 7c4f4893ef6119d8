#pragma once

#include <cstddef>
#include <cstdint>

namespace confab::chat {

/// What the rules have cost so far, in steps. A step is one thing looked at or moved: a user in a list, a remembered
/// message, a room, some 64 bytes of words. It takes some ten to a hundred nanoseconds. Whatever loops over things that
/// others can make many adds its steps here, so that turn_budget can ask what a line has cost, and tests can see how
/// the cost grows. With the hub, on its thread.
class effort {
 public:
  void add(std::size_t steps) noexcept { steps_ += steps; }

  /// All steps since the start.
  std::uint64_t steps() const noexcept { return steps_; }

 private:
  std::uint64_t steps_ = 0;
};

}  // namespace confab::chat
