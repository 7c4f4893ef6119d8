#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <sys/socket.h>
#include <variant>
#include <vector>

#include "server/net/network.hpp"

namespace confab::net {

/// Who is a proxy before a listener: each connection of theirs must begin with a header of the PROXY protocol, which
/// says who it is for. Nobody else's may.
struct proxy_peers {
  static constexpr std::size_t most_networks = 64;

  std::vector<network> networks;  ///< over TCP
  bool over_unix = false;         ///< whoever connects to a unix socket

  bool operator==(const proxy_peers&) const = default;
  void add(const proxy_peers& more) {
    networks.insert(networks.end(), more.networks.begin(), more.networks.end());
    over_unix = over_unix || more.over_unix;
  }
  bool empty() const noexcept { return networks.empty() && !over_unix; }
  /// Whether whoever connects from there is one of them. Any thread.
  bool have(const sockaddr_storage& address) const noexcept { return have(ip_of(address)); }
  /// The same; none: over a unix socket.
  bool have(const std::optional<ip_bytes>& ip) const noexcept;
};

/// Reads networks with `+` between them, as in `10.0.0.0/8+fd00::/8`, or `unix`. What is neither is answered with a
/// sentence about it, in English. Pure.
std::variant<proxy_peers, std::string> parse_proxy_peers(const std::string& text);

/// The same as parse_proxy_peers() reads it.
std::string to_string(const proxy_peers& peers);

}  // namespace confab::net
