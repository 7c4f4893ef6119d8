#include "server/listen_option.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "server/net/address.hpp"

namespace confab {
namespace {

constexpr std::array<std::string_view, 2> kinds{"line", "admin"};  // in the order of listener_kind

constexpr std::string_view unix_start = "unix:";

std::string unknown_kind(const std::string& text) {
  return fmt::format("{}: write KIND:ADDRESS:PORT or KIND:unix:PATH, as in line:127.0.0.1:8888; the kinds are: {}",
                     text, listener_kinds());
}

std::string no_port(const std::string& text, const std::string& address) {
  const bool bare_v6 = !address.starts_with('[') && address.find(':') != std::string::npos;
  return text + (bare_v6 ? ": put an IPv6 address into brackets and add the port, as in line:[::1]:8888"
                         : ": add the port, as in line:127.0.0.1:8888");
}

}  // namespace

std::optional<listener_kind> find_listener_kind(std::string_view name) noexcept {
  const auto* const found = std::find(kinds.begin(), kinds.end(), name);
  if (found == kinds.end()) return std::nullopt;
  return static_cast<listener_kind>(found - kinds.begin());
}

std::string listener_kinds() {
  return fmt::format("{}", fmt::join(kinds, ", "));
}

std::variant<listen_place, std::string> parse_listen(const std::string& text) {
  const std::size_t colon = text.find(':');
  const auto kind = find_listener_kind(std::string_view(text).substr(0, colon));
  if (colon == std::string::npos || !kind) return unknown_kind(text);
  const std::string address = text.substr(colon + 1);
  if (address.starts_with(unix_start)) {
    auto file = net::parse_unix_place(address.substr(unix_start.size()));
    if (auto* const wrong = std::get_if<std::string>(&file)) return std::move(*wrong);
    return listen_place{*kind, {}, 0, std::get<net::unix_place>(std::move(file))};
  }
  auto parsed = net::parse_address(address);
  if (auto* const wrong = std::get_if<std::string>(&parsed)) return std::move(*wrong);
  auto& typed = std::get<net::typed_address>(parsed);
  if (!typed.has_port) return no_port(text, address);
  return listen_place{*kind, std::move(typed.ip), typed.port};
}

bool is_same_place(const listen_place& one, const listen_place& other) noexcept {
  if (one.file || other.file) return one.file && other.file && one.file->path == other.file->path;
  return one.port != 0 && one.port == other.port && one.ip == other.ip;
}

std::string to_string(const listen_place& place) {
  const std::string_view kind = kinds.at(static_cast<std::size_t>(place.kind));
  if (place.file) return fmt::format("{}:{}{}", kind, unix_start, net::to_string(*place.file));
  const bool v6 = place.ip.find(':') != std::string::npos;
  return fmt::format("{}:{}{}{}:{}", kind, v6 ? "[" : "", place.ip, v6 ? "]" : "", place.port);
}

}  // namespace confab
