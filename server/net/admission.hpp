#pragma once

#include <memory>
#include <string>

#include "common/unique_fd.hpp"
#include "server/net/tls_stream.hpp"
#include "server/net/websocket.hpp"

namespace confab::net {

/// A connection that is to become a session, and what is known of it. Plain data.
struct admission {
  unique_fd socket;                   ///< connected; does not block
  std::string addr{};                 ///< of the person, as users see it: behind a proxy not that of the peer
  std::string early{};                ///< what has been read of it and belongs to the session
  std::unique_ptr<tls_stream> tls{};  ///< over the socket; null: bytes travel as they are
  bool secure = false;                ///< the way from the person to here is encrypted
  /// It is nobody until it says something: never greeted for being silent, but closed (connection_options::to_speak).
  bool silent = false;
  std::unique_ptr<websocket> web{};  ///< it came by that
};

}  // namespace confab::net
