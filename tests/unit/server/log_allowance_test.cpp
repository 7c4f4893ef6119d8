#include "server/log_allowance.hpp"

#include <chrono>
#include <cstddef>

#include "tests/support/catch.hpp"

using namespace std::chrono_literals;
using confab::log_allowance;
namespace level = spdlog::level;

namespace {

/// A moment after `since` the first.
log_allowance::clock::time_point at(std::chrono::milliseconds since) {
  return log_allowance::clock::time_point(1h) + since;
}

}  // namespace

TEST_CASE("log allowance: so many lines of a level in a span, and the span begins with the first", "[log_allowance]") {
  const std::size_t most = GENERATE(0U, 1U, 20U);
  CAPTURE(most);
  log_allowance lines(most, 60s);
  for (const auto begin : {0ms, 60'000ms, 200'000ms, 260'000ms}) {
    CAPTURE(begin.count());
    const auto last = begin + 59'999ms;
    for (std::size_t i = 0; i < most; ++i) CHECK(lines.take(level::info, at(i == 0 ? begin : last)));
    CHECK_FALSE(lines.take(level::info, at(last)));
  }
  CHECK(lines.take_omitted().lines == 4);
}

TEST_CASE("log allowance: what is more urgent has lines of its own", "[log_allowance]") {
  log_allowance lines(1, 60s);
  CHECK(lines.take(level::info, at(0ms)));
  CHECK_FALSE(lines.take(level::info, at(1ms)));
  CHECK(lines.take(level::warn, at(2ms)));
  CHECK_FALSE(lines.take(level::warn, at(3ms)));
  CHECK(lines.take(level::err, at(4ms)));
  CHECK(lines.take(level::critical, at(5ms)));
}

TEST_CASE("log allowance: what is left out is told once, when its span is over", "[log_allowance]") {
  log_allowance lines(1, 60s);
  CHECK_FALSE(lines.has_omitted());
  CHECK(lines.take(level::warn, at(0ms)));
  CHECK_FALSE(lines.has_omitted());
  CHECK_FALSE(lines.take(level::warn, at(10ms)));
  CHECK(lines.has_omitted());
  CHECK(lines.due() == at(60s));
  CHECK_FALSE(lines.take(level::warn, at(59'999ms)));
  SECTION("in time") {
    const auto told = lines.take_omitted();
    CHECK(told.lines == 2);
    CHECK(told.level == level::warn);
  }
  SECTION("late: what is left out later goes with it, and it is due as it was") {
    CHECK(lines.take(level::info, at(60s)));
    CHECK_FALSE(lines.take(level::info, at(61s)));
    CHECK(lines.due() == at(60s));
    CHECK(lines.take_omitted().lines == 3);
  }
  CHECK_FALSE(lines.has_omitted());
  CHECK(lines.take_omitted().lines == 0);
}

TEST_CASE("log allowance: what is left out is as urgent as the most urgent of it", "[log_allowance]") {
  log_allowance lines(0, 60s);
  lines.take(level::info, at(0ms));
  CHECK(lines.take_omitted().level == level::info);
  lines.take(level::err, at(0ms));
  lines.take(level::info, at(0ms));
  CHECK(lines.take_omitted().level == level::err);
  lines.take(level::warn, at(0ms));
  CHECK(lines.take_omitted().level == level::warn);
}
