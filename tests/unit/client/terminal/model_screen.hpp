#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace confab::terminal::testing {

/// `text` without the blanks at its end.
std::string trimmed(std::string text);

/// A small model of a terminal: interprets what a program writes and knows what a person would then see, scrollback
/// included. Knows just the sequences that confab uses and counts all others, so that a test can ask that there were
/// none. Rows wrap at the last cell as they do on an xterm: only when the next character comes.
class model_screen {
 public:
  /// How it counts cells. Real terminals do one of these, or something between.
  enum class widths : std::uint8_t {
    clusters,     ///< a grapheme cluster is one character of `width` cells
    code_points,  ///< every code point that has a width takes its own cells
  };

  /// `reflows`: rows are wrapped anew when the window's width changes; else they are cut.
  model_screen(std::size_t columns, std::size_t rows, widths counting = widths::clusters, bool reflows = true);

  /// What the program writes; whole characters and sequences.
  void write(std::string_view bytes);

  void resize(std::size_t columns, std::size_t rows);

  std::size_t columns() const noexcept { return columns_; }
  std::size_t rows() const noexcept { return height_; }

  /// The cursor; a column of `columns()` means that the next character wraps.
  std::size_t cursor_row() const noexcept { return row_; }
  std::size_t cursor_column() const noexcept { return column_; }

  /// A row of the window, without the blanks at its end.
  std::string row(std::size_t number) const;

  /// The cursor's row up to the cursor, with all blanks, and the rest of it without those at its end.
  std::string before_cursor() const;
  std::string after_cursor() const;

  /// The last row of the window that shows anything; 0 for none.
  std::size_t last_row() const;

  /// All lines, the oldest of the scrollback first; wrapped rows are one line, empty ones at the end are left out.
  std::vector<std::string> lines() const;

  std::size_t bells() const noexcept { return bells_; }
  const std::string& title() const noexcept { return title_; }

  /// Sequences, control characters and bytes that this model does not know.
  std::size_t unknown() const noexcept { return unknown_; }

 private:
  struct cell {
    std::string text = " ";
    std::size_t width = 1;  // 0: the right half of a wide character
  };
  struct line {
    std::vector<cell> cells;
    bool wrapped = false;  // goes on in the next row
  };

  line& current() { return rows_[top_ + row_]; }
  const line& current() const { return rows_[top_ + row_]; }
  std::size_t take_sequence(std::string_view bytes);
  void control(char final, std::string_view parameters);
  void put(std::string_view character);
  std::size_t left_of_cursor() const;
  bool join(std::string_view character);
  void place(std::string_view character, std::size_t width);
  void set_cell(std::size_t column, cell value);
  void line_feed();
  void erase_to_end();
  void rewrap(std::size_t columns);
  void fit_height();

  std::size_t columns_;
  std::size_t height_;
  widths counting_;
  bool reflows_;
  std::vector<line> rows_;  // the scrollback, then from `top_` the window
  std::size_t top_ = 0;
  std::size_t row_ = 0;
  std::size_t column_ = 0;
  std::size_t saved_row_ = 0;
  std::size_t saved_column_ = 0;
  std::size_t bells_ = 0;
  std::size_t unknown_ = 0;
  std::string title_;
};

}  // namespace confab::terminal::testing
