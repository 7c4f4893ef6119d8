// How numbers are written for Prometheus: its text format, version 0.0.4.

#include "server/metrics/exposition.hpp"

#include <array>
#include <chrono>
#include <string>

#include "tests/support/catch.hpp"

using namespace confab::metrics;
using namespace std::chrono_literals;

TEST_CASE("exposition: a family has its help and type before its samples", "[exposition]") {
  exposition out;
  out.begin("tea_total", kind::counter, "Cups of tea.");
  out.sample(std::uint64_t{3}, {{"sort", "green"}});
  out.sample(UINT64_MAX, {{"sort", "black"}, {"milk", "no"}});
  out.begin("heat", kind::gauge, "How hot.");
  out.sample(1.5);
  CHECK(out.text() ==
        "# HELP tea_total Cups of tea.\n"
        "# TYPE tea_total counter\n"
        "tea_total{sort=\"green\"} 3\n"
        "tea_total{sort=\"black\",milk=\"no\"} 18446744073709551615\n"
        "# HELP heat How hot.\n"
        "# TYPE heat gauge\n"
        "heat 1.5\n");
  CHECK(out.series() == 3);
}

TEST_CASE("exposition: help and labels may hold anything", "[exposition]") {
  exposition out;
  out.begin("a", kind::gauge, "one\\ \"two\"\nthree");
  out.sample(std::uint64_t{1}, {{"b", "one\\ \"two\"\nthree"}});
  CHECK(out.text() ==
        "# HELP a one\\\\ \"two\"\\nthree\n"
        "# TYPE a gauge\n"
        "a{b=\"one\\\\ \\\"two\\\"\\nthree\"} 1\n");
}

TEST_CASE("exposition: the buckets of a histogram are cumulative, and the last is its count", "[exposition]") {
  static constexpr std::array<std::chrono::nanoseconds, 3> bounds{10us, 3ms, 1s};
  histogram took(bounds);
  took.add(10us);
  took.add(10us + 1ns);
  took.add(3ms);
  took.add(1s);
  took.add(1s + 1ns);
  took.add(-5ns);  // no clock should do that; it is not much, in any case
  exposition out;
  out.begin("turn_seconds", kind::histogram, "Turns.");
  out.samples(took);
  CHECK(out.text() ==
        "# HELP turn_seconds Turns.\n"
        "# TYPE turn_seconds histogram\n"
        "turn_seconds_bucket{le=\"1e-05\"} 2\n"
        "turn_seconds_bucket{le=\"0.003\"} 4\n"
        "turn_seconds_bucket{le=\"1\"} 5\n"
        "turn_seconds_bucket{le=\"+Inf\"} 6\n"
        "turn_seconds_sum 2.003020002\n"
        "turn_seconds_count 6\n");
  CHECK(out.series() == 6);
}

TEST_CASE("exposition: an empty histogram has all its buckets", "[exposition]") {
  static constexpr std::array<std::chrono::nanoseconds, histogram::max_bounds> bounds{1ns, 2ns, 3ns, 4ns,  5ns, 6ns,
                                                                                      7ns, 8ns, 9ns, 10ns, 11ns};
  histogram took(bounds);
  exposition out;
  out.begin("a", kind::histogram, "b");
  out.samples(took);
  CHECK(out.series() == histogram::max_bounds + 3);
  CHECK(out.text().ends_with("a_bucket{le=\"+Inf\"} 0\na_sum 0\na_count 0\n"));
}
