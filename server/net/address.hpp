#pragma once

#include <string>
#include <sys/socket.h>

namespace confab::net {

/// A socket address as people write it: `ip:port`, or `[ip6]:port`. An IPv4 peer of an IPv6 socket is shown as IPv4.
std::string to_string(const sockaddr_storage& address);

}  // namespace confab::net
