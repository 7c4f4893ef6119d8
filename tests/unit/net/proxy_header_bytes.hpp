#pragma once

#include <arpa/inet.h>
#include <cstdint>
#include <netinet/in.h>
#include <string>
#include <string_view>

/// Headers of the PROXY protocol in version 2, as a proxy writes them.
namespace confab::test {

/// `value` in two bytes, the higher first.
inline std::string two_bytes(std::size_t value) {
  return {static_cast<char>(value >> 8U & 0xFFU), static_cast<char>(value & 0xFFU)};
}

/// The fixed part (its start, command, family, size) and then `body`.
inline std::string header_v2(std::uint8_t command, std::uint8_t family, std::string_view body) {
  std::string out("\r\n\r\n\0\r\nQUIT\n", 12);
  out += static_cast<char>(command);
  out += static_cast<char>(family);
  out += two_bytes(body.size());
  return out.append(body);
}

/// The body for TCP over IPv4 or IPv6: two addresses, two ports.
inline std::string addresses(const char* from, std::uint16_t from_port, const char* to, std::uint16_t to_port) {
  const int family = std::string_view(from).find(':') == std::string_view::npos ? AF_INET : AF_INET6;
  const std::size_t size = family == AF_INET ? 4 : 16;
  std::string out(2 * size, '\0');
  ::inet_pton(family, from, out.data());
  ::inet_pton(family, to, out.data() + size);
  return out + two_bytes(from_port) + two_bytes(to_port);
}

/// A TLV.
inline std::string tlv(std::uint8_t type, std::string_view value) {
  return std::string(1, static_cast<char>(type)) + two_bytes(value.size()) + std::string(value);
}

/// The TLV of a connection whose client came over TLS, or not.
inline std::string ssl_tlv(bool client_ssl) {
  return tlv(0x20, std::string(1, client_ssl ? '\x01' : '\0') + std::string(4, '\0') + tlv(0x21, "TLSv1.3"));
}

}  // namespace confab::test
