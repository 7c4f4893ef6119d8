#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <sys/socket.h>
#include <variant>

namespace confab::net {

/// An IP address without a port, in network order; an IPv4 address as IPv6 maps it (::ffff:1.2.3.4).
using ip_bytes = std::array<std::uint8_t, 16>;

/// The IP address of a peer; none of one that has none, over a unix socket.
std::optional<ip_bytes> ip_of(const sockaddr_storage& address) noexcept;

/// Whether it is an IPv4 address.
bool is_mapped_v4(const ip_bytes& address) noexcept;

/// All addresses that begin with the same bits. An IPv4 address is in no IPv6 network, nor the other way round.
struct network {
  ip_bytes first{};   ///< the bits behind `bits` are 0
  unsigned bits = 0;  ///< that all have in common, 0 to 128; of IPv4 96 more than are written

  bool operator==(const network&) const = default;
};

/// Whether `address` is in it. Any thread.
bool contains(const network& all, const ip_bytes& address) noexcept;

/// Reads `10.0.0.0/8`, `fd00::/8`, or an address, which is a network of one. What is none is answered with a sentence
/// about it, in English. Pure.
std::variant<network, std::string> parse_network(const std::string& text);

/// The network as parse_network() reads it.
std::string to_string(const network& which);

}  // namespace confab::net
