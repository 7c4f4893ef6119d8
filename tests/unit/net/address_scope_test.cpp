#include "server/net/address_scope.hpp"

#include <arpa/inet.h>
#include <cstring>
#include <netinet/in.h>
#include <string>
#include <sys/un.h>

#include "common/unique_fd.hpp"
#include "tests/support/catch.hpp"

using namespace confab;

namespace {

sockaddr_storage address(const std::string& ip) {
  sockaddr_storage out{};
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  if (::inet_pton(AF_INET, ip.c_str(), &v4.sin_addr) == 1) {
    std::memcpy(&out, &v4, sizeof v4);
  } else {
    REQUIRE(::inet_pton(AF_INET6, ip.c_str(), &v6.sin6_addr) == 1);
    std::memcpy(&out, &v6, sizeof v6);
  }
  return out;
}

}  // namespace

TEST_CASE("address scope: addresses of our own are not open to strangers", "[address_scope]") {
  const std::string ip = GENERATE("127.0.0.0", "127.0.0.1", "127.255.255.255", "10.0.0.0", "10.255.255.255",
                                  "172.16.0.0", "172.31.255.255", "192.168.0.0", "192.168.255.255", "169.254.0.0",
                                  "169.254.255.255", "100.64.0.0", "100.127.255.255", "::1", "fe80::", "febf:ffff::1",
                                  "fc00::", "fdff:ffff::1", "::ffff:127.0.0.1", "::ffff:192.168.1.1");
  CAPTURE(ip);
  CHECK_FALSE(net::is_open_to_strangers(address(ip)));
}

TEST_CASE("address scope: all others are", "[address_scope]") {
  const std::string ip = GENERATE(
      "0.0.0.0", "126.255.255.255", "128.0.0.0", "9.255.255.255", "11.0.0.0", "172.15.255.255", "172.32.0.0",
      "192.167.255.255", "192.169.0.0", "169.253.255.255", "169.255.0.0", "100.63.255.255", "100.128.0.0", "192.0.2.1",
      "::", "::2", "2001:db8::1", "fbff::1", "fe00::1", "fec0::1", "fe7f::1", "::ffff:0.0.0.0", "::ffff:192.0.2.1");
  CAPTURE(ip);
  CHECK(net::is_open_to_strangers(address(ip)));
}

TEST_CASE("address scope: nobody comes to a unix socket from elsewhere, and of what is unknown anybody may",
          "[address_scope]") {
  sockaddr_storage local{};
  local.ss_family = AF_UNIX;
  CHECK_FALSE(net::is_open_to_strangers(local));
  CHECK(net::is_open_to_strangers(sockaddr_storage{}));
  CHECK(net::is_open_to_strangers(-1));
  const unique_fd all(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const unique_fd own(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const sockaddr_storage loopback = address("127.0.0.1");
  REQUIRE(::bind(own.get(), reinterpret_cast<const sockaddr*>(&loopback), sizeof(sockaddr_in)) == 0);
  CHECK(net::is_open_to_strangers(all.get()));  // not bound: 0.0.0.0
  CHECK_FALSE(net::is_open_to_strangers(own.get()));
}
