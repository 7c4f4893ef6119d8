#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include <spdlog/common.h>

namespace confab {

/// How much of what strangers can cause is logged: in a span of time at most so many lines of each level, so that
/// nobody can fill a disk or hide something else among a thousand lines. Those beyond are left out and counted; what is
/// more urgent has lines of its own. One thread, or under a lock.
class log_allowance {
 public:
  using clock = std::chrono::steady_clock;

  /// What was left out.
  struct omission {
    std::uint64_t lines = 0;
    spdlog::level::level_enum level = spdlog::level::info;  ///< of the most urgent of them
  };

  /// `most` lines of a level in each `span`, which begins with the first line after the one before.
  log_allowance(std::size_t most, std::chrono::milliseconds span) : most_(most), span_(span) {}

  /// Whether a line of `level`, one of spdlog's up to critical, may be logged at `now`, which is never less than
  /// before; counts it among those left out if not.
  bool take(spdlog::level::level_enum level, clock::time_point now) noexcept;

  /// Whether something was left out and not told yet, and when to tell it: at the end of the span it began in.
  bool has_omitted() const noexcept { return omitted_.lines > 0; }
  clock::time_point due() const noexcept { return due_; }

  /// What was left out since the last call.
  omission take_omitted() noexcept;

 private:
  const std::size_t most_;
  const std::chrono::milliseconds span_;
  clock::time_point ends_{};  // of the span
  std::array<std::size_t, spdlog::level::n_levels> logged_{};
  omission omitted_;
  clock::time_point due_{};
};

}  // namespace confab
