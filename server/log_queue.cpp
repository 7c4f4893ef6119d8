#include "server/log_queue.hpp"

#include <array>
#include <chrono>
#include <cstdlib>
#include <exception>
#include <string>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>
#include <spdlog/details/os.h>

#include "server/log_line.hpp"
#include "server/net/log_about.hpp"

namespace confab {
namespace {

bool shows_colours(int descriptor) {
  return ::isatty(descriptor) == 1 && spdlog::details::os::is_color_terminal();
}

log_format format_of(const log_options& options, int descriptor) noexcept {
  if (options.format) return *options.format;
  return goes_to_journal(descriptor, std::getenv("JOURNAL_STREAM")) ? log_format::journal : log_format::text;
}

bool is_all(const log_options& options) noexcept {
  return spdlog::level::from_str(options.level) <= spdlog::level::debug;
}

// Takes no memory: the log's thread has nobody to tell that there is none.
spdlog::details::log_msg_buffer line_of(const log_allowance::omission& what) {
  std::array<char, 128> text;
  const auto end = fmt::format_to_n(text.data(), text.size(), "{} line{} more about connections left out: too many",
                                    what.lines, what.lines == 1 ? "" : "s");
  const spdlog::string_view_t words(text.data(), static_cast<std::size_t>(end.out - text.data()));
  return spdlog::details::log_msg_buffer(spdlog::details::log_msg(spdlog::source_loc{}, "", what.level, words));
}

}  // namespace

log_queue::log_queue(const log_options& options, const log_limits& limits, int descriptor)
    : most_(limits.waiting),
      descriptor_(descriptor),
      colour_(shows_colours(descriptor)),
      output_(descriptor, limits.at_the_end),
      format_(format_of(options, descriptor)),
      addresses_(options.addresses),
      all_(is_all(options)),
      about_connections_(limits.about_connections, limits.span),
      thread_([this] { run(); }) {}

void log_queue::log(const spdlog::details::log_msg& line) {
  if (!accept(line)) return;
  spdlog::details::log_msg_buffer copy(line);
  spdlog::details::log_msg_buffer oldest;  // is freed without the lock
  {
    const std::lock_guard holding(lock_);
    if (ended_ || waiting_.size() >= most_) count_lost();
    if (ended_) return;
    if (waiting_.size() >= most_) {
      oldest = std::move(waiting_.front());
      waiting_.pop_front();
    }
    waiting_.push_back(std::move(copy));
  }
  changed_.notify_one();
}

// Whether it is to be logged at all.
bool log_queue::accept(const spdlog::details::log_msg& line) {
  if (line.source.filename != net::about_connection || all_.load(std::memory_order_relaxed)) return true;
  const auto now = std::chrono::steady_clock::now();
  bool first = false;
  {
    const std::lock_guard holding(lock_);
    const bool had_omitted = about_connections_.has_omitted();
    if (about_connections_.take(line.level, now)) return true;
    first = !had_omitted;
  }
  if (first) changed_.notify_one();  // it is to be told in time
  return false;
}

void log_queue::change(const log_options& options) noexcept {
  format_.store(format_of(options, descriptor_), std::memory_order_relaxed);
  addresses_.store(options.addresses, std::memory_order_relaxed);
  all_.store(is_all(options), std::memory_order_relaxed);
}

void log_queue::end() {
  {
    const std::lock_guard holding(lock_);
    ended_ = true;
  }
  changed_.notify_one();
  output_.end();
  if (thread_.joinable()) thread_.join();
}

void log_queue::run() {
  while (const auto line = next()) write(*line);
}

// Waits for the next line; none: that was all.
std::optional<spdlog::details::log_msg_buffer> log_queue::next() {
  std::unique_lock holding(lock_);
  for (;;) {
    const bool omitted = about_connections_.has_omitted();
    if (omitted && (ended_ ? waiting_.empty() : std::chrono::steady_clock::now() >= about_connections_.due())) {
      return line_of(about_connections_.take_omitted());
    }
    if (!waiting_.empty()) {
      std::optional line(std::move(waiting_.front()));
      waiting_.pop_front();
      return line;
    }
    if (ended_) return std::nullopt;
    if (omitted) {
      changed_.wait_until(holding, about_connections_.due());
    } else {
      changed_.wait(holding);
    }
  }
}

void log_queue::write(const spdlog::details::log_msg& line) try {
  tell_lost();
  if (output_.write(log_line(line, format(), addresses_.load(std::memory_order_relaxed), colour_))) return;
  count_lost();
} catch (const std::exception&) {  // no memory
  count_lost();
}

// They were older than what is written next.
void log_queue::tell_lost() {
  const std::uint64_t lost = this->lost();
  if (lost == told_) return;
  const std::string text = fmt::format("{} lines before this one are lost: they could not be written", lost - told_);
  const spdlog::details::log_msg line(spdlog::source_loc{}, "", spdlog::level::warn, text);
  if (output_.write(log_line(line, format(), address_detail::off, colour_))) told_ = lost;
}

}  // namespace confab
