#include "server/net/address.hpp"

#include <arpa/inet.h>
#include <cstddef>
#include <cstring>
#include <net/if.h>
#include <netinet/in.h>
#include <stdexcept>
#include <string>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include "common/names.hpp"
#include "common/unique_fd.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/scratch_directory.hpp"

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

std::string v6(const char* host, std::uint16_t port, std::uint32_t scope = 0) {
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  address.sin6_port = htons(port);
  address.sin6_scope_id = scope;
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
  for (const std::string& text : {v4("192.0.2.1", 1), v6("fe80::abcd", 2), v6("::ffff:192.0.2.7", 3),
                                  v6("fe80::abcd", 4, ::if_nametoindex("lo")), v6("fe80::abcd", 5, 99999)}) {
    CAPTURE(text);
    CHECK(confab::name_key(text) == text);
    CHECK(std::holds_alternative<confab::name_error>(confab::parse_name(text)));
  }
}

TEST_CASE("address: a link-local address has its network interface", "[address]") {
  const std::uint32_t loopback = ::if_nametoindex("lo");
  REQUIRE(loopback != 0);
  CHECK(v6("fe80::abcd", 7, loopback) == "[fe80::abcd%lo]:7");
  CHECK(v6("fe80::abcd", 7, 99999) == "[fe80::abcd%99999]:7");
}

TEST_CASE("address: whoever comes over a unix socket is unix", "[address]") {
  sockaddr_un local{};
  local.sun_family = AF_UNIX;
  std::strcpy(local.sun_path, "/somewhere");
  sockaddr_storage storage{};
  std::memcpy(&storage, &local, sizeof local);
  CHECK(confab::net::to_string(storage) == "unix");
  CHECK(confab::is_like_local_address("unix"));
}

TEST_CASE("address: a bound socket says where it is", "[address]") {
  const auto where = [](int family, const auto& address, std::size_t size) {
    const confab::unique_fd socket(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    REQUIRE(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), static_cast<socklen_t>(size)) == 0);
    return confab::net::name_of(socket.get());
  };
  sockaddr_in four{};
  four.sin_family = AF_INET;
  four.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  CHECK(where(AF_INET, four, sizeof four).starts_with("127.0.0.1:"));
  const confab::test::scratch_directory folder;
  sockaddr_un local{};
  local.sun_family = AF_UNIX;
  const auto start = offsetof(sockaddr_un, sun_path);
  SECTION("in the file system") {
    const std::string path = folder.path() +
                             "/a\x1B"
                             "b";
    std::memcpy(local.sun_path, path.data(), path.size());
    CHECK(where(AF_UNIX, local, sizeof local) == "unix:" + folder.path() + "/a\uFFFDb");
  }
  SECTION("with the longest path") {
    std::string path = folder.path() + "/";
    path.resize(sizeof local.sun_path, 'x');  // without a zero at its end
    std::memcpy(local.sun_path, path.data(), path.size());
    CHECK(where(AF_UNIX, local, sizeof local) == "unix:" + path);
  }
  SECTION("in the abstract name space") {
    const std::string name = '\0' + std::string("confab-test-") + std::to_string(::getpid());
    std::memcpy(local.sun_path, name.data(), name.size());
    CHECK(where(AF_UNIX, local, start + name.size()) == "unix:@" + name.substr(1));
  }
  CHECK(confab::net::name_of(-1).empty());
}

TEST_CASE("address: typed addresses", "[address]") {
  struct sample {
    std::string text, ip;
    int port;  // -1: none
  };
  const std::vector<sample> samples{
      {"127.0.0.1", "127.0.0.1", -1},
      {"127.0.0.1:0", "127.0.0.1", 0},
      {"127.0.0.1:65535", "127.0.0.1", 65535},
      {"::", "::", -1},
      {"::1", "::1", -1},
      {"[::1]", "::1", -1},
      {"[::1]:80", "::1", 80},
      {"2001:db8::1:8888", "2001:db8::1:8888", -1},
      {"::ffff:127.0.0.1", "::ffff:127.0.0.1", -1},
      {"[::ffff:127.0.0.1]:8", "::ffff:127.0.0.1", 8},
      {"fe80::1%eth0", "fe80::1%eth0", -1},
      {"fe80::1%2", "fe80::1%2", -1},
      {"[fe80::1%eth0]:9", "fe80::1%eth0", 9},
      {"FE80::1%eth0", "FE80::1%eth0", -1},
      {"febf::1%eth0", "febf::1%eth0", -1},
  };
  for (const sample& each : samples) {
    CAPTURE(each.text);
    const auto parsed = confab::net::parse_address(each.text);
    const auto* const typed = std::get_if<confab::net::typed_address>(&parsed);
    REQUIRE(typed != nullptr);
    CHECK(typed->ip == each.ip);
    CHECK(typed->has_port == (each.port >= 0));
    if (each.port >= 0) CHECK(typed->port == each.port);
  }
}

TEST_CASE("address: what is typed wrong is answered with what is wrong", "[address]") {
  const std::vector<std::pair<std::string, std::string>> samples{
      {"", " is not an IPv4 or IPv6 address"},
      {"localhost", "localhost is not an IPv4 or IPv6 address"},
      {"localhost:80", "localhost:80 is not an IPv4 or IPv6 address"},
      {"1.2.3", "not an IPv4 or IPv6 address"},
      {"1.2.3.4.5", "not an IPv4 or IPv6 address"},
      {":80", "not an IPv4 or IPv6 address"},
      {"127.0.0.1%lo", "not an IPv4 or IPv6 address"},
      {"[127.0.0.1]:80", "not an IPv4 or IPv6 address"},
      {"[]:80", "not an IPv4 or IPv6 address"},
      {"::g", "not an IPv4 or IPv6 address"},
      {"[::1", "the bracket ] is missing"},
      {"::1]:80", "not an IPv4 or IPv6 address"},
      {"127.0.0.1:", "not a port from 0 to 65535"},
      {"127.0.0.1:65536", "not a port from 0 to 65535"},
      {"127.0.0.1:-1", "not a port from 0 to 65535"},
      {"127.0.0.1:http", "not a port from 0 to 65535"},
      {"[::1]:", "not a port from 0 to 65535"},
      {"[::1]80", "not a port from 0 to 65535"},
      {"[::1]:8 8", "not a port from 0 to 65535"},
      {"fe80::1", "add the network interface, as in fe80::1%eth0"},
      {"[fe80::1]:80", "add the network interface, as in fe80::1%eth0"},
      {"fe80::1%", "add the network interface, as in fe80::1%eth0"},
      {"::1%lo", "only an address that starts with fe80:"},
      {"2001:db8::1%eth0", "only an address that starts with fe80:"},
  };
  for (const auto& [text, wrong] : samples) {
    CAPTURE(text);
    const auto parsed = confab::net::parse_address(text);
    const auto* const sentence = std::get_if<std::string>(&parsed);
    REQUIRE(sentence != nullptr);
    CHECK(sentence->find(wrong) != std::string::npos);
  }
}

TEST_CASE("address: what is shown can be given back", "[address]") {
  for (const std::string& text : {v4("192.0.2.1", 1), v6("2001:db8::1", 2), v6("::ffff:192.0.2.7", 3), v6("::1", 0),
                                  v6("fe80::abcd", 4, ::if_nametoindex("lo"))}) {
    CAPTURE(text);
    const auto parsed = confab::net::parse_address(text);
    const auto* const typed = std::get_if<confab::net::typed_address>(&parsed);
    REQUIRE(typed != nullptr);
    REQUIRE(typed->has_port);
    const auto endpoint = confab::net::endpoint_of(typed->ip, typed->port);
    sockaddr_storage storage{};
    std::memcpy(&storage, endpoint.data(), endpoint.size());
    CHECK(confab::net::to_string(storage) == text);
  }
}

TEST_CASE("address: a network interface by name or number, and one that is not there", "[address]") {
  const auto loopback = ::if_nametoindex("lo");
  CHECK(confab::net::endpoint_of("fe80::1%lo", 1).address().to_v6().scope_id() == loopback);
  CHECK(confab::net::endpoint_of("fe80::1%" + std::to_string(loopback), 1).address().to_v6().scope_id() == loopback);
  for (const char* const name : {"no-such-thing", "0", "99999", "lo x"}) {
    CHECK_THROWS_WITH(confab::net::endpoint_of("fe80::1%" + std::string(name), 1),
                      "there is no network interface " + std::string(name));
  }
}
