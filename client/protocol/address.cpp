#include "client/protocol/address.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "common/parse_number.hpp"

namespace confab::client {
namespace {

/// Whether it could be looked up at all; whether there is such a host is for the resolver to say.
bool plausible(std::string_view host) {
  return !host.empty() &&
         std::ranges::none_of(host, [](char each) { return each == '[' || each == ']' || each == ' ' || each == '/'; });
}

}  // namespace

std::optional<std::uint16_t> parse_port(std::string_view text) {
  const auto port = parse_number<std::uint16_t>(text);
  return port == std::uint16_t{0} ? std::nullopt : port;
}

std::optional<server_address> parse_address(std::string_view text) {
  std::string_view host = text;
  std::optional<std::string_view> port;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    host = text.substr(1, end - 1);
    if (host.find(':') == std::string_view::npos) return std::nullopt;  // brackets are for IPv6
    if (const std::string_view rest = text.substr(end + 1); !rest.empty()) {
      if (!rest.starts_with(':')) return std::nullopt;
      port = rest.substr(1);
    }
  } else if (std::ranges::count(text, ':') == 1) {  // with more of them it is an IPv6 address
    const std::size_t colon = text.find(':');
    host = text.substr(0, colon);
    port = text.substr(colon + 1);
  }
  if (!plausible(host)) return std::nullopt;
  if (!port) return server_address{std::string(host), std::nullopt};
  const auto number = parse_port(*port);
  if (!number) return std::nullopt;
  return server_address{std::string(host), number};
}

std::string show_address(std::string_view host, std::uint16_t port) {
  const bool v6 = host.find(':') != std::string_view::npos;
  return fmt::format(fmt::runtime(v6 ? "[{}]:{}" : "{}:{}"), host, port);
}

}  // namespace confab::client
