#pragma once

#include <chrono>
#include <cstdint>
#include <random>

namespace confab::client {

/// How long to wait before the next attempt to connect: 1, 2, 4, 8, 16, 30, 30 ... seconds, each
/// varied by up to 20 % so that a restarted server is not met by everybody at once.
/// A value; no clock and no I/O in it.
class backoff {
 public:
  /// `seed` decides the variation: take it from a random device, or fix it in a test.
  /// `unit` is the first wait; the others are in proportion.
  explicit backoff(std::uint32_t seed, std::chrono::milliseconds unit = std::chrono::seconds(1))
      : random_(seed), unit_(unit) {}

  /// The wait before the next attempt; each call counts as one attempt.
  std::chrono::milliseconds next();

  /// How many waits were handed out since the start or the last `reset`.
  int attempts() const noexcept { return attempts_; }

  /// The connection is up: the next outage starts again at one second.
  void reset() noexcept { attempts_ = 0; }

 private:
  std::minstd_rand random_;
  std::chrono::milliseconds unit_;
  int attempts_ = 0;
};

}  // namespace confab::client
