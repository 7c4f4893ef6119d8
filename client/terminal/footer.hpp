#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client/terminal/line_editor_view.hpp"

namespace confab::terminal {

/// The terminal's window, in cells.
struct window_size {
  std::size_t columns = 80;
  std::size_t rows = 24;

  bool operator==(const window_size&) const = default;
};

/// The two rows at the bottom (status and input), and what is printed above them. Owns no terminal: every function
/// returns the bytes to be written, in one write, in order. Messages become ordinary output that
/// scrolls into the terminal's own scrollback; the footer is erased before them and drawn again after them.
///
/// The terminal itself remembers where the caret belongs (ESC 7 and ESC 8), so a disagreement on the width of
/// a character cannot move it; widths only decide where the input row scrolls sideways, with two cells to spare. Where
/// the draft goes on beyond the row, `<` and `>` stand at its ends.
/// Pure; on the thread of the screen that owns it.
class footer {
 public:
  struct style {
    bool reverse_status = true;  ///< false: no SGR at all (`--color never`)
    bool reflows = true;         ///< the terminal wraps its rows anew when it gets narrower (see `reflows_on_resize`)
  };

  /// The status row is dropped under this size; the input row always stays.
  static constexpr std::size_t min_status_columns = 40;
  static constexpr std::size_t min_status_rows = 6;

  footer() noexcept = default;
  explicit footer(style look) noexcept : style_(look) {}

  /// A line (safe text and own SGR; no line end) to stand above at the next `update`.
  void print(std::string_view line);

  /// Bytes that neither print nor move, such as the bell or a title: out with the next `update`.
  void pass(std::string_view bytes) { passing_ += bytes; }

  /// Plain, safe text; empty for no status row.
  void set_status(std::string_view text) { status_ = text; }

  /// What has to be written so that the screen shows all lines printed so far and the footer as it is now; empty when
  /// nothing changed. Call it once a turn of the loop, however much happened. `size`: asked from the terminal just
  /// before. Text that was only typed on at the end goes out as it is, without any redrawing.
  std::string update(const input_view& input, window_size size);

  /// Ctrl-L: the same on an empty screen.
  std::string clear(const input_view& input, window_size size);

  /// Prints what is pending and takes the footer away: before leaving or stopping. The cursor is on a fresh row.
  std::string hide(window_size size);

  /// The footer is gone from the screen in some other way (the process was stopped from outside): the
  /// next `update` draws it where the cursor is, and erases nothing.
  void forget() noexcept { drawn_.reset(); }

 private:
  // The input row as it is drawn: the parts of the draft that are in sight.
  struct row {
    std::string prompt;
    std::string before;
    std::string after;
    std::size_t first = 0;   // where in the draft `before` starts
    bool cut_left = false;   // marked: the draft goes on to the left
    bool cut_right = false;  // and to the right

    bool operator==(const row&) const = default;
  };
  struct drawn {
    window_size size;
    std::string status;
    row input;
  };

  row lay_out(const input_view& input, window_size size) const;
  std::string visible_status(window_size size) const;
  void append_erase(std::string& out, window_size size) const;
  void append_lines(std::string& out);
  void append_mark(std::string& out, std::string_view mark) const;
  void append_row(std::string& out, const row& input, bool erase) const;
  void draw(std::string& out, row input, window_size size);

  style style_;
  std::string status_;
  std::string lines_;    // pending, each with its line end
  std::string passing_;  // pending
  std::optional<drawn> drawn_;
};

/// Whether a terminal re-flows its rows when it gets narrower, by the variables TERM, XTERM_VERSION and TMUX (null when
/// not set). Nearly all do; one that does not would lose a message to the wrong guess.
bool reflows_on_resize(const char* term, const char* xterm_version, const char* tmux) noexcept;

}  // namespace confab::terminal
