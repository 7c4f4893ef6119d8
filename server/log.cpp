#include "server/log.hpp"

#include <cstdio>
#include <exception>
#include <string>

#include <fmt/format.h>

#include "server/log_line.hpp"
#include "server/log_queue.hpp"

namespace confab {
namespace {

/// What there is of the log; empty before make_log().
struct current_log {
  std::shared_ptr<log_queue> queue;
  std::shared_ptr<spdlog::logger> logger;
};

current_log& current() {
  static current_log log;
  return log;
}

}  // namespace

std::shared_ptr<spdlog::logger> make_log(const log_options& options, const log_limits& limits, int descriptor) {
  end_log();
  auto queue = std::make_shared<log_queue>(options, limits, descriptor);
  auto log = std::make_shared<spdlog::logger>("confab", queue);
  log->set_level(spdlog::level::from_str(options.level));
  // There is nowhere to complain of a line that there was no memory for.
  log->set_error_handler([&lost = *queue](const std::string&) { lost.count_lost(); });
  current() = {std::move(queue), log};
  return log;
}

void change_log(const log_options& options) {
  current().queue->change(options);
  current().logger->set_level(spdlog::level::from_str(options.level));
}

std::uint64_t lost_log_lines() noexcept {
  return current().queue == nullptr ? 0 : current().queue->lost();
}

void say_at_once(const char* text) noexcept {
  const log_format format = current().queue == nullptr ? log_format::text : current().queue->format();
  try {
    if (format != log_format::text) {
      const std::string words = fmt::format("server: {}", text);
      const spdlog::details::log_msg line(spdlog::source_loc{}, "", spdlog::level::critical, words);
      std::fputs(log_line(line, format, address_detail::off, false).c_str(), stderr);
      return;
    }
  } catch (const std::exception&) {
    // No memory: as it is, then.
  }
  std::fprintf(stderr, "server: %s\n", text);
}

void end_log() {
  if (current().queue != nullptr) current().queue->end();
}

}  // namespace confab
