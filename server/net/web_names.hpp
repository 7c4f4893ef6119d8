#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/net/http_request.hpp"

/// By which names browsers may know a web listener, and which pages may open a connection to it. A page of somebody
/// else must not talk to the server of whoever looks at it: neither by its own name, which it has pointed at this
/// address (DNS rebinding), nor by ours. Pure; any thread.
namespace confab::net {

/// What options say about it.
struct web_names {
  std::vector<std::string> hosts;    ///< besides localhost and numeric addresses; see read_host_name()
  std::vector<std::string> origins;  ///< of pages of others; see read_origin()

  bool operator==(const web_names&) const = default;
};

/// A name of a host as it is compared: in lower case, without a dot at its end. Nothing: it is no name.
std::optional<std::string> read_host_name(std::string_view text);

/// `http://NAME`, `https://NAME:PORT`, as it is compared: in lower case, with the port unless it is the usual one.
/// Nothing: it is none of those.
std::optional<std::string> read_origin(std::string_view text);

/// Whether the request is for one of our names, whatever the port: a proxy or a container may have another.
bool is_for_us(const http_request& asked, const web_names& names);

/// Whether a page may open a connection: its origin is the host that it asks, or one of those allowed; with `secure` it
/// came over TLS, too. Without an origin it is no page, and no browser.
bool may_connect(const http_request& asked, const web_names& names, bool secure);

}  // namespace confab::net
