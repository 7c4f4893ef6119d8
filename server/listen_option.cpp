#include "server/listen_option.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "server/net/address.hpp"

namespace confab {
namespace {

constexpr std::array<std::string_view, 1> kinds{"line"};  // in the order of listener_kind

std::string unknown_kind(const std::string& text) {
  return fmt::format("{}: write KIND:ADDRESS:PORT, as in line:127.0.0.1:8888; the kinds are: {}", text,
                     fmt::join(kinds, ", "));
}

std::string no_port(const std::string& text, const std::string& address) {
  const bool bare_v6 = !address.starts_with('[') && address.find(':') != std::string::npos;
  return text + (bare_v6 ? ": put an IPv6 address into brackets and add the port, as in line:[::1]:8888"
                         : ": add the port, as in line:127.0.0.1:8888");
}

}  // namespace

std::variant<listen_place, std::string> parse_listen(const std::string& text) {
  const std::size_t colon = text.find(':');
  const auto* const kind = std::find(kinds.begin(), kinds.end(), std::string_view(text).substr(0, colon));
  if (colon == std::string::npos || kind == kinds.end()) return unknown_kind(text);
  const std::string address = text.substr(colon + 1);
  auto parsed = net::parse_address(address);
  if (auto* const wrong = std::get_if<std::string>(&parsed)) return std::move(*wrong);
  auto& typed = std::get<net::typed_address>(parsed);
  if (!typed.has_port) return no_port(text, address);
  return listen_place{static_cast<listener_kind>(kind - kinds.begin()), std::move(typed.ip), typed.port};
}

std::string to_string(const listen_place& place) {
  const bool v6 = place.ip.find(':') != std::string::npos;
  return fmt::format("{}:{}{}{}:{}", kinds.at(static_cast<std::size_t>(place.kind)), v6 ? "[" : "", place.ip,
                     v6 ? "]" : "", place.port);
}

}  // namespace confab
