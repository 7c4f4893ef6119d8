#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <utility>
#include <vector>

#include "tests/support/process.hpp"
#include "tests/support/scratch_directory.hpp"

namespace confab::test {

/// A window's content at one moment.
struct picture {
  std::vector<std::string> rows;  ///< without blanks at their ends
  std::size_t x = 0;              ///< the cursor
  std::size_t y = 0;

  /// The row that the cursor is in.
  const std::string& current() const { return rows.at(y); }
  /// The row above that one.
  const std::string& above() const { return rows.at(y - 1); }
  bool has(std::string_view part) const { return count(part) > 0; }
  /// How many rows hold `part`.
  std::size_t count(std::string_view part) const;
  std::string text() const;
};

/// How a pane is started.
struct pane_setup {
  std::size_t columns = 60;
  std::size_t rows = 14;
  std::vector<std::pair<std::string, std::string>> environment{};
};

/// A terminal that a test types at and looks at: one pane of a tmux of its own with a shell in it. It is gone with
/// everything in it when this object goes, or when the test program dies. Every call that waits throws
/// std::runtime_error with what the window shows when `patience` is over. One thread.
class tmux {
 public:
  explicit tmux(const pane_setup& setup = {});

  /// Types text, as it is.
  void type(std::string_view text) const;
  /// Presses keys by tmux's names, such as `Enter`, `BSpace`, `C-a`.
  void press(std::vector<std::string> keys) const;
  /// Sends bytes, each in two hexadecimal digits.
  void send_bytes(std::vector<std::string> digits) const;
  /// Pastes as a terminal's mouse does: in brackets where the program has asked for them.
  void paste(const std::string& text) const;
  void resize(std::size_t columns, std::size_t rows) const;

  picture look() const;
  /// The lines in the scrollback and the window; lines that were wrapped are whole again.
  std::vector<std::string> all_lines() const;
  /// The window with its colours as escape sequences.
  std::string coloured() const;
  /// What tmux says of the pane, such as `#{pane_title}`.
  std::string value(const std::string& format) const;
  /// Whether a bell has rung since the start.
  bool bell_rang() const;
  /// The program that runs in the pane's shell.
  pid_t running_program() const;

  /// Looks until `condition` holds; `what` is for the failure.
  picture await(std::string_view what, const std::function<bool(const picture&)>& condition) const;
  /// Until the window shows `part`.
  picture await_text(std::string_view part) const;
  /// Until the row with the cursor is exactly `row`.
  picture await_row(std::string_view row) const;

 private:
  std::string command(std::vector<std::string> words) const;
  outcome try_command(std::vector<std::string> words) const;

  scratch_directory folder_;  // its socket and its configuration: nobody else's tmux is touched
  std::vector<std::pair<std::string, std::string>> environment_;
  process server_;
};

}  // namespace confab::test
