#pragma once

#include <memory>
#include <span>
#include <utility>

#include "server/net/proxy_peers.hpp"
#include "server/net/web_file.hpp"
#include "server/net/web_names.hpp"
#include "server/net/web_places.hpp"

namespace confab::net {

/// What a web listener has besides: what can be fetched, by whom it may be asked, and who asks. A part of its door.
struct web_entry {
  std::span<const web_file> files;
  web_names names;
  std::shared_ptr<web_places> places;
  proxy_peers proxies{};  ///< whose X-Forwarded-For is believed
};

}  // namespace confab::net
