#pragma once

#include <chrono>
#include <string>

namespace confab {

/// When it is to be said that a certificate expires: 14, 7 and 1 days before, then when it has, and each day after
/// that. Each is said once, and of those that are due together the last. Pure.
class expiry_notice {
 public:
  using time = std::chrono::system_clock::time_point;

  /// Another certificate: nothing was said of it.
  void begin() noexcept { said_ = 0; }

  /// What is to be said now of one that expires then; mostly nothing.
  std::string look(time now, time expires);

 private:
  static long stage_of(time now, time expires) noexcept;

  long said_ = 0;  // 0: nothing; 1 to 3: before the end; from 4 on: the days after it
};

}  // namespace confab
