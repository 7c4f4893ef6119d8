#include "server/net/network.hpp"

#include <arpa/inet.h>
#include <cstring>
#include <netinet/in.h>
#include <string>

#include "server/net/proxy_peers.hpp"
#include "tests/support/catch.hpp"

using namespace confab;
using net::contains;
using net::ip_of;
using net::network;
using net::parse_network;
using net::parse_proxy_peers;
using net::proxy_peers;
using net::to_string;

namespace {

sockaddr_storage address_of(const char* text) {
  sockaddr_storage out{};
  sockaddr_in v4{};
  sockaddr_in6 v6{};
  if (std::string_view(text) == "unix") {
    out.ss_family = AF_UNIX;
  } else if (::inet_pton(AF_INET, text, &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    std::memcpy(&out, &v4, sizeof v4);
  } else {
    REQUIRE(::inet_pton(AF_INET6, text, &v6.sin6_addr) == 1);
    v6.sin6_family = AF_INET6;
    std::memcpy(&out, &v6, sizeof v6);
  }
  return out;
}

bool is_in(const char* address, const std::string& all) {
  return contains(std::get<network>(parse_network(all)), *ip_of(address_of(address)));
}

std::string why_not(const std::string& text) {
  const auto read = parse_network(text);
  const auto* const wrong = std::get_if<std::string>(&read);
  return wrong == nullptr ? "" : *wrong;
}

proxy_peers peers(const std::string& text) {
  return std::get<proxy_peers>(parse_proxy_peers(text));
}

}  // namespace

TEST_CASE("network: an address is in it when the first bits agree", "[network]") {
  CHECK(is_in("10.0.0.0", "10.0.0.0/8"));
  CHECK(is_in("10.255.255.255", "10.0.0.0/8"));
  CHECK_FALSE(is_in("11.0.0.0", "10.0.0.0/8"));
  CHECK_FALSE(is_in("9.255.255.255", "10.0.0.0/8"));
  CHECK(is_in("192.0.2.63", "192.0.2.32/27"));
  CHECK_FALSE(is_in("192.0.2.64", "192.0.2.32/27"));
  CHECK_FALSE(is_in("192.0.2.31", "192.0.2.32/27"));
  CHECK(is_in("192.0.2.1", "192.0.2.1"));
  CHECK(is_in("192.0.2.1", "192.0.2.1/32"));
  CHECK_FALSE(is_in("192.0.2.2", "192.0.2.1"));
  CHECK(is_in("192.0.2.2", "0.0.0.0/0"));
  CHECK(is_in("fd12::1", "fd00::/8"));
  CHECK_FALSE(is_in("fc12::1", "fd00::/8"));
  CHECK(is_in("2001:db8:0:1::", "2001:db8::/63"));
  CHECK_FALSE(is_in("2001:db8:0:2::", "2001:db8::/63"));
  CHECK(is_in("::1", "::1"));
  CHECK_FALSE(is_in("::2", "::1"));
  CHECK(is_in("::2", "::/0"));
}

TEST_CASE("network: an IPv4 address is in no IPv6 network, and is one itself where IPv6 maps it", "[network]") {
  CHECK_FALSE(is_in("10.0.0.1", "::/0"));
  CHECK_FALSE(is_in("::a00:1", "10.0.0.0/8"));
  CHECK(is_in("::ffff:10.0.0.1", "10.0.0.0/8"));
  CHECK(is_in("10.0.0.1", "::ffff:10.0.0.0/104"));
  CHECK(to_string(std::get<network>(parse_network("::ffff:10.0.0.0/104"))) == "10.0.0.0/8");
}

TEST_CASE("network: is written as it is read", "[network]") {
  for (const char* const text : {"10.0.0.0/8", "0.0.0.0/0", "192.0.2.1", "fd00::/8", "::/0", "::1", "2001:db8::/127"}) {
    CHECK(to_string(std::get<network>(parse_network(text))) == text);
  }
  CHECK(to_string(std::get<network>(parse_network("192.0.2.1/32"))) == "192.0.2.1");
}

TEST_CASE("network: what is none is told with how to write one", "[network]") {
  for (const char* const text : {"", "/", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0/8", "fd00::/129",
                                 "localhost", "10.0.0.0/8/8", "[::1]", "10.0.0.0/8 "}) {
    CAPTURE(text);
    CHECK(why_not(text).ends_with(" is no network: write 10.0.0.0/8, fd00::/8, or a single address"));
  }
  CHECK(why_not("10.0.0.1/8") == "10.0.0.1/8 is an address in a network: write 10.0.0.0/8");
  CHECK(why_not("fd00::1/64") == "fd00::1/64 is an address in a network: write fd00::/64");
}

TEST_CASE("network: of an address that is none, there is no IP", "[network]") {
  CHECK_FALSE(ip_of(address_of("unix")));
  CHECK_FALSE(ip_of(sockaddr_storage{}));
}

TEST_CASE("proxy peers: whoever is in one of their networks", "[network]") {
  const proxy_peers all = peers("10.0.0.0/8+fd00::/8");
  CHECK(all.have(address_of("10.1.2.3")));
  CHECK(all.have(address_of("::ffff:10.1.2.3")));
  CHECK(all.have(address_of("fd00::1")));
  CHECK_FALSE(all.have(address_of("192.0.2.1")));
  CHECK_FALSE(all.have(address_of("unix")));
  CHECK(to_string(all) == "10.0.0.0/8+fd00::/8");
  CHECK_FALSE(proxy_peers().have(address_of("10.1.2.3")));
  CHECK_FALSE(proxy_peers().have(address_of("unix")));
}

TEST_CASE("proxy peers: whoever comes over a unix socket", "[network]") {
  CHECK(peers("unix").have(address_of("unix")));
  CHECK_FALSE(peers("unix").have(address_of("127.0.0.1")));
  CHECK(to_string(peers("unix")) == "unix");
}

TEST_CASE("proxy peers: 64 networks at most, and none of them empty", "[network]") {
  const auto many = [](std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) text += (i == 0 ? "10.0.0." : "+10.0.0.") + std::to_string(i);
    return parse_proxy_peers(text);
  };
  CHECK(std::get<proxy_peers>(many(63)).networks.size() == 63);
  CHECK(std::get<proxy_peers>(many(64)).networks.size() == 64);
  CHECK(std::get<std::string>(many(65)) == "more than 64 networks");
  for (const char* const text : {"", "+", "10.0.0.0/8+", "+10.0.0.0/8", "10.0.0.0/8++::1", "unix+10.0.0.0/8", "Unix"}) {
    CAPTURE(text);
    CHECK(std::holds_alternative<std::string>(parse_proxy_peers(text)));
  }
}
