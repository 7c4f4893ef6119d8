#include "client/terminal/plain_io.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <poll.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include <asio/post.hpp>

namespace confab::terminal {

plain_io::plain_io(asio::io_context& io, plain_settings settings) : io_(io), settings_(settings) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
  stop_reader_ = unique_fd(ends[0]);
  stop_writer_ = unique_fd(ends[1]);
}

plain_io::~plain_io() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  stop_writer_.reset();  // wakes the poll() of a reader that waits for input
  if (reader_.joinable()) reader_.join();
}

void plain_io::start(client::screen_input& input) {
  input_ = &input;
  reader_ = std::thread([this] { read_lines(); });
}

void plain_io::want_line() {
  {
    const std::lock_guard lock(mutex_);
    ++wanted_;
  }
  wake_.notify_one();
}

bool plain_io::wait_until_wanted() {
  std::unique_lock lock(mutex_);
  wake_.wait(lock, [this] { return stopping_ || wanted_ > 0; });
  if (stopping_) return false;
  --wanted_;
  return true;
}

/// Reads what there is. False when this object ends; sets `ended_` when the input does.
bool plain_io::fill() {
  pollfd watched[] = {{settings_.input, POLLIN, 0}, {stop_reader_.get(), POLLIN, 0}};
  while (::poll(watched, 2, -1) < 0 && errno == EINTR) {
  }
  if (watched[1].revents != 0) return false;
  char bytes[16 * 1024];
  const ssize_t count = ::read(settings_.input, bytes, sizeof bytes);
  if (count > 0) {
    unread_.assign(bytes, static_cast<std::size_t>(count));  // all that was there is used up by now
    used_ = 0;
  } else if (count == 0 || (errno != EINTR && errno != EAGAIN)) {
    ended_ = true;  // a terminal that went away counts as the end, too
  }
  return true;
}

void plain_io::read_lines() {
  bool first = true;
  while (wait_until_wanted()) {
    std::string line;
    std::size_t size = 0;  // of the line, in full
    char last = '\0';
    bool whole = false;
    while (!whole) {
      const std::size_t end = unread_.find('\n', used_);
      const std::size_t take = std::min(unread_.size(), end) - used_;
      line.append(unread_, used_, std::min(take, max_line + 1 - line.size()));  // one more: perhaps a CR
      size += take;
      if (take > 0) last = unread_[used_ + take - 1];
      whole = end != std::string::npos;
      used_ += whole ? take + 1 : take;
      if (whole || ended_) break;
      if (!fill()) return;
    }
    if (!whole && line.empty()) {
      asio::post(io_, [this] { input_->on_end_of_input(); });
      return;
    }
    if (last == '\r') --size;
    line.resize(std::min(line.size(), size));
    if (std::exchange(first, false) && line.starts_with("\xEF\xBB\xBF")) {  // an editor's BOM
      line.erase(0, 3);
      size -= 3;
    }
    if (size > max_line) {
      asio::post(io_, [this, size] { input_->on_too_long(size); });
      continue;
    }
    asio::post(io_, [this, line = std::move(line)]() mutable { input_->on_line(std::move(line)); });
  }
}

void plain_io::write_line(int file, std::string_view line) {
  if (output_closed_ && file == settings_.output) return;
  std::string bytes(line);
  bytes += '\n';
  std::string_view left = bytes;
  while (!left.empty()) {
    const ssize_t count = ::write(file, left.data(), left.size());
    if (count >= 0) {
      left.remove_prefix(static_cast<std::size_t>(count));
    } else if (errno == EAGAIN) {  // somebody else made the shared file non-blocking
      pollfd writable = {file, POLLOUT, 0};
      ::poll(&writable, 1, -1);
    } else if (errno != EINTR) {
      // Nobody reads any more. A lost standard error is no reason to stop: there is nobody to tell.
      if (file == settings_.output && !std::exchange(output_closed_, true) && input_ != nullptr) {
        asio::post(io_, [this] { input_->on_output_closed(); });
      }
      return;
    }
  }
}

void plain_io::show(client::line_kind kind, std::string_view line) {
  switch (kind) {
    case client::line_kind::message:
    case client::line_kind::answer: write_line(settings_.output, line); break;
    case client::line_kind::notice:
    case client::line_kind::error: write_line(settings_.errors, line); break;
    case client::line_kind::menu:
      if (!settings_.quiet) write_line(settings_.prompts_to_errors ? settings_.errors : settings_.output, line);
      break;
  }
}

void plain_io::set_prompt(std::string_view prompt) {
  while (prompt.ends_with(' ')) prompt.remove_suffix(1);
  show(client::line_kind::menu, prompt);
}

void plain_io::ring() {
  if (!settings_.bell) return;
  [[maybe_unused]] const ssize_t ignored = ::write(settings_.output, "\a", 1);
}

}  // namespace confab::terminal
