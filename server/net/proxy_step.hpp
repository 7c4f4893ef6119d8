#pragma once

#include <memory>

#include <asio/awaitable.hpp>
#include <spdlog/logger.h>

#include "server/net/arrival.hpp"

namespace confab::net {

/// The step of an arrival whose peer is a proxy: its header of the PROXY protocol, which says for whom it connects. No
/// byte behind the header is read. `admitted`: the arrival knows whose it is, and the next step may begin.
asio::awaitable<arrival_end> read_proxy_header(std::shared_ptr<arrival> who, std::chrono::milliseconds within,
                                               spdlog::logger& log);

}  // namespace confab::net
