#pragma once

#include <chrono>
#include <cstddef>

#include "common/line_decoder.hpp"
#include "server/net/turn_limit.hpp"
#include "server/net/web_limits.hpp"

namespace confab::net {

/// The limits that hold for each connection; shard::change() sets them anew.
struct connection_options {
  std::size_t max_line = default_max_line;  ///< bytes of a line before its LF, 64 to 60000
  std::size_t send_queue = 1024 * 1024;     ///< bytes that may wait for a user who does not read, at least 4096
  std::chrono::seconds write_timeout{10};   ///< how long a write may make no progress, at least 1

  /// How long a machine may answer nothing, neither a probe nor what was sent to it, before the kernel gives it up; 2 s
  /// to an hour. The kernel takes a peer that does not read for one, so it is never less than `write_timeout`.
  std::chrono::seconds vanished_after{120};

  /// How long a new connection may be silent before it is greeted. Long enough for a request that follows
  /// the handshake at once (HTTP, TLS) to be seen for what it is, too short for a person to notice.
  std::chrono::milliseconds greeting_delay{50};
  /// How long a proxy has for its PROXY header.
  std::chrono::milliseconds to_show_header{5'000};
  /// How long a TLS handshake may take.
  std::chrono::milliseconds to_shake_hands{10'000};
  /// How long a connection that is nobody until it says something has for that.
  std::chrono::milliseconds to_speak{10'000};
  /// How long a connection that we have ended may keep sending before it is cut. Closing with unread input
  /// would reset it, and the peer could lose our last lines (RFC 1122, section 4.2.2.13).
  std::chrono::seconds linger{1};
  /// How often write_timeout and linger are looked at, while somebody lags or lingers.
  std::chrono::milliseconds sweep{250};

  web_limits web;

  turn_limit turns;
};

}  // namespace confab::net
