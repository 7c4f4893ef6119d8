// That the benchmark counts rightly: lines in a stream cut anywhere, percentiles, medians, verdicts.

#include <string>
#include <string_view>

#include "tests/bench/case_names.hpp"
#include "tests/bench/figures.hpp"
#include "tests/bench/histogram.hpp"
#include "tests/bench/line_tally.hpp"
#include "tests/bench/load.hpp"
#include "tests/bench/targets.hpp"
#include "tests/support/catch.hpp"

using namespace confab::bench;

TEST_CASE("line tally: counts marked lines only, however the stream is cut", "[bench]") {
  const std::string stream = "[a]b: is online\n[a]b: one~#\n~#\n[a]b: two~#x\n#\n[a]b: ~ #\n[a]b: three~#\n~";
  for (std::size_t first = 0; first <= stream.size(); ++first) {
    for (std::size_t second = first; second <= stream.size(); ++second) {
      const std::string_view view = stream;
      line_tally tally;
      const std::size_t lines = tally.add(view.substr(0, first)) + tally.add(view.substr(first, second - first)) +
                                tally.add(view.substr(second));
      REQUIRE(lines == 3);
    }
  }
}

TEST_CASE("message text: has the length asked for and the mark", "[bench]") {
  for (const std::size_t bytes : {8U, 16U, 56U, 57U, 58U, 59U, 60U, 100U, 1000U}) {
    const std::string text = message_text(bytes);
    CHECK(text.size() == bytes);
    CHECK(text.ends_with(line_mark));
    CHECK(text.find('\n') == std::string::npos);
  }
}

TEST_CASE("histogram: percentiles are right to a few per cent over the whole range", "[bench]") {
  CHECK(histogram().percentile(0.5) == 0);
  for (const std::uint64_t unit : {1ULL, 40ULL, 1'000'000ULL, 3'000'000'000'000ULL}) {
    histogram some;
    for (std::uint64_t i = 1; i <= 1000; ++i) some.add(i * unit);
    CHECK(some.count() == 1000);
    CHECK(some.percentile(0.50) == Approx(500.0 * static_cast<double>(unit)).epsilon(0.035));
    CHECK(some.percentile(0.99) == Approx(990.0 * static_cast<double>(unit)).epsilon(0.035));
  }
  histogram largest;
  largest.add(UINT64_MAX);
  CHECK(largest.percentile(1) == Approx(1.8447e19).epsilon(0.035));
}

TEST_CASE("figures: median, ratio and what is missing", "[bench]") {
  CHECK(median_of({3, 1, 2}) == 2);
  CHECK(median_of({4, 1, 2, 3}) == 2.5);
  figures results;
  for (const double value : {30.0, 10.0, 20.0}) results.add("case", who::server, figure::cpu, value);
  CHECK(results.median("case", who::server, figure::cpu) == 20);
  CHECK_FALSE(results.median("case", who::server, figure::rate));
  CHECK_FALSE(results.median("other", who::server, figure::cpu));
  CHECK_FALSE(results.ratio("case", figure::cpu));
  results.add("case", who::floor, figure::cpu, 16);
  CHECK(results.ratio("case", figure::cpu) == 1.25);
}

TEST_CASE("targets: a limit itself is reached, a little beyond it is not", "[bench]") {
  const auto verdicts = [](double cpu, double rate, double large) {
    figures results;
    results.add(case_name::window(1), who::floor, figure::cpu, 1000);
    results.add(case_name::window(1), who::server, figure::cpu, cpu);
    results.add(case_name::window(64), who::floor, figure::rate, 1000);
    results.add(case_name::window(64), who::server, figure::rate, rate);
    results.add(case_name::crowd(15000), who::floor, figure::cpu, 2000);
    results.add(case_name::crowd(15000), who::server, figure::cpu, large);
    return targets_of(results, options{});
  };
  const auto reached = verdicts(1100, 900, 1100 * 2 * 1.15);
  CHECK(reached[0].reached);
  CHECK(reached[1].reached);
  CHECK(reached[4].reached);
  const auto missed = verdicts(1101, 899, 1101 * 2 * 1.16);
  CHECK_FALSE(missed[0].reached);
  CHECK_FALSE(missed[1].reached);
  CHECK_FALSE(missed[4].reached);
  for (const target& each : targets_of(figures(), options{})) {
    CHECK_FALSE(each.value);
    CHECK_FALSE(each.reached);
  }
}
