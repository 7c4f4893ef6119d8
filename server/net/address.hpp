#pragma once

#include <cstdint>
#include <string>
#include <sys/socket.h>
#include <variant>

#include <asio/ip/tcp.hpp>

namespace confab::net {

/// A socket address as people write it: `ip:port`, or `[ip6]:port`. An IPv4 peer of an IPv6 socket is shown as IPv4.
/// A link-local address comes with its network interface, `[fe80::1%eth0]:port`: without, it could not be given back.
/// Such a name that is more than lower-case letters, digits and `.-_` is shown as the interface's number.
/// Whoever comes over a unix socket has local_address, whatever its own end is called.
std::string to_string(const sockaddr_storage& address);

/// Where a bound socket is: as above, or of a unix socket `unix:/PATH`, in the abstract name space `unix:@NAME`. What
/// is not printable of a path is replaced. Empty when the system does not say.
std::string name_of(int socket);

/// A numeric address that somebody has typed, with or without a port.
struct typed_address {
  std::string ip;  ///< without brackets; of a link-local address with %INTERFACE
  bool has_port = false;
  std::uint16_t port = 0;
};

/// Reads `1.2.3.4`, `::1`, `fe80::1%eth0` or `[::1]`, each of which may end in `:PORT`, IPv6 in brackets then. What is
/// none of those is answered with a sentence about it, in English, for whoever has typed it. Pure: whether there is
/// such an interface shows only when endpoint_of() is asked.
std::variant<typed_address, std::string> parse_address(const std::string& text);

/// Where `ip` (of a typed_address) and `port` are on this machine. Throws std::runtime_error when it has no such
/// network interface.
asio::ip::tcp::endpoint endpoint_of(const std::string& ip, std::uint16_t port);

}  // namespace confab::net
