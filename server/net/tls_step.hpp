#pragma once

#include <chrono>
#include <memory>

#include <asio/awaitable.hpp>
#include <spdlog/logger.h>

#include "server/net/arrival.hpp"
#include "server/net/handshake_turns.hpp"
#include "server/net/shard_counters.hpp"

namespace confab::net {

/// What the step takes of its shard.
struct tls_surroundings {
  handshake_turns& turns;
  shard_counters& counters;
  spdlog::logger& log;
  std::chrono::milliseconds within;  ///< the time for a handshake
};

/// The step of an arrival by a door that has keys: its handshake. Who speaks no TLS, or nothing at all, is told in
/// plain text what is spoken here. `admitted`: the arrival has its TLS, and the next step may begin.
asio::awaitable<arrival_end> shake_hands(std::shared_ptr<arrival> who, tls_surroundings with);

}  // namespace confab::net
