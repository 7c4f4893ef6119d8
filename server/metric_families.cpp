#include "server/metric_families.hpp"

#include <array>
#include <cstdint>
#include <map>

#include "common/version.hpp"
#include "server/log.hpp"
#include "server/open_files.hpp"

namespace confab {
namespace {

using metrics::exposition;
using metrics::kind;
using metrics::number;

/// The way that everybody comes in so far: the kind of the listener.
constexpr std::string_view via = "line";

std::uint64_t sum_of(const metric_sources& from, number net::shard_counters::*which) {
  std::uint64_t sum = 0;
  for (const auto& each : from.shards) sum += (each->counted().*which).value();
  return sum;
}

// A sample of one shard counter, added up.
template <number net::shard_counters::*Which>
void of_shards(exposition& out, const metric_sources& from) {
  out.sample(sum_of(from, Which));
}

template <number net::hub_counters::*Which>
void of_hub(exposition& out, const metric_sources& from) {
  out.sample((from.hub.*Which).value());
}

void connections(exposition& out, const metric_sources& from) {
  const auto result = [&](std::string_view what, std::uint64_t value) {
    out.sample(value, {{"via", via}, {"result", what}});
  };
  result("admitted", from.hub.admitted.value());
  result("resumed", from.hub.resumed.value());
  result("full", from.hub.full.value());
  result("ending", from.hub.ending.value());
  result("silent", sum_of(from, &net::shard_counters::silent));
  result("stranger", sum_of(from, &net::shard_counters::strangers));
}

void arrivals(exposition& out, const metric_sources& from) {
  constexpr std::array<std::string_view, net::arrival_end_count> words{"admitted", "gone",   "late",  "refused",
                                                                       "crowded",  "failed", "served"};
  for (std::size_t i = 0; i < words.size(); ++i) {
    std::uint64_t sum = 0;
    for (const auto& each : from.shards) sum += each->counted().arrivals_ended[i].value();
    out.sample(sum, {{"result", words[i]}});
  }
}

void messages(exposition& out, const metric_sources& from) {
  for (std::size_t i = 0; i < message_kind_count; ++i) {
    out.sample(from.hub.said[i].value(), {{"kind", wire_word(static_cast<message_kind>(i))}});
  }
  out.sample(from.hub.whispered.value(), {{"kind", "whisper"}});
}

void bytes(exposition& out, const metric_sources& from) {
  out.sample(sum_of(from, &net::shard_counters::bytes_in), {{"dir", "in"}});
  out.sample(sum_of(from, &net::shard_counters::bytes_out), {{"dir", "out"}});
}

// Several problems have one code.
void refused(exposition& out, const metric_sources& from) {
  std::map<std::string_view, std::uint64_t> by_code;
  for (std::size_t i = 0; i < problem_count; ++i) {
    by_code[wire_code(static_cast<problem>(i))] += from.hub.refused[i].value();
  }
  for (const auto& [code, count] : by_code) out.sample(count, {{"why", code}});
}

void ended(exposition& out, const metric_sources& from) {
  for (std::size_t i = 0; i < leave_reason_count; ++i) {
    out.sample(from.hub.ended[i].value(), {{"reason", wire_word(static_cast<leave_reason>(i))}});
  }
}

bool has(const metric_sources& all, source which) {
  switch (which) {
    case source::history: return all.history != nullptr;
    case source::reloads: return all.reloads != nullptr;
    case source::certificate:
      return all.certificate_expires != nullptr && all.certificate_expires->load(std::memory_order_relaxed) != 0;
    default: return true;
  }
}

constexpr std::array families{
    metric_family{"confab_users", kind::gauge, "People online, by the kind of listener that they came through.",
                  [](exposition& out, const metric_sources& from) {
                    out.sample(from.hub.users.value(), {{"via", via}});
                  }},
    metric_family{"confab_devices", kind::gauge, "Devices of people online, those that may come back included.",
                  of_hub<&net::hub_counters::devices>},
    metric_family{"confab_connections_total", kind::counter, "Connections, by what became of them.", connections},
    metric_family{"confab_arrivals", kind::gauge, "Connections that have yet to show what their listener asks for.",
                  of_shards<&net::shard_counters::arrivals>},
    metric_family{"confab_arrivals_total", kind::counter, "Such connections, by what became of them.", arrivals},
    metric_family{"confab_messages_total", kind::counter, "Messages said, by kind.", messages},
    metric_family{"confab_deliveries_total", kind::counter,
                  "Lines said by the server, each counted for every device that it was for.",
                  of_hub<&net::hub_counters::told>},
    metric_family{"confab_bytes_total", kind::counter, "Bytes from users (in) and to them (out).", bytes},
    metric_family{"confab_refused_total", kind::counter, "Commands that were not done, by the code of the error.",
                  refused},
    metric_family{"confab_ended_total", kind::counter, "Connections of users that ended, by the reason.", ended},
    metric_family{"confab_slow_total", kind::counter, "Connections ended because they did not read.",
                  of_shards<&net::shard_counters::slow>},
    metric_family{"confab_send_queue_bytes", kind::gauge, "Bytes that wait for users who lag.",
                  of_shards<&net::shard_counters::send_queue_bytes>},
    metric_family{"confab_turn_seconds", kind::histogram,
                  "Time that a turn of the hub took, what the first thread delivered of it included.",
                  [](exposition& out, const metric_sources& from) { out.samples(from.hub.turns); }},
    metric_family{"confab_history_queue_bytes", kind::gauge, "Bytes that wait to be written to the history.",
                  [](exposition& out, const metric_sources& from) { out.sample(from.history->count().waiting_bytes); },
                  source::history},
    metric_family{"confab_history_lost_total", kind::counter,
                  "Messages, recalls and ends of rooms that could not be written to the history.",
                  [](exposition& out, const metric_sources& from) { out.sample(from.history->count().lost); },
                  source::history},
    metric_family{"confab_history_commit_seconds", kind::histogram, "Time that a commit of the history took.",
                  [](exposition& out, const metric_sources& from) { out.samples(from.history->commits()); },
                  source::history},
    metric_family{"confab_config_reload_total", kind::counter, "How often the configuration file was read again.",
                  [](exposition& out, const metric_sources& from) {
                    out.sample(from.reloads->succeeded.load(std::memory_order_relaxed), {{"result", "success"}});
                    out.sample(from.reloads->failed.load(std::memory_order_relaxed), {{"result", "failure"}});
                  },
                  source::reloads},
    metric_family{"confab_config_reload_last_success_timestamp_seconds", kind::gauge,
                  "When the configuration file was last read with success, in seconds since 1970.",
                  [](exposition& out, const metric_sources& from) {
                    out.sample(static_cast<double>(from.reloads->last_success.load(std::memory_order_relaxed)));
                  },
                  source::reloads},
    metric_family{"confab_tls_certificate_expiry_timestamp_seconds", kind::gauge,
                  "When the certificate in use expires, in seconds since 1970.",
                  [](exposition& out, const metric_sources& from) {
                    const std::int64_t when = from.certificate_expires->load(std::memory_order_relaxed);
                    out.sample(static_cast<double>(when));
                  },
                  source::certificate},
    metric_family{"confab_tls_handshakes_total", kind::counter, "TLS handshakes, by what became of them.",
                  [](exposition& out, const metric_sources& from) {
                    out.sample(sum_of(from, &net::shard_counters::handshakes_done), {{"result", "done"}});
                    out.sample(sum_of(from, &net::shard_counters::handshakes_failed), {{"result", "failed"}});
                  },
                  source::certificate},
    metric_family{"confab_log_lost_total", kind::counter, "Lines of the log that could not be written.",
                  [](exposition& out, const metric_sources&) { out.sample(lost_log_lines()); }},
    metric_family{"confab_open_files", kind::gauge, "Files and connections that the server has open.",
                  [](exposition& out, const metric_sources&) { out.sample(std::uint64_t{open_files()}); }},
    metric_family{"confab_open_files_max", kind::gauge, "How many of these the system allows.",
                  [](exposition& out, const metric_sources&) { out.sample(std::uint64_t{most_open_files()}); }},
    metric_family{"confab_process_start_time_seconds", kind::gauge, "When the server started, in seconds since 1970.",
                  [](exposition& out, const metric_sources& from) {
                    out.sample(std::chrono::duration<double>(from.started.time_since_epoch()).count());
                  }},
    metric_family{"confab_build_info", kind::gauge, "Always 1; the version is a label.",
                  [](exposition& out, const metric_sources&) {
                    out.sample(std::uint64_t{1}, {{"version", version}});
                  }},
};

}  // namespace

std::span<const metric_family> metric_families() noexcept {
  return families;
}

exposition expose(const metric_sources& from) {
  exposition out;
  for (const metric_family& each : families) {
    if (!has(from, each.from)) continue;
    out.begin(each.name, each.what, each.help);
    each.samples(out, from);
  }
  return out;
}

}  // namespace confab
