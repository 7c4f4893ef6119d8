#pragma once

#include <chrono>

namespace confab::client {

/// Now, as messages are timed. Any thread.
inline std::chrono::sys_time<std::chrono::milliseconds> wall_clock() {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

}  // namespace confab::client
