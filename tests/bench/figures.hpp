#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/bench/measure.hpp"

namespace confab::bench {

/// Who was measured.
namespace who {
inline constexpr const char* server = "server";
inline constexpr const char* floor = "floor";
}  // namespace who

/// Names of figures; the unit is in the name.
namespace figure {
inline constexpr const char* rate = "deliveries_per_second";
inline constexpr const char* cpu = "cpu_ns_per_delivery";
inline constexpr const char* p50 = "latency_p50_us";
inline constexpr const char* p99 = "latency_p99_us";
inline constexpr const char* driver = "driver_busy";
inline constexpr const char* joins = "joins_per_second";
inline constexpr const char* wait = "worst_wait_ms";
inline constexpr const char* memory = "bytes_per_user";
inline constexpr const char* kept = "kept_by_the_others";
inline constexpr const char* growth = "peak_memory_growth_bytes";
inline constexpr const char* hung_up = "slow_readers_disconnected";
inline constexpr const char* slow = "slow_readers";
inline constexpr const char* ping_p50 = "ping_p50_ms";
inline constexpr const char* ping_p99 = "ping_p99_ms";
inline constexpr const char* ping_worst = "ping_worst_ms";
inline constexpr const char* taken = "memory_taken_mib";
}  // namespace figure

/// All figures of a run: for each case, who and figure the samples, one a round.
class figures {
 public:
  using samples = std::vector<double>;
  using of_one = std::map<std::string, samples>;                 ///< by figure
  using of_case = std::map<std::string, of_one>;                 ///< by who
  using by_case = std::vector<std::pair<std::string, of_case>>;  ///< in the order they were first measured

  void add(const std::string& name, const std::string& whose, const std::string& figure, double value);
  void add(const std::string& name, const std::string& whose, const measurement& measured);

  /// Something the reader has to know, such as a case that failed.
  void note(std::string text) { notes_.push_back(std::move(text)); }

  /// The median of the samples; nothing when there are none.
  std::optional<double> median(const std::string& name, const std::string& whose, const std::string& figure) const;

  /// The server's median over the floor's.
  std::optional<double> ratio(const std::string& name, const std::string& figure) const;

  const by_case& cases() const noexcept { return cases_; }
  const std::vector<std::string>& notes() const noexcept { return notes_; }

 private:
  by_case cases_;
  std::vector<std::string> notes_;
};

/// The median of at least one value.
double median_of(std::vector<double> values);

/// A number for people: so many decimals, and its unit behind it ("x" for a ratio).
struct number_form {
  int decimals = 0;
  const char* unit = "";
};
inline constexpr number_form whole{};
inline constexpr number_form tenths{.decimals = 1};
inline constexpr number_form times{.decimals = 2, .unit = "x"};

/// `value` in that form; a dash when there is none.
std::string shown(std::optional<double> value, number_form form);

/// `a` over `b` when both are there.
std::optional<double> over(std::optional<double> a, std::optional<double> b);

}  // namespace confab::bench
