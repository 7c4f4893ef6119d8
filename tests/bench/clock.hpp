#pragma once

#include <chrono>
#include <cstdint>
#include <ctime>

namespace confab::bench {

using nanoseconds = std::chrono::nanoseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

/// What `clock` shows; a duration, so that times of one clock can be subtracted.
inline nanoseconds read_clock(clockid_t clock) noexcept {
  timespec time{};
  ::clock_gettime(clock, &time);
  return seconds(time.tv_sec) + nanoseconds(time.tv_nsec);
}

/// Time that only goes forward, for intervals.
inline nanoseconds now() noexcept {
  return read_clock(CLOCK_MONOTONIC);
}

/// CPU time this process has used so far, all threads.
inline nanoseconds own_cpu() noexcept {
  return read_clock(CLOCK_PROCESS_CPUTIME_ID);
}

/// In seconds, for dividing.
inline double in_seconds(nanoseconds time) noexcept {
  return std::chrono::duration<double>(time).count();
}

}  // namespace confab::bench
