#pragma once

#include <memory>

#include <asio/awaitable.hpp>
#include <spdlog/logger.h>

#include "server/net/arrival.hpp"
#include "server/net/connection_options.hpp"

namespace confab::net {

/// The step of an arrival by a web door: answers what is asked for, one request after the other, until one is for
/// WebSocket at /ws; then it is `admitted`, and its session has that. `served`: it was answered, and has gone.
/// `options` outlive it.
asio::awaitable<arrival_end> serve_web(std::shared_ptr<arrival> who, const connection_options& options,
                                       spdlog::logger& log);

}  // namespace confab::net
