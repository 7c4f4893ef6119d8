#include "server/log.hpp"

#include <spdlog/async.h>
#include <spdlog/sinks/ansicolor_sink.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

namespace confab {
namespace {

constexpr std::size_t waiting_lines = 8192;

}  // namespace

std::shared_ptr<spdlog::logger> make_log(const std::string& level) {
  spdlog::init_thread_pool(waiting_lines, 1);
  auto log =
      std::make_shared<spdlog::async_logger>("confab", std::make_shared<spdlog::sinks::stderr_color_sink_mt>(),
                                             spdlog::thread_pool(), spdlog::async_overflow_policy::overrun_oldest);
  log->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %^%l%$ %v", spdlog::pattern_time_type::utc);
  log->set_level(spdlog::level::from_str(level));
  // There is nowhere to complain about a log that cannot be written.
  log->set_error_handler([](const std::string&) {});
  return log;
}

void end_log() {
  spdlog::shutdown();
}

}  // namespace confab
