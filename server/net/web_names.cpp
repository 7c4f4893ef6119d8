#include "server/net/web_names.hpp"

#include <algorithm>
#include <arpa/inet.h>

#include "common/parse_number.hpp"

namespace confab::net {
namespace {

struct host_and_port {
  std::string host;       // in lower case; of IPv6 without brackets
  std::string_view port;  // empty: none
  bool v6 = false;
};

bool is_of_a_name(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
}

bool is_address(int family, const std::string& text) noexcept {
  in6_addr unused{};
  return ::inet_pton(family, text.c_str(), &unused) == 1;
}

// NAME, NAME:PORT, [IPv6] or [IPv6]:PORT, with a port from 1 to 65535.
std::optional<host_and_port> split(std::string_view text) {
  host_and_port out;
  out.v6 = text.starts_with('[');
  const std::size_t end = out.v6 ? text.find(']') : std::min(text.find(':'), text.size());
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view rest = text.substr(out.v6 ? end + 1 : end);
  if (!rest.empty()) {
    if (rest.front() != ':') return std::nullopt;
    out.port = rest.substr(1);
    if (parse_number<std::uint16_t>(out.port).value_or(0) == 0) return std::nullopt;
  }
  if (out.v6) {
    out.host = lower(text.substr(1, end - 1));
    return is_address(AF_INET6, out.host) ? std::optional(out) : std::nullopt;
  }
  const auto name = read_host_name(text.substr(0, end));
  if (!name) return std::nullopt;
  out.host = *name;
  return out;
}

std::string joined(std::string_view scheme, const host_and_port& where) {
  const std::string_view usual = scheme == "https" ? "443" : "80";
  std::string out(scheme);
  out.append("://").append(where.v6 ? "[" + where.host + "]" : where.host);
  if (!where.port.empty() && where.port != usual) out.append(":").append(where.port);
  return out;
}

}  // namespace

std::optional<std::string> read_host_name(std::string_view text) {
  constexpr std::size_t longest = 253;
  std::string out = lower(text);
  if (out.ends_with('.')) out.pop_back();
  const bool sound = !out.empty() && out.size() <= longest && std::all_of(out.begin(), out.end(), is_of_a_name);
  return sound ? std::optional(std::move(out)) : std::nullopt;
}

std::optional<std::string> read_origin(std::string_view text) {
  const std::string folded = lower(text);
  for (const std::string_view scheme : {"http", "https"}) {
    std::string_view rest = folded;
    if (!rest.starts_with(scheme)) continue;
    rest.remove_prefix(scheme.size());
    if (!rest.starts_with("://")) continue;
    const auto where = split(rest.substr(3));
    return where ? std::optional(joined(scheme, *where)) : std::nullopt;
  }
  return std::nullopt;
}

bool is_for_us(const http_request& asked, const web_names& names) {
  const auto where = split(asked.host);
  if (!where) return false;
  return where->v6 || where->host == "localhost" || is_address(AF_INET, where->host) ||
         std::find(names.hosts.begin(), names.hosts.end(), where->host) != names.hosts.end();
}

bool may_connect(const http_request& asked, const web_names& names, bool secure) {
  if (asked.count("origin") == 0) return true;
  const auto origin = read_origin(asked.field("origin"));
  if (asked.count("origin") > 1 || !origin) return false;
  if (std::find(names.origins.begin(), names.origins.end(), *origin) != names.origins.end()) return true;
  const bool page_is_secure = origin->starts_with("https:");
  const auto where = split(asked.host);
  return where && (page_is_secure || !secure) && *origin == joined(page_is_secure ? "https" : "http", *where);
}

}  // namespace confab::net
