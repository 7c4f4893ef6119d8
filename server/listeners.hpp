#pragma once

#include <memory>
#include <vector>

#include <asio/io_context.hpp>
#include <spdlog/logger.h>

#include "server/net/listener.hpp"
#include "server/options.hpp"

namespace confab {

/// Binds every place that `options` name, in their order, on the thread that runs `io`. Throws std::runtime_error when
/// one cannot be had: a sentence that names its option and says what to do; then none is.
std::vector<std::unique_ptr<net::listener>> open_listeners(asio::io_context& io, const server_options& options,
                                                           const std::shared_ptr<spdlog::logger>& log);

}  // namespace confab
