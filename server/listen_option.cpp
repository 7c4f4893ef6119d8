#include "server/listen_option.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "common/safe_text.hpp"
#include "server/net/address.hpp"

namespace confab {
namespace {

constexpr std::array<std::string_view, 5> kinds{"line", "tls", "web", "webs",
                                                "admin"};  // in the order of listener_kind

constexpr std::string_view unix_start = "unix:";
constexpr std::string_view proxy_start = ",proxy=";
constexpr std::string_view secure_term = ",secure";
constexpr std::string_view optional_term = ",optional";

std::string unknown_kind(const std::string& text) {
  return fmt::format("{}: write KIND:ADDRESS:PORT or KIND:unix:PATH, as in line:127.0.0.1:8888; the kinds are: {}",
                     text, listener_kinds());
}

std::string no_port(const std::string& text, const std::string& address) {
  const bool bare_v6 = !address.starts_with('[') && address.find(':') != std::string::npos;
  return text + (bare_v6 ? ": put an IPv6 address into brackets and add the port, as in line:[::1]:8888"
                         : ": add the port, as in line:127.0.0.1:8888");
}

// Takes the term that begins at the comma out of `from`. Empty, or what is wrong with it.
std::string take_term(std::string& from, std::size_t comma, std::size_t end, listen_place& into) {
  const std::string term = from.substr(comma, end - comma);
  from.erase(comma, end - comma);
  if (term == secure_term) return std::exchange(into.secure, true) ? "secure is given for the second time" : "";
  if (term == optional_term) return std::exchange(into.optional, true) ? "optional is given for the second time" : "";
  if (!into.proxy.empty()) return "proxy= is given for the second time";
  auto peers = net::parse_proxy_peers(term.substr(proxy_start.size()));
  if (auto* const wrong = std::get_if<std::string>(&peers)) return "proxy=: " + *wrong;
  into.proxy = std::get<net::proxy_peers>(std::move(peers));
  return {};
}

// Takes out of `from` what stands there behind commas for every place. Empty, or what is wrong with it.
std::string take_terms(std::string& from, listen_place& into) {
  for (std::size_t comma = from.find(','); comma != std::string::npos;) {
    const std::size_t end = std::min(from.find(',', comma + 1), from.size());
    const std::string_view term = std::string_view(from).substr(comma, end - comma);
    if (term != secure_term && term != optional_term && !term.starts_with(proxy_start)) {
      comma = from.find(',', end);
    } else if (std::string wrong = take_term(from, comma, end, into); !wrong.empty()) {
      return wrong;
    } else {
      comma = from.find(',', comma);
    }
  }
  return {};
}

// Empty, or why people cannot be let in like that.
std::string check_terms(const listen_place& place) {
  if (place.kind == listener_kind::admin && (place.secure || !place.proxy.empty())) {
    return "proxy= and secure are for listeners of the chat";
  }
  if (place.optional && place.file) {
    return "optional is for addresses: what is left of an old socket is replaced anyway";
  }
  if (place.proxy.empty() || place.proxy.over_unix == place.file.has_value()) return {};
  return place.file ? "before a unix socket, whoever connects is the proxy: write proxy=unix"
                    : "proxy=unix is for a unix socket: write a network, as in proxy=10.0.0.0/8";
}

}  // namespace

std::optional<listener_kind> find_listener_kind(std::string_view name) noexcept {
  const auto* const found = std::find(kinds.begin(), kinds.end(), name);
  if (found == kinds.end()) return std::nullopt;
  return static_cast<listener_kind>(found - kinds.begin());
}

std::string title_of(listener_kind kind) {
  const bool lines = kind == listener_kind::line || kind == listener_kind::tls;
  return lines ? std::string() : fmt::format("{} ", kinds.at(static_cast<std::size_t>(kind)));
}

std::string listener_kinds() {
  return fmt::format("{}", fmt::join(kinds, ", "));
}

std::variant<listen_place, std::string> parse_listen(const std::string& text) {
  const std::size_t colon = text.find(':');
  const auto kind = find_listener_kind(std::string_view(text).substr(0, colon));
  if (colon == std::string::npos || !kind) return unknown_kind(text);
  listen_place out;
  out.kind = *kind;
  std::string address = text.substr(colon + 1);
  if (std::string wrong = take_terms(address, out); !wrong.empty()) return wrong;
  if (address.starts_with(unix_start)) {
    auto file = net::parse_unix_place(address.substr(unix_start.size()));
    if (auto* const wrong = std::get_if<std::string>(&file)) return std::move(*wrong);
    out.file = std::get<net::unix_place>(std::move(file));
  } else {
    auto parsed = net::parse_address(address);
    if (auto* const wrong = std::get_if<std::string>(&parsed)) return std::move(*wrong);
    auto& typed = std::get<net::typed_address>(parsed);
    if (!typed.has_port) return no_port(text, address);
    out.ip = std::move(typed.ip);
    out.port = typed.port;
  }
  if (std::string wrong = check_terms(out); !wrong.empty()) return make_safe(text) + ": " + wrong;
  return out;
}

bool asks_for_something(const listen_place& place) noexcept {
  return !place.proxy.empty() || place.secure || needs_tls(place.kind) || is_web(place.kind);
}

bool is_same_place(const listen_place& one, const listen_place& other) noexcept {
  if (one.file || other.file) return one.file && other.file && one.file->path == other.file->path;
  return one.port != 0 && one.port == other.port && one.ip == other.ip;
}

bool is_same_listener(const listen_place& one, const listen_place& other) noexcept {
  return one.kind == other.kind && one.ip == other.ip && one.port == other.port && one.file == other.file;
}

std::string to_string(const listen_place& place) {
  const std::string_view kind = kinds.at(static_cast<std::size_t>(place.kind));
  std::string terms;
  if (!place.proxy.empty()) terms += std::string(proxy_start) + net::to_string(place.proxy);
  if (place.secure) terms += secure_term;
  if (place.optional) terms += optional_term;
  if (place.file) return fmt::format("{}:{}{}{}", kind, unix_start, net::to_string(*place.file), terms);
  const bool v6 = place.ip.find(':') != std::string::npos;
  return fmt::format("{}:{}{}{}:{}{}", kind, v6 ? "[" : "", place.ip, v6 ? "]" : "", place.port, terms);
}

}  // namespace confab
