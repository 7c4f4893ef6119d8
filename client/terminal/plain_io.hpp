#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include <asio/io_context.hpp>

#include "client/ui/screen.hpp"
#include "common/unique_fd.hpp"

namespace confab::terminal {

/// How plain mode writes.
struct plain_settings {
  int input = 0;  ///< file descriptors; a test gives its own pipes
  int output = 1;
  int errors = 2;
  bool quiet = false;              ///< menus and prompts are not shown at all
  bool prompts_to_errors = false;  ///< menus and prompts go where the person sees them: standard output is a pipe
  bool bell = false;               ///< the output is a terminal that can ring
};

/// Lines in, lines out: for pipes, files, dumb terminals and screen readers. The terminal stays in its
/// cooked mode; nothing is ever redrawn. A prompt is a whole line, so that a script can wait for it.
///
/// Reading blocks, so it has a thread of its own: Asio cannot wait for regular files and would make the terminal
/// non-blocking for everybody who shares it. The thread reads only when a line is wanted, posts the
/// line into the io_context, and ends with this object. All else is for the thread of the io_context.
class plain_io final : public client::screen {
 public:
  plain_io(asio::io_context& io, plain_settings settings);
  ~plain_io() override;
  plain_io(const plain_io&) = delete;
  plain_io& operator=(const plain_io&) = delete;

  void start(client::screen_input& input) override;
  void want_line() override;
  void show(client::line_kind kind, std::string_view line) override;
  void set_prompt(std::string_view prompt) override;
  void set_status(std::string_view, std::string_view) override {}
  void ring() override;
  void clear() override {}

  /// The longest line that is read whole, in bytes: over every server's limit. Of a longer one only the size is told.
  static constexpr std::size_t max_line = 128 * 1024;

 private:
  void read_lines();
  bool wait_until_wanted();
  bool fill();
  void write_line(int file, std::string_view line);

  asio::io_context& io_;
  const plain_settings settings_;
  client::screen_input* input_ = nullptr;
  bool output_closed_ = false;

  // The reader thread's side: `wanted_` and `stopping_` under the mutex, the rest its own.
  std::mutex mutex_;
  std::condition_variable wake_;
  int wanted_ = 0;
  bool stopping_ = false;
  unique_fd stop_reader_;
  unique_fd stop_writer_;
  std::string unread_;  // the last piece read, and how much of it is used up
  std::size_t used_ = 0;
  bool ended_ = false;
  std::thread reader_;
};

}  // namespace confab::terminal
