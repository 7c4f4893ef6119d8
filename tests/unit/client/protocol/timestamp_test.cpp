#include "client/protocol/timestamp.hpp"

#include "tests/support/catch.hpp"

using namespace confab::client;
using namespace std::chrono_literals;

TEST_CASE("timestamp: takes only RFC 3339 times in UTC", "[timestamp]") {
  CHECK(parse_time("1970-01-01T00:00:00Z") == std::chrono::sys_time<std::chrono::milliseconds>(0ms));
  CHECK(parse_time("1970-01-01T00:00:01.5Z") == std::chrono::sys_time<std::chrono::milliseconds>(1500ms));
  CHECK(parse_time("1970-01-01t00:00:01.123456z") == std::chrono::sys_time<std::chrono::milliseconds>(1123ms));
  CHECK(parse_time("2024-02-29T23:59:59Z"));
  for (const char* wrong :
       {"", "1970-01-01", "1970-01-01T00:00:00", "1970-01-01T00:00:00.Z", "1970-13-01T00:00:00Z",
        "2023-02-29T00:00:00Z", "1970-01-01T24:00:00Z", "1970-01-01T00:60:00Z", "1970-01-01T00:00:00Zx",
        "1970-01-01T00:00:00+01:00", "197a-01-01T00:00:00Z", "1970-01-00T00:00:00Z", "1970-01-01T-1:00:00Z"}) {
    INFO(wrong);
    CHECK_FALSE(parse_time(wrong));
  }
}
