#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>

#include "common/problems.hpp"
#include "server/chat/hub.hpp"
#include "server/chat/tally.hpp"
#include "server/metrics/histogram.hpp"
#include "server/metrics/number.hpp"

namespace confab::net {

/// What of the hub other threads may read. Its owner writes it at the end of each turn, on the home thread; any thread
/// reads.
struct alignas(metrics::cache_line) hub_counters {
  static constexpr std::array<std::chrono::nanoseconds, 11> turn_bounds{
      std::chrono::microseconds(10),  std::chrono::microseconds(30), std::chrono::microseconds(100),
      std::chrono::microseconds(300), std::chrono::milliseconds(1),  std::chrono::milliseconds(3),
      std::chrono::milliseconds(10),  std::chrono::milliseconds(30), std::chrono::milliseconds(100),
      std::chrono::milliseconds(300), std::chrono::seconds(1)};

  metrics::number users;     ///< now
  metrics::number devices;   ///< now
  metrics::number admitted;  ///< this and all below since the start: see chat::tally
  metrics::number resumed;
  metrics::number full;
  metrics::number ending;
  metrics::number whispered;
  metrics::number told;  ///< see chat::outbound
  std::array<metrics::number, message_kind_count> said;
  std::array<metrics::number, leave_reason_count> ended;
  std::array<metrics::number, problem_count> refused;
  metrics::histogram turns{turn_bounds};
  /// When the last turn ended, on the steady clock.
  std::atomic<std::chrono::steady_clock::time_point> last_turn{std::chrono::steady_clock::time_point()};

  /// A turn that began at `began` is over.
  void publish(chat::hub& rules, std::chrono::steady_clock::time_point began) noexcept;
};

}  // namespace confab::net
