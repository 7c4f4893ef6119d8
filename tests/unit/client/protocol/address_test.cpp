#include "client/protocol/address.hpp"

#include <string>

#include "tests/support/catch.hpp"

using namespace confab::client;

TEST_CASE("address: a server is written in every usual way", "[address]") {
  struct example {
    const char* text;
    const char* host;
    int port;  // 0: none said
  };
  const example all[] = {{"localhost", "localhost", 0},
                         {"127.0.0.1", "127.0.0.1", 0},
                         {"chat.example.org:46065", "chat.example.org", 46065},
                         {"127.0.0.1:1", "127.0.0.1", 1},
                         {"127.0.0.1:65535", "127.0.0.1", 65535},
                         {"::1", "::1", 0},
                         {"[::1]", "::1", 0},
                         {"[::1]:46065", "::1", 46065},
                         {"2001:db8::7", "2001:db8::7", 0},
                         {"fe80::1%eth0", "fe80::1%eth0", 0},
                         {"[fe80::1%eth0]:8888", "fe80::1%eth0", 8888},
                         {"::ffff:127.0.0.1", "::ffff:127.0.0.1", 0}};
  for (const example& each : all) {
    INFO(each.text);
    const auto read = parse_address(each.text);
    REQUIRE(read);
    CHECK(read->host == each.host);
    CHECK(read->port.value_or(0) == each.port);
  }
}

TEST_CASE("address: what is none is refused", "[address]") {
  for (const char* wrong :
       {"", ":", ":80", "host:", "host:0", "host:65536", "host:8x", "host:-1", "[", "[]", "[::1", "[::1]x",
        "[::1]:", "[::1]:0", "[host]:80", "[127.0.0.1]:80", "a b", "http://host", "::1]:80"}) {
    INFO(wrong);
    CHECK_FALSE(parse_address(wrong));
  }
}

TEST_CASE("address: what is shown can be typed again", "[address]") {
  for (const char* host : {"localhost", "127.0.0.1", "::1", "fe80::1%eth0"}) {
    for (const int number : {1, 8888, 65535}) {
      const auto port = static_cast<std::uint16_t>(number);
      const std::string shown = show_address(host, port);
      INFO(shown);
      const auto read = parse_address(shown);
      REQUIRE(read);
      CHECK(read->host == host);
      CHECK(read->port == port);
    }
  }
}
