#pragma once

#include <array>
#include <atomic>
#include <chrono>

#include "server/metrics/number.hpp"
#include "server/net/arrival_end.hpp"

namespace confab::net {

/// What a shard has done since the start. It writes this on its thread, in cache lines that no other thread writes to;
/// any thread reads.
struct alignas(metrics::cache_line) shard_counters {
  metrics::number bytes_in;
  metrics::number bytes_out;
  metrics::number slow;               ///< connections ended because they did not read
  metrics::number silent;             ///< connections that went before they were anybody
  metrics::number handshakes_done;    ///< of TLS
  metrics::number handshakes_failed;  ///< those that took too long, and who spoke no TLS, included
  metrics::number strangers;          ///< connections turned away because they speak something else
  metrics::number arrivals;           ///< now
  std::array<metrics::number, arrival_end_count> arrivals_ended;
  /// Bytes that wait for users who lag: now, or when that was last looked at, a quarter of a second ago at most.
  metrics::number send_queue_bytes;
  /// When its thread last gave a sign of life, see shard::beat_every(); on the steady clock.
  std::atomic<std::chrono::steady_clock::time_point> last_beat{std::chrono::steady_clock::time_point()};
};

}  // namespace confab::net
