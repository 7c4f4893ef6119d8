#pragma once

#include <memory>
#include <string>

#include <spdlog/formatter.h>
#include <spdlog/logger.h>

namespace confab {

/// The log of the server: lines on standard error, written by a thread of its own. When standard error is slow the
/// oldest lines are dropped, when it is closed or full they are lost; the chat never waits for it and never fails with
/// it. `level` is one of spdlog's names.
std::shared_ptr<spdlog::logger> make_log(const std::string& level);

/// How a line of the log looks: UTC time with milliseconds (RFC 3339), level, text. Of any time, also before 1970.
std::unique_ptr<spdlog::formatter> make_log_format();

/// Writes what is left and ends the log's thread. Call it once, at the end of main.
void end_log();

}  // namespace confab
