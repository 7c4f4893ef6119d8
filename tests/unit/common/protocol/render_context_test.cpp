#include "common/protocol/render_context.hpp"

#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <random>
#include <string>

#include <fmt/format.h>

#include "tests/support/catch.hpp"
#include "tests/unit/common/protocol/rendering.hpp"

using namespace confab;
using confab::test::at_ms;

namespace {

/// The time zone of the process; put back at the end of the scope.
class time_zone {
 public:
  explicit time_zone(const char* wanted) {
    if (const char* const before = std::getenv("TZ")) before_ = before;
    set(wanted);
  }
  ~time_zone() { set(before_.c_str()); }
  time_zone(const time_zone&) = delete;
  time_zone& operator=(const time_zone&) = delete;

 private:
  static void set(const char* zone) {
    if (*zone == '\0') {
      ::unsetenv("TZ");
    } else {
      ::setenv("TZ", zone, 1);
    }
    ::tzset();
  }
  std::string before_;
};

}  // namespace

TEST_CASE("times: programs get UTC with milliseconds", "[render_context]") {
  const time_zone somewhere("Asia/Shanghai");
  const auto at = [](std::int64_t ms) { return format_time(at_ms(ms)); };
  CHECK(at(0) == "1970-01-01T00:00:00.000Z");
  CHECK(at(1) == "1970-01-01T00:00:00.001Z");
  CHECK(at(999) == "1970-01-01T00:00:00.999Z");
  CHECK(at(1000) == "1970-01-01T00:00:01.000Z");
  CHECK(at(-1) == "1969-12-31T23:59:59.999Z");
  CHECK(at(1'709'164'800'000) == "2024-02-29T00:00:00.000Z");
  CHECK(at(1'767'614'580'123) == "2026-01-05T12:03:00.123Z");
  CHECK(at(4'102'444'799'050) == "2099-12-31T23:59:59.050Z");
  // What is finer than a millisecond is cut off, never rounded up into the next second.
  const std::chrono::system_clock::time_point almost{std::chrono::microseconds(1'999'999)};
  CHECK(format_time(almost) == "1970-01-01T00:00:01.999Z");
}

TEST_CASE("times: programs get what the calendar of the C library says", "[render_context]") {
  constexpr std::int64_t most = 9'200'000'000'000;  // about what a time_point can hold, in milliseconds either way
  std::mt19937_64 random(7);
  std::uniform_int_distribution<std::int64_t> any(-most, most);
  for (int i = 0; i < 20000; ++i) {
    const std::int64_t ms = i < 1000 ? (i - 500) * 86'400'000LL - i % 3 : any(random);
    const std::int64_t part = ((ms % 1000) + 1000) % 1000;
    const auto whole = static_cast<std::time_t>((ms - part) / 1000);
    std::tm parts{};
    REQUIRE(::gmtime_r(&whole, &parts) != nullptr);
    REQUIRE(format_time(at_ms(ms)) == fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", parts.tm_year + 1900,
                                                  parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min,
                                                  parts.tm_sec, part));
  }
}

TEST_CASE("times: in front of a line they have the second", "[render_context]") {
  const time_zone china("CST-8");
  CHECK(format_stamp(at_ms(1'767'614'580'123)) == "2026-01-05 20:03:00 ");
  CHECK(format_stamp(at_ms(1'767'643'199'999)) == "2026-01-06 03:59:59 ");
}

TEST_CASE("times: people get the minute in their own zone", "[render_context]") {
  {
    const time_zone utc("UTC0");
    CHECK(format_past(at_ms(1'767'614'580'123)) == "2026-01-05 12:03");
    CHECK(format_past(at_ms(1'767'614'639'999)) == "2026-01-05 12:03");
    CHECK(format_past(at_ms(-1)) == "1969-12-31 23:59");
    CHECK(format_past(at_ms(-60'001)) == "1969-12-31 23:58");
  }
  const time_zone china("CST-8");
  CHECK(format_past(at_ms(1'767'614'580'123)) == "2026-01-05 20:03");
  CHECK(format_past(at_ms(1'767'643'200'000)) == "2026-01-06 04:00");
}
