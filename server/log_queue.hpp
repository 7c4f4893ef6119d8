#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include <spdlog/details/log_msg_buffer.h>
#include <spdlog/sinks/sink.h>

#include "server/log_allowance.hpp"
#include "server/log_options.hpp"
#include "server/log_output.hpp"

namespace confab {

/// The lines of the log that wait to be written, and the thread that writes them. Whoever logs puts a line here and
/// goes on: the lock is held only to move a line in or out. When too many wait, the oldest make way. What is lost, here
/// or in writing, is counted, and the next line that can be written is preceded by one that says how many were. Lines
/// about connections, as net::log_about() makes them, have a log_allowance, unless the level is debug or trace: then
/// all is asked for.
class log_queue final : public spdlog::sinks::sink {
 public:
  /// Writes to `descriptor`, which is open until end().
  log_queue(const log_options& options, const log_limits& limits, int descriptor);
  log_queue(const log_queue&) = delete;
  log_queue& operator=(const log_queue&) = delete;
  ~log_queue() override { end(); }

  /// Any thread. After end() a line is lost.
  void log(const spdlog::details::log_msg& line) override;
  void flush() override {}
  void set_pattern(const std::string& /*pattern*/) override {}
  void set_formatter(std::unique_ptr<spdlog::formatter> /*formatter*/) override {}

  /// For the lines that are written from now on. Any thread.
  void change(const log_options& options) noexcept;
  log_format format() const noexcept { return format_.load(std::memory_order_relaxed); }

  /// How many lines are lost. Any thread.
  std::uint64_t lost() const noexcept { return lost_.load(std::memory_order_relaxed); }

  /// For a line that could not be put here. Any thread.
  void count_lost() noexcept { lost_.fetch_add(1, std::memory_order_relaxed); }

  /// Writes what waits, in no more than log_limits::at_the_end where nobody reads, and ends the thread. Any thread, one
  /// at a time.
  void end();

 private:
  bool accept(const spdlog::details::log_msg& line);
  void run();
  std::optional<spdlog::details::log_msg_buffer> next();
  void write(const spdlog::details::log_msg& line);
  void tell_lost();

  const std::size_t most_;
  const int descriptor_;
  const bool colour_;
  log_output output_;
  std::atomic<log_format> format_;
  std::atomic<address_detail> addresses_;
  std::atomic<bool> all_;  // all lines about connections are asked for
  std::atomic<std::uint64_t> lost_{0};
  std::uint64_t told_ = 0;  // of those; of the thread

  std::mutex lock_;
  std::condition_variable changed_;
  log_allowance about_connections_;
  std::deque<spdlog::details::log_msg_buffer> waiting_;
  bool ended_ = false;
  std::thread thread_;  // the last, for it uses the others
};

}  // namespace confab
