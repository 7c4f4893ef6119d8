#pragma once

#include <cstdint>
#include <optional>

#include "tests/bench/clock.hpp"
#include "tests/bench/load.hpp"
#include "tests/bench/subject.hpp"

namespace confab::bench {

/// What one load on one server came to.
struct measurement {
  double deliveries_per_second = 0;
  std::optional<double> cpu;  ///< ns of the server's CPU a delivery; nothing when its process is not known
  double p50 = 0;             ///< ns from sending to receiving
  double p99 = 0;
  double driver_busy = 0;  ///< the share of the time that this program's own thread was at work
};

/// Runs `work` for `duration` after a short warm-up, then lets it drain. Throws `failure` when nothing arrives
/// for five seconds.
measurement measure(crowd& users, load& work, const subject& server, nanoseconds duration);

}  // namespace confab::bench
