#pragma once

#include <optional>
#include <span>
#include <string>
#include <utility>

#include "server/net/network.hpp"

namespace confab::net {

/// What proxies say in the fields of a request over HTTP of whom it is from.
struct forwarded {
  std::optional<ip_bytes> source;  ///< none: they do not say
  std::optional<bool> secure;      ///< whether the way to the nearest of them was encrypted; none: as above
};

/// Reads X-Forwarded-For and X-Forwarded-Proto of a request that a proxy has made. `fields` are its names, in lower
/// case, and values, in their order; `proxies` are all who may be believed. Each proxy adds whom it was asked by on the
/// right: so the source is the rightmost address that is no proxy, and all to the left of it may be invented. If they
/// are all proxies it is the leftmost, and where something is no address it is what stands right of that. Pure.
forwarded read_forwarded(std::span<const std::pair<std::string, std::string>> fields, std::span<const network> proxies);

}  // namespace confab::net
