#include "server/net/address.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cstddef>
#include <cstring>
#include <net/if.h>
#include <netinet/in.h>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <sys/un.h>

#include <fmt/format.h>

#include "common/names.hpp"
#include "common/parse_number.hpp"
#include "common/safe_text.hpp"

namespace confab::net {
namespace {

// Addresses are compared by their text, without regard to case, and stand in lines that are cut at blanks.
bool is_plain(std::string_view name) noexcept {
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
  });
}

std::string scope_of(const sockaddr_in6& address) {
  if (address.sin6_scope_id == 0) return {};
  std::array<char, IF_NAMESIZE> name{};
  if (::if_indextoname(address.sin6_scope_id, name.data()) != nullptr && is_plain(name.data())) {
    return fmt::format("%{}", name.data());
  }
  return fmt::format("%{}", address.sin6_scope_id);
}

std::string not_an_address(const std::string& text) {
  return text + " is not an IPv4 or IPv6 address, such as 127.0.0.1 or ::1";
}

bool is_v4(const std::string& text) {
  in_addr binary{};
  return ::inet_pton(AF_INET, text.c_str(), &binary) == 1;
}

// Empty, or what is wrong with an IPv6 address and its interface. `text` is all that was typed.
std::string check_v6(const std::string& ip, const std::string& text) {
  const std::size_t percent = ip.find('%');
  in6_addr binary{};
  if (::inet_pton(AF_INET6, ip.substr(0, percent).c_str(), &binary) != 1) return not_an_address(text);
  const bool local = IN6_IS_ADDR_LINKLOCAL(&binary);
  if (local && (percent == std::string::npos || percent + 1 == ip.size())) {
    return text + " may be on any network: add the network interface, as in fe80::1%eth0";
  }
  if (!local && percent != std::string::npos) {
    return text + ": only an address that starts with fe80: has a network interface behind it";
  }
  return {};
}

}  // namespace

std::string to_string(const sockaddr_storage& address) {
  if (address.ss_family == AF_UNIX) return std::string(local_address);
  std::array<char, INET6_ADDRSTRLEN> host{};
  if (address.ss_family == AF_INET6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, &address, sizeof v6);
    const auto port = ntohs(v6.sin6_port);
    if (IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr)) {
      ::inet_ntop(AF_INET, &v6.sin6_addr.s6_addr[12], host.data(), host.size());
      return fmt::format("{}:{}", host.data(), port);
    }
    ::inet_ntop(AF_INET6, &v6.sin6_addr, host.data(), host.size());
    return fmt::format("[{}{}]:{}", host.data(), scope_of(v6), port);
  }
  sockaddr_in v4{};
  std::memcpy(&v4, &address, sizeof v4);
  ::inet_ntop(AF_INET, &v4.sin_addr, host.data(), host.size());
  return fmt::format("{}:{}", host.data(), ntohs(v4.sin_port));
}

std::string name_of(int socket) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0) return {};
  if (address.ss_family != AF_UNIX) return to_string(address);
  sockaddr_un local{};
  std::memcpy(&local, &address, std::min<std::size_t>(size, sizeof local));
  std::string path(local.sun_path, std::min<std::size_t>(size, sizeof local) - offsetof(sockaddr_un, sun_path));
  if (path.starts_with('\0')) {
    path.front() = '@';
  } else {
    path.resize(std::strlen(path.c_str()));
  }
  return "unix:" + make_safe(path);
}

std::variant<typed_address, std::string> parse_address(const std::string& text) {
  typed_address out;
  std::string rest;  // from the colon of a port on
  const bool bracketed = text.starts_with('[');
  if (bracketed) {
    const std::size_t end = text.find(']');
    if (end == std::string::npos) return text + ": the bracket ] is missing";
    out.ip = text.substr(1, end - 1);
    rest = text.substr(end + 1);
  } else {
    // With more than one colon it is IPv6, and none of them is a port's.
    const std::size_t colon = text.find(':');
    const bool with_port = colon != std::string::npos && text.find(':', colon + 1) == std::string::npos;
    out.ip = text.substr(0, with_port ? colon : std::string::npos);
    if (with_port) rest = text.substr(colon);
  }
  if (bracketed || !is_v4(out.ip)) {
    if (!bracketed && !rest.empty()) return not_an_address(text);  // NAME:PORT
    std::string wrong = check_v6(out.ip, text);
    if (!wrong.empty()) return wrong;
  }
  if (rest.empty()) return out;
  const auto port = parse_number<std::uint16_t>(std::string_view(rest).substr(1));
  if (rest.front() != ':' || !port) return text + ": what follows the address is not a port from 0 to 65535";
  out.has_port = true;
  out.port = *port;
  return out;
}

asio::ip::tcp::endpoint endpoint_of(const std::string& ip, std::uint16_t port) {
  const std::size_t percent = ip.find('%');
  asio::ip::address address = asio::ip::make_address(ip.substr(0, percent));
  if (percent != std::string::npos) {
    const std::string name = ip.substr(percent + 1);
    const unsigned index = ::if_nametoindex(name.c_str());
    const auto scope = index != 0 ? index : parse_number<std::uint32_t>(name).value_or(0);
    std::array<char, IF_NAMESIZE> known{};
    if (scope == 0 || ::if_indextoname(scope, known.data()) == nullptr) {
      throw std::runtime_error("there is no network interface " + name);
    }
    auto v6 = address.to_v6();
    v6.scope_id(scope);
    address = v6;
  }
  return {address, port};
}

}  // namespace confab::net
