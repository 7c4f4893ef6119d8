#include "server/net/network.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <cstring>
#include <netinet/in.h>

#include <fmt/format.h>

#include "common/parse_number.hpp"
#include "common/safe_text.hpp"

namespace confab::net {
namespace {

constexpr unsigned bits_of_v6 = 128;
constexpr unsigned bits_of_v4 = 32;
constexpr unsigned mapped_bits = bits_of_v6 - bits_of_v4;
constexpr std::size_t mapped_bytes = mapped_bits / 8;

// A network that is less than all of IPv4 begins as that does.
bool is_v4(const network& which) noexcept {
  return which.bits >= mapped_bits && is_mapped_v4(which.first);
}

ip_bytes map_v4(const in_addr& address) noexcept {
  ip_bytes out{};
  out[mapped_bytes - 2] = out[mapped_bytes - 1] = 0xFF;
  std::memcpy(out.data() + mapped_bytes, &address, sizeof address);
  return out;
}

// The address without all bits behind the first `bits`.
ip_bytes cut(ip_bytes address, unsigned bits) noexcept {
  for (std::uint8_t& each : address) {
    each = static_cast<std::uint8_t>(each & (0xFF00U >> std::min(bits, 8U)));
    bits -= std::min(bits, 8U);
  }
  return address;
}

std::optional<ip_bytes> parse_ip(const std::string& text) {
  in_addr v4{};
  if (::inet_pton(AF_INET, text.c_str(), &v4) == 1) return map_v4(v4);
  ip_bytes v6{};
  if (::inet_pton(AF_INET6, text.c_str(), v6.data()) == 1) return v6;
  return std::nullopt;
}

std::string no_network(const std::string& text) {
  return make_safe(text) + " is no network: write 10.0.0.0/8, fd00::/8, or a single address";
}

}  // namespace

bool is_mapped_v4(const ip_bytes& address) noexcept {
  constexpr std::array<std::uint8_t, mapped_bytes> start{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
  return std::equal(start.begin(), start.end(), address.begin());
}

std::optional<ip_bytes> ip_of(const sockaddr_storage& address) noexcept {
  if (address.ss_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &address, sizeof v4);
    return map_v4(v4.sin_addr);
  }
  if (address.ss_family == AF_INET6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, &address, sizeof v6);
    ip_bytes out{};
    std::memcpy(out.data(), &v6.sin6_addr, out.size());
    return out;
  }
  return std::nullopt;
}

bool contains(const network& all, const ip_bytes& address) noexcept {
  return is_v4(all) == is_mapped_v4(address) && cut(address, all.bits) == all.first;
}

std::variant<network, std::string> parse_network(const std::string& text) {
  const std::size_t slash = text.find('/');
  const std::string ip = text.substr(0, slash);
  const auto address = parse_ip(ip);
  if (!address) return no_network(text);
  network out{*address, bits_of_v6};
  if (slash != std::string::npos) {
    const unsigned written = ip.find(':') == std::string::npos ? bits_of_v4 : bits_of_v6;
    const auto bits = parse_number<unsigned>(std::string_view(text).substr(slash + 1));
    if (!bits || *bits > written) return no_network(text);
    out.bits = *bits + bits_of_v6 - written;
  }
  out.first = cut(*address, out.bits);
  if (out.first != *address) return fmt::format("{} is an address in a network: write {}", text, to_string(out));
  return out;
}

std::string to_string(const network& which) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const bool v4 = is_v4(which);
  const auto* const bytes = which.first.data() + (v4 ? mapped_bytes : 0);
  ::inet_ntop(v4 ? AF_INET : AF_INET6, bytes, text.data(), text.size());
  if (which.bits == bits_of_v6) return text.data();
  return fmt::format("{}/{}", text.data(), which.bits - (v4 ? mapped_bits : 0));
}

}  // namespace confab::net
