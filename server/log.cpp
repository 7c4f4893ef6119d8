#include "server/log.hpp"

#include <spdlog/async.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/ansicolor_sink.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include "common/protocol/render_context.hpp"

namespace confab {
namespace {

constexpr std::size_t waiting_lines = 8192;

// spdlog's own %e is garbled for times before 1970.
class utc_time final : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg& line, const std::tm& /*local*/, spdlog::memory_buf_t& out) override {
    const std::string text = format_time(line.time);
    out.append(text.data(), text.data() + text.size());
  }
  std::unique_ptr<spdlog::custom_flag_formatter> clone() const override { return std::make_unique<utc_time>(); }
};

}  // namespace

std::shared_ptr<spdlog::logger> make_log(const std::string& level) {
  spdlog::init_thread_pool(waiting_lines, 1);
  auto log =
      std::make_shared<spdlog::async_logger>("confab", std::make_shared<spdlog::sinks::stderr_color_sink_mt>(),
                                             spdlog::thread_pool(), spdlog::async_overflow_policy::overrun_oldest);
  log->set_formatter(make_log_format());
  log->set_level(spdlog::level::from_str(level));
  // There is nowhere to complain of a log that cannot be written.
  log->set_error_handler([](const std::string&) {});
  return log;
}

std::unique_ptr<spdlog::formatter> make_log_format() {
  auto format = std::make_unique<spdlog::pattern_formatter>(spdlog::pattern_time_type::utc);
  format->add_flag<utc_time>('*').set_pattern("%* %^%l%$ %v");
  return format;
}

void end_log() {
  spdlog::shutdown();
}

}  // namespace confab
