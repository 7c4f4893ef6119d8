#include "server/net/proxy_peers.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "common/names.hpp"

namespace confab::net {

bool proxy_peers::have(const std::optional<ip_bytes>& ip) const noexcept {
  if (!ip) return over_unix;
  return std::any_of(networks.begin(), networks.end(), [&](const network& each) { return contains(each, *ip); });
}

std::variant<proxy_peers, std::string> parse_proxy_peers(const std::string& text) {
  proxy_peers out;
  if (text == local_address) {
    out.over_unix = true;
    return out;
  }
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('+', begin), text.size());
    auto read = parse_network(text.substr(begin, end - begin));
    if (auto* const wrong = std::get_if<std::string>(&read)) return std::move(*wrong);
    if (out.networks.size() == proxy_peers::most_networks) {
      return fmt::format("more than {} networks", proxy_peers::most_networks);
    }
    out.networks.push_back(std::get<network>(read));
    begin = end + 1;
  }
  return out;
}

std::string to_string(const proxy_peers& peers) {
  if (peers.over_unix) return std::string(local_address);
  std::string out;
  for (const network& each : peers.networks) out += (out.empty() ? "" : "+") + to_string(each);
  return out;
}

}  // namespace confab::net
