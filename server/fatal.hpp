#pragma once

#include <memory>

#include <asio/io_context.hpp>
#include <spdlog/logger.h>

namespace confab {

/// From here on an exception that nobody catches, on whichever thread, is printed on standard error and logged with its
/// type and its words, and then ends the process with SIGABRT. A second one at the same time changes nothing. Ends the
/// log by itself. Call it once, before there are threads.
void report_fatal_exceptions(std::shared_ptr<spdlog::logger> log);

/// Runs `io` until it has no more to do. What is thrown in it ends the process there and then: were it to leave a
/// thread's function or main's, other threads would be in the way, and its cause lost. Any thread.
void run_or_die(asio::io_context& io) noexcept;

}  // namespace confab
