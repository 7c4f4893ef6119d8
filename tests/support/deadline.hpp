#pragma once

#include <chrono>

namespace confab::test {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
/// Whether the programs are built with a sanitizer: slower, and with memory figures of their own.
inline constexpr bool sanitized = true;
#else
inline constexpr bool sanitized = false;
#endif

/// How long a test waits for what must happen. Never reached when all is well, so it may be long.
inline constexpr std::chrono::milliseconds patience = std::chrono::seconds(sanitized ? 90 : 30);

/// A moment by which something must have happened. A value; any thread.
class deadline {
 public:
  using clock = std::chrono::steady_clock;

  explicit deadline(std::chrono::milliseconds from_now = patience) : end_(clock::now() + from_now) {}

  /// What is left, in whole milliseconds rounded up; 0 when it has passed. Fits what poll(2) takes.
  int left() const {
    const auto rest = std::chrono::ceil<std::chrono::milliseconds>(end_ - clock::now()).count();
    return rest > 0 ? static_cast<int>(rest) : 0;
  }
  bool passed() const { return clock::now() >= end_; }

 private:
  clock::time_point end_;
};

}  // namespace confab::test
