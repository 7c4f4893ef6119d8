#include "server/net/forwarded.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string_view>

#include "server/net/address.hpp"

namespace confab::net {
namespace {

using field_span = std::span<const std::pair<std::string, std::string>>;

constexpr std::string_view blanks = " \t";

std::string_view trimmed(std::string_view text) noexcept {
  text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
  return text.substr(0, text.find_last_not_of(blanks) + 1);
}

// Takes the last item of a list with commas.
std::string_view take_last(std::string_view& list) noexcept {
  const std::size_t comma = list.rfind(',');
  const std::string_view item = comma == std::string_view::npos ? list : list.substr(comma + 1);
  list = comma == std::string_view::npos ? std::string_view() : list.substr(0, comma);
  return trimmed(item);
}

// An address as proxies write it: mostly bare; some add the port, and put IPv6 into brackets.
std::optional<ip_bytes> ip_in(std::string_view item) {
  const auto parsed = parse_address(std::string(item));
  const auto* const typed = std::get_if<typed_address>(&parsed);
  if (typed == nullptr || item.find('\0') != std::string_view::npos) return std::nullopt;
  const auto one = parse_network(typed->ip);
  const auto* const ip = std::get_if<network>(&one);
  return ip == nullptr ? std::nullopt : std::optional(ip->first);
}

std::optional<ip_bytes> source_in(field_span fields, std::span<const network> proxies) {
  std::optional<ip_bytes> out;
  for (; !fields.empty(); fields = fields.first(fields.size() - 1)) {
    const auto& [name, value] = fields.back();
    if (name != "x-forwarded-for") continue;
    for (std::string_view list = value; !list.empty();) {
      const auto ip = ip_in(take_last(list));
      if (!ip) return out;
      out = ip;
      if (std::none_of(proxies.begin(), proxies.end(), [&](const network& each) { return contains(each, *ip); })) {
        return out;
      }
    }
  }
  return out;
}

// As the nearest of them says.
std::optional<bool> is_secure(field_span fields) noexcept {
  const auto field =
      std::find_if(fields.rbegin(), fields.rend(), [](const auto& each) { return each.first == "x-forwarded-proto"; });
  if (field == fields.rend()) return std::nullopt;
  std::string_view list = field->second;
  const std::string_view scheme = take_last(list);
  constexpr std::string_view https = "https";
  return std::equal(scheme.begin(), scheme.end(), https.begin(), https.end(),
                    [](char one, char other) { return (one | 0x20) == other; });
}

}  // namespace

forwarded read_forwarded(field_span fields, std::span<const network> proxies) {
  return {source_in(fields, proxies), is_secure(fields)};
}

}  // namespace confab::net
