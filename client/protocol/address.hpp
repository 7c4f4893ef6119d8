#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// Where a server is, as people write it. Pure; any thread.
namespace confab::client {

struct server_address {
  std::string host;                   ///< a name or an address, without brackets
  std::optional<std::uint16_t> port;  ///< 1 to 65535, if it was said
};

/// `HOST`, `HOST:PORT`, `[IPv6]`, `[IPv6]:PORT`, or an IPv6 address without brackets; with a scope too
/// (`fe80::1%eth0`). Nothing for what is none of these.
std::optional<server_address> parse_address(std::string_view text);

/// A port from 1 to 65535, in digits only.
std::optional<std::uint16_t> parse_port(std::string_view text);

/// For people, so that it can be typed again: `host:port`, `[ip6]:port`.
std::string show_address(std::string_view host, std::uint16_t port);

}  // namespace confab::client
