#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "tests/bench/clock.hpp"
#include "tests/bench/crowd.hpp"
#include "tests/bench/histogram.hpp"

namespace confab::bench {

/// What an attack came to for the others.
struct suffering {
  double p50 = 0;  ///< ns from when a ping was due to its answer
  double p99 = 0;
  double worst = 0;
  std::size_t pings = 0;
};

/// Users who only listen, and one of them pings every 10 ms, whether or not the last ping has been answered: a pause of
/// the server counts for every ping that was due in it. Throws `failure` when one of them loses its connection.
class innocent : public sink {
 public:
  explicit innocent(const endpoint& server);

  /// Pings for `duration`, and then waits until the last is answered.
  suffering ping_for(nanoseconds duration);

  void received(std::size_t user, std::string_view bytes, nanoseconds time) override;

 private:
  static constexpr std::size_t listeners = 20;
  static constexpr nanoseconds interval = milliseconds(10);

  void note(std::string_view line, nanoseconds time);

  crowd users_;
  std::string unread_;  // the pinger's start of a line
  std::vector<nanoseconds> due_;
  std::size_t answered_ = 0;
  histogram waits_;
  nanoseconds worst_{};
};

}  // namespace confab::bench
