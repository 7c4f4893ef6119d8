#pragma once

#include <cstdint>
#include <memory>

#include <spdlog/logger.h>

#include "server/log_options.hpp"

namespace confab {

/// The log of the server: lines on standard error, written by a thread of its own. When standard error takes nothing,
/// the oldest of those that wait are dropped; when it is closed or full, they are lost. These are counted, and the log
/// says how many they were when it goes on. The chat never waits for it and never fails with it. Called before there
/// are other threads; another call ends the log before. A test may have it written to another descriptor, which is open
/// until end_log().
std::shared_ptr<spdlog::logger> make_log(const log_options& options, const log_limits& limits = {}, int descriptor = 2);

/// Lets the log go on as `options` say, for every line that is written from now on. After make_log();
/// any thread.
void change_log(const log_options& options);

/// How many lines of the log are lost, since it was made. Any thread.
std::uint64_t lost_log_lines() noexcept;

/// Prints `server: TEXT` on standard error at once, whatever the log is doing; when the log is JSON or goes to the
/// journal, as an error in that form. Any thread.
void say_at_once(const char* text) noexcept;

/// Writes what is left and ends the log's thread. Where nobody reads, that takes no more than log_limits::at_the_end.
/// What is logged afterwards is lost. Call it at the end of main.
void end_log();

}  // namespace confab
