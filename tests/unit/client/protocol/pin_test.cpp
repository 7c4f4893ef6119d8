#include "client/protocol/pin.hpp"

#include <string>

#include "tests/support/catch.hpp"

using namespace confab::client;

namespace {

const std::string digits = "00112233445566778899aabbccddeeff0123456789abcdef0123456789abcdef";
const std::string shown =
    "00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:01:23:45:67:89:AB:CD:EF:01:23:45:67:89:AB:CD:EF";

}  // namespace

TEST_CASE("pin: 64 digits in either case, with colons or without", "[pin]") {
  CHECK(parse_pin(digits) == digits);
  CHECK(parse_pin(shown) == digits);
  CHECK(parse_pin("00112233445566778899AABBCCDDEEFF0123456789abcdef0123456789ABCDEF") == digits);
  CHECK(show_pin(digits) == shown);
}

TEST_CASE("pin: one digit less or more is none, nor is a colon that is not between all pairs", "[pin]") {
  CHECK_FALSE(parse_pin(""));
  CHECK_FALSE(parse_pin(digits.substr(1)));
  CHECK_FALSE(parse_pin(digits + "0"));
  CHECK_FALSE(parse_pin(shown.substr(1)));
  CHECK_FALSE(parse_pin(shown + ":"));
  CHECK_FALSE(parse_pin(shown + ":0"));
  CHECK_FALSE(parse_pin(":" + shown));
  CHECK_FALSE(parse_pin(std::string(digits).replace(10, 1, ":")));
  CHECK_FALSE(parse_pin(std::string(shown).replace(2, 1, "0")));
  CHECK_FALSE(parse_pin(" " + digits.substr(1)));
  CHECK_FALSE(parse_pin("sha256:" + digits));
}

TEST_CASE("pin: whatever is no digit makes it none, wherever it stands", "[pin]") {
  for (std::size_t at = 0; at < shown.size(); ++at) {
    CAPTURE(at);
    std::string changed = shown;
    changed[at] = 'g';
    CHECK_FALSE(parse_pin(changed));
    if (at < digits.size()) CHECK_FALSE(parse_pin(std::string(digits).replace(at, 1, "G")));
  }
}
