#include "server/net/address_scope.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <netinet/in.h>

namespace confab::net {
namespace {

struct v4_network {
  std::uint32_t address;
  int bits;
};

constexpr std::array v4_of_our_own{
    v4_network{0x7F000000, 8},   // loopback
    v4_network{0x0A000000, 8},   // RFC 1918, as the next two
    v4_network{0xAC100000, 12},  //
    v4_network{0xC0A80000, 16},  //
    v4_network{0xA9FE0000, 16},  // link-local
    v4_network{0x64400000, 10},  // shared by the customers of a provider, and used by VPNs
};

bool is_our_own(std::uint32_t v4) noexcept {
  return std::any_of(v4_of_our_own.begin(), v4_of_our_own.end(),
                     [v4](const v4_network& each) { return ((v4 ^ each.address) >> (32 - each.bits)) == 0; });
}

bool is_our_own(const in6_addr& v6) noexcept {
  if (IN6_IS_ADDR_V4MAPPED(&v6)) {
    std::uint32_t v4 = 0;
    std::memcpy(&v4, &v6.s6_addr[12], sizeof v4);
    return is_our_own(ntohl(v4));
  }
  const bool unique_local = (v6.s6_addr[0] & 0xFEU) == 0xFC;
  return IN6_IS_ADDR_LOOPBACK(&v6) || IN6_IS_ADDR_LINKLOCAL(&v6) || unique_local;
}

}  // namespace

bool is_open_to_strangers(const sockaddr_storage& address) noexcept {
  if (address.ss_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &address, sizeof v4);
    return !is_our_own(ntohl(v4.sin_addr.s_addr));
  }
  if (address.ss_family == AF_INET6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, &address, sizeof v6);
    return !is_our_own(v6.sin6_addr);
  }
  return address.ss_family != AF_UNIX;
}

bool is_open_to_strangers(int socket) noexcept {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  return ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0 || is_open_to_strangers(address);
}

}  // namespace confab::net
