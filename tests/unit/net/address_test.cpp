#include "server/net/address.hpp"

#include <arpa/inet.h>
#include <cstring>
#include <netinet/in.h>
#include <string>

#include "common/names.hpp"
#include "tests/support/catch.hpp"

namespace {

std::string v4(const char* host, std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  REQUIRE(::inet_pton(AF_INET, host, &address.sin_addr) == 1);
  sockaddr_storage storage{};
  std::memcpy(&storage, &address, sizeof address);
  return confab::net::to_string(storage);
}

std::string v6(const char* host, std::uint16_t port) {
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  address.sin6_port = htons(port);
  REQUIRE(::inet_pton(AF_INET6, host, &address.sin6_addr) == 1);
  sockaddr_storage storage{};
  std::memcpy(&storage, &address, sizeof address);
  return confab::net::to_string(storage);
}

}  // namespace

TEST_CASE("address: IPv4 is ip:port", "[address]") {
  CHECK(v4("127.0.0.1", 8888) == "127.0.0.1:8888");
  CHECK(v4("0.0.0.0", 0) == "0.0.0.0:0");
  CHECK(v4("255.255.255.255", 65535) == "255.255.255.255:65535");
}

TEST_CASE("address: IPv6 is in brackets, in its short form", "[address]") {
  CHECK(v6("::1", 8888) == "[::1]:8888");
  CHECK(v6("::", 1) == "[::]:1");
  CHECK(v6("2001:0DB8:0:0:0:0:0:1", 65535) == "[2001:db8::1]:65535");
  CHECK(v6("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 65535) == "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535");
}

TEST_CASE("address: an IPv4 peer of an IPv6 socket is shown as IPv4", "[address]") {
  CHECK(v6("::ffff:192.0.2.7", 5000) == "192.0.2.7:5000");
  CHECK(v6("::ffff:0.0.0.0", 5000) == "0.0.0.0:5000");
  CHECK(v6("::fffe:192.0.2.7", 5000) != "192.0.2.7:5000");
}

TEST_CASE("address: whatever is shown is its own key, and no name", "[address]") {
  for (const std::string& text : {v4("192.0.2.1", 1), v6("fe80::abcd", 2), v6("::ffff:192.0.2.7", 3)}) {
    CAPTURE(text);
    CHECK(confab::name_key(text) == text);
    CHECK(std::holds_alternative<confab::name_error>(confab::parse_name(text)));
  }
}
