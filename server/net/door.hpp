#pragma once

#include <memory>

#include "server/net/proxy_peers.hpp"
#include "server/net/tls_keys.hpp"
#include "server/net/web_entry.hpp"

namespace confab::net {

/// How a listener lets people in: what a connection has to go through before it is a session (see arrival). Immutable,
/// and shared with the connections that came by it; a reload gives the listener another. A listener without one makes
/// a session of each connection at once.
struct door {
  proxy_peers proxy;                      ///< who has to say for whom it connects
  std::shared_ptr<const tls_keys> tls{};  ///< with which to speak TLS; null: bytes come as they are
  bool secure = false;  ///< the operator says that the way to here is encrypted, up to the proxy at least
  std::shared_ptr<const web_entry> web{};  ///< it speaks HTTP, and people come by WebSocket; null: it does not
};

}  // namespace confab::net
