#include "tests/bench/targets.hpp"

#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "tests/bench/attack.hpp"
#include "tests/bench/case_names.hpp"

namespace confab::bench {
namespace {

constexpr double most_narrow_cpu = 1.10;       // of the floor's
constexpr double least_wide_rate = 0.90;       // of the floor's
constexpr double most_whisper_cpu = 1.15;      // of the floor's
constexpr double most_kept_whisper_cpu = 2.4;  // of the floor's, which keeps nothing
constexpr double most_growth = 1.15;           // of the floor's growth
constexpr double most_bytes = 1000;            // a user
constexpr double least_joins = 4000;           // a second
constexpr double most_wait = 1000;             // ms
constexpr double least_kept = 0.95;            // of what the others got without slow readers
constexpr double most_tls_cpu = 1.15;          // of the floor's that encrypts, too
constexpr double most_tls_bytes = 17'000;      // a user
constexpr double most_web_cpu = 1.10;          // of the CPU a delivery by lines
constexpr double most_web_bytes = 800;         // a user by WebSocket
constexpr double least_tls_joins = 950;        // a second, of the thousand that are tried
constexpr double most_ping_p99 = 20;           // ms
constexpr double most_ping = 100;              // ms
constexpr double least_kept_rate = 0.90;       // of the rate without a history
constexpr double least_scraped_rate = 0.95;    // of the rate when nobody asks
constexpr double most_scraped_cpu = 1.05;      // of the CPU a delivery when nobody asks
constexpr double send_queue = 256 * 1024;      // bytes a user: what the server may hold for one who does not read
constexpr double other_memory = 8 << 20;       // bytes: what else it may need meanwhile

enum class limit { at_most, at_least, more_than };

bool keeps(limit kind, double value, double bound) {
  switch (kind) {
    case limit::at_most: return value <= bound;
    case limit::at_least: return value >= bound;
    case limit::more_than: return value > bound;
  }
  return false;
}

std::string_view words(limit kind) {
  switch (kind) {
    case limit::at_most: return "at most";
    case limit::at_least: return "at least";
    case limit::more_than: return "over";
  }
  return "";
}

/// `form` shows both the limit and what was measured.
target make(std::string what, std::optional<double> value, limit kind, double bound, number_form form) {
  return {.what = std::move(what),
          .wanted = fmt::format("{} {}", words(kind), shown(bound, form)),
          .measured = shown(value, form),
          .value = value,
          .reached = value && keeps(kind, *value, bound)};
}

/// How much more CPU a delivery takes in the large crowd than among the usual users.
std::optional<double> growth(const figures& results, const std::string& large, const char* whose) {
  return over(results.median(large, whose, figure::cpu),
              results.median(case_name::window(narrow_window), whose, figure::cpu));
}

}  // namespace

std::vector<target> targets_of(const figures& results, const options& chosen) {
  const std::size_t most = chosen.crowds.back();
  const std::string large = case_name::crowd(most);
  const std::string joining = case_name::joining(most);
  const auto of_server = [&](const std::string& name, const char* figure) {
    return results.median(name, who::server, figure);
  };

  std::vector<target> all;
  all.push_back(make("fan-out, window 1: CPU a delivery, over the floor's",
                     results.ratio(case_name::window(narrow_window), figure::cpu), limit::at_most, most_narrow_cpu,
                     times));
  all.push_back(make("fan-out, window 64: deliveries a second, over the floor's",
                     results.ratio(case_name::window(wide_window), figure::rate), limit::at_least, least_wide_rate,
                     times));
  all.push_back(make("whispers: CPU a whisper, over the floor's", results.ratio(case_name::whispers, figure::cpu),
                     limit::at_most, most_whisper_cpu, times));
  all.push_back(make("whispers with a history: CPU a whisper, over the floor's",
                     over(of_server(case_name::kept_whispers, figure::cpu),
                          results.median(case_name::whispers, who::floor, figure::cpu)),
                     limit::at_most, most_kept_whisper_cpu, times));
  all.push_back(make(fmt::format("growth of CPU a delivery, {} to {} users, over the floor's", chosen.users, most),
                     over(growth(results, large, who::server), growth(results, large, who::floor)), limit::at_most,
                     most_growth, times));
  all.push_back(make(fmt::format("bytes of memory an idle user, {} users", most),
                     of_server(case_name::idle(most), figure::memory), limit::at_most, most_bytes, whole));
  all.push_back(make(fmt::format("{} users join: users a second", most), of_server(joining, figure::joins),
                     limit::at_least, least_joins, whole));
  all.push_back(make(fmt::format("{} users join: ms the slowest waits for its greeting", most),
                     of_server(joining, figure::wait), limit::at_most, most_wait, whole));
  all.push_back(make("slow readers: what the others still get, over what they got before",
                     of_server(case_name::slow, figure::kept), limit::at_least, least_kept, times));
  const double slow = of_server(case_name::slow, figure::slow).value_or(0);
  all.push_back(make("slow readers: bytes of memory the server takes more", of_server(case_name::slow, figure::growth),
                     limit::at_most, slow * send_queue + other_memory, whole));
  all.push_back(
      make("history: deliveries a second at window 64, over those without",
           over(of_server(case_name::history(true), figure::rate), of_server(case_name::history(false), figure::rate)),
           limit::at_least, least_kept_rate, times));
  const auto scraped = [&](std::size_t window, const char* figure) {
    return over(of_server(case_name::scraped(true, window), figure),
                of_server(case_name::scraped(false, window), figure));
  };
  all.push_back(make("a scrape a second, window 1: CPU a delivery, over that without",
                     scraped(narrow_window, figure::cpu), limit::at_most, most_scraped_cpu, times));
  all.push_back(make("a scrape a second, window 64: deliveries a second, over those without",
                     scraped(wide_window, figure::rate), limit::at_least, least_scraped_rate, times));
  for (const std::size_t window : {narrow_window, wide_window}) {
    all.push_back(make(fmt::format("over TLS, window {}: CPU a delivery, over the floor's", window),
                       results.ratio(case_name::over_tls(window), figure::cpu), limit::at_most, most_tls_cpu, times));
  }
  all.push_back(make("over TLS: bytes of memory an idle user", of_server(case_name::idle_over_tls, figure::memory),
                     limit::at_most, most_tls_bytes, whole));
  all.push_back(make("a thousand join over TLS a second: how many come in",
                     of_server(case_name::joins_over_tls, figure::joins), limit::at_least, least_tls_joins, whole));
  all.push_back(make("a thousand join over TLS a second: ms that a ping takes, p99",
                     of_server(case_name::joins_over_tls, figure::ping_p99), limit::at_most, most_ping_p99, tenths));
  for (const std::size_t window : {narrow_window, wide_window}) {
    all.push_back(make(fmt::format("WebSocket, window {}: CPU a delivery, over that by lines", window),
                       over(of_server(case_name::by_web(true, window), figure::cpu),
                            of_server(case_name::by_web(false, window), figure::cpu)),
                       limit::at_most, most_web_cpu, times));
  }
  all.push_back(make("by WebSocket: bytes of memory an idle user", of_server(case_name::idle_web, figure::memory),
                     limit::at_most, most_web_bytes, whole));
  for (const attack& each : attacks()) {
    if (!each.limited || !chosen.cases.attacks || !chosen.plays(each.name)) continue;
    all.push_back(make(fmt::format("{}: ms that a ping takes, p99", each.name), of_server(each.name, figure::ping_p99),
                       limit::at_most, most_ping_p99, tenths));
    all.push_back(make(fmt::format("{}: ms that a ping takes, at worst", each.name),
                       of_server(each.name, figure::ping_worst), limit::at_most, most_ping, tenths));
    all.push_back(make(fmt::format("{}: MiB of memory the server takes more", each.name),
                       of_server(each.name, figure::taken), limit::at_most, each.memory, whole));
  }
  all.push_back(
      make("two threads: deliveries a second, over one thread's",
           over(of_server(case_name::threads(2), figure::rate), of_server(case_name::threads(1), figure::rate)),
           limit::more_than, 1, times));
  return all;
}

}  // namespace confab::bench
