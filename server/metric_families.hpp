#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "server/metrics/exposition.hpp"
#include "server/net/hub_counters.hpp"
#include "server/net/shard.hpp"
#include "server/reload.hpp"
#include "server/store/writer.hpp"

namespace confab {

/// Where the numbers are. All of it outlives whoever reads.
struct metric_sources {
  std::span<const std::unique_ptr<net::shard>> shards;
  const net::hub_counters& hub;
  const store::writer* history = nullptr;  ///< null with --history off
  const reload_counts* reloads = nullptr;  ///< null without --config
  std::chrono::system_clock::time_point started;
  /// When the certificate for TLS expires, in seconds since 1970; null or 0: there is none.
  const std::atomic<std::int64_t>* certificate_expires = nullptr;
};

/// What a family takes besides what is always there: it is left out where that is not.
enum class source : std::uint8_t { server, history, reloads, certificate };

/// A family of metrics: what it is called, what it is, what it means, and where it comes from.
struct metric_family {
  std::string_view name;
  metrics::kind what;
  std::string_view help;
  void (*samples)(metrics::exposition& out, const metric_sources& from);
  source from = source::server;
};

/// All there are, in the order in which they are exposed.
std::span<const metric_family> metric_families() noexcept;

/// Everything for one scrape. Any thread; what other threads count meanwhile may or may not be in it.
metrics::exposition expose(const metric_sources& from);

}  // namespace confab
