#pragma once

#include <chrono>
#include <cstddef>

namespace confab::net {

/// How much whoever asks over HTTP at a web listener may take up.
struct web_limits {
  std::chrono::milliseconds to_ask{10'000};        ///< for a whole request
  std::chrono::milliseconds to_ask_again{15'000};  ///< from an answer until the next request begins
  std::chrono::milliseconds to_take{10'000};       ///< for a whole answer
  std::chrono::milliseconds linger{1000};  ///< how long a connection that was answered may keep sending, to be read
  std::size_t most_discarded = 64 * 1024;  ///< bytes that are read and thrown away meanwhile
  std::size_t requests = 100;              ///< on one connection

  std::chrono::milliseconds ping_every{25'000};  ///< of WebSocket, see websocket::patience
};

}  // namespace confab::net
