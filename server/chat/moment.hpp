#pragma once

#include <chrono>

namespace confab::chat {

/// What time it is, told to the rules by whoever calls them: they never look at a clock themselves.
struct moment {
  std::chrono::steady_clock::time_point steady;  ///< for durations
  std::chrono::system_clock::time_point wall;    ///< for people
};

}  // namespace confab::chat
