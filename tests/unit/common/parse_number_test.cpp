#include "common/parse_number.hpp"

#include <cstdint>
#include <string>

#include "tests/support/catch.hpp"

using confab::parse_number;

TEST_CASE("parse number: the whole text, or nothing", "[parse_number]") {
  CHECK(parse_number<unsigned>("0") == 0U);
  CHECK(parse_number<unsigned>("007") == 7U);
  CHECK(parse_number<int>("-1") == -1);
  for (const char* const text : {"", " ", " 1", "1 ", "+1", "-1", "1x", "x1", "0x1", "1.0", "1e3", "\xEF\xBC\x91"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_number<unsigned>(text));
  }
  CHECK_FALSE(parse_number<unsigned>(std::string_view("1\0", 2)));
}

TEST_CASE("parse number: what fits the type, and no more", "[parse_number]") {
  CHECK(parse_number<std::uint16_t>("65534") == std::uint16_t{65534});
  CHECK(parse_number<std::uint16_t>("65535") == std::uint16_t{65535});
  CHECK_FALSE(parse_number<std::uint16_t>("65536"));
  CHECK(parse_number<std::uint64_t>("18446744073709551615") == UINT64_MAX);
  CHECK_FALSE(parse_number<std::uint64_t>("18446744073709551616"));
}

TEST_CASE("parse number: in another base", "[parse_number]") {
  CHECK(parse_number<std::uint64_t>("00ffFF", 16) == std::uint64_t{0xFFFF});
  CHECK_FALSE(parse_number<std::uint64_t>("g", 16));
}
