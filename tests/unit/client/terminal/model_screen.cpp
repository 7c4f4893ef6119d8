#include "tests/unit/client/terminal/model_screen.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "common/cells.hpp"
#include "common/utf8.hpp"

namespace confab::terminal::testing {

std::string trimmed(std::string text) {
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

model_screen::model_screen(std::size_t columns, std::size_t rows, widths counting, bool reflows)
    : columns_(columns), height_(rows), counting_(counting), reflows_(reflows), rows_(rows) {}

void model_screen::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const char c = bytes.front();
    std::size_t used = 1;
    if (c == '\x1b') {
      used = take_sequence(bytes);
    } else if (c == '\r') {
      column_ = 0;
    } else if (c == '\n') {
      line_feed();
    } else if (c == '\a') {
      ++bells_;
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      ++unknown_;
    } else {
      const utf8::decoded next = utf8::decode(bytes);
      used = next.size;
      if ((next.code_point == 0xFFFD && used == 1) || (next.code_point >= 0x80 && next.code_point < 0xA0)) ++unknown_;
      put(bytes.substr(0, used));
    }
    bytes.remove_prefix(used);
  }
}

// The sequence that `bytes` starts with; how many bytes it has.
std::size_t model_screen::take_sequence(std::string_view bytes) {
  if (bytes.starts_with("\0337")) {
    saved_row_ = row_;
    saved_column_ = column_;
    return 2;
  }
  if (bytes.starts_with("\0338")) {
    row_ = saved_row_;
    column_ = saved_column_;
    return 2;
  }
  if (bytes.starts_with("\x1b]0;")) {
    const std::size_t end = bytes.find('\a');
    if (end != std::string_view::npos) {
      title_ = bytes.substr(4, end - 4);
      return end + 1;
    }
  }
  if (bytes.starts_with("\x1b[")) {
    std::size_t end = 2;
    while (end < bytes.size() && (bytes[end] < '@' || bytes[end] > '~')) ++end;
    if (end < bytes.size()) {
      control(bytes[end], bytes.substr(2, end - 2));
      return end + 1;
    }
  }
  ++unknown_;
  return 1;
}

void model_screen::control(char final, std::string_view parameters) {
  std::size_t number = 0;
  std::from_chars(parameters.data(), parameters.data() + parameters.size(), number);
  if (final == 'A') {
    row_ -= std::min(row_, std::max<std::size_t>(number, 1));
    column_ = std::min(column_, columns_ - 1);
  } else if (final == 'H' && parameters.empty()) {
    row_ = column_ = 0;
  } else if (final == 'J' && parameters.empty()) {
    erase_to_end();
    std::fill(rows_.begin() + static_cast<std::ptrdiff_t>(top_ + row_ + 1), rows_.end(), line{});
  } else if (final == 'J' && parameters == "2") {
    std::fill(rows_.begin() + static_cast<std::ptrdiff_t>(top_), rows_.end(), line{});
  } else if (final == 'K' && parameters.empty()) {
    erase_to_end();
  } else if (final != 'm') {
    ++unknown_;
  }
}

void model_screen::erase_to_end() {
  line& here = current();
  const std::size_t column = std::min(column_, columns_ - 1);
  if (column < here.cells.size()) {
    if (here.cells[column].width == 0 && column > 0) here.cells[column - 1] = {};
    here.cells.resize(column);
  }
  here.wrapped = false;
}

void model_screen::line_feed() {
  if (row_ + 1 < height_) {
    ++row_;
  } else {
    rows_.emplace_back();
    ++top_;
  }
  column_ = std::min(column_, columns_ - 1);
}

void model_screen::put(std::string_view character) {
  const cells::cluster alone = cells::next_cluster(character);
  if (counting_ == widths::clusters && join(character)) return;
  if (alone.width == 0) {
    if (column_ == 0) return;  // nothing to stand on: lost, as on real terminals
    if (column_ > current().cells.size()) current().cells.resize(column_);
    current().cells[left_of_cursor()].text += character;
    return;
  }
  place(character, alone.width);
}

// Where the character begins that stands left of the cursor; there is one.
std::size_t model_screen::left_of_cursor() const {
  std::size_t left = column_ - 1;
  while (left > 0 && current().cells[left].width == 0) --left;
  return left;
}

// Whether `character` became part of the one left of the cursor, which may get wider by it.
bool model_screen::join(std::string_view character) {
  if (column_ == 0 || column_ > current().cells.size()) return false;
  const std::size_t left = left_of_cursor();
  const std::string both = current().cells[left].text + std::string{character};
  const cells::cluster whole = cells::next_cluster(both);
  if (whole.size != both.size() || whole.width == 0) return false;
  const std::size_t was = current().cells[left].width;
  if (whole.width <= was || left + whole.width > columns_) {
    current().cells[left].text = both;
    return true;
  }
  column_ = left;
  place(both, whole.width);
  return true;
}

void model_screen::place(std::string_view character, std::size_t width) {
  if (width > columns_) return;
  if (column_ + width > columns_) {
    current().wrapped = true;
    line_feed();
    column_ = 0;
  }
  set_cell(column_, {std::string{character}, width});
  for (std::size_t i = 1; i < width; ++i) set_cell(column_ + i, {"", 0});
  column_ += width;
}

void model_screen::set_cell(std::size_t column, cell value) {
  std::vector<cell>& cells = current().cells;
  if (column >= cells.size()) cells.resize(column + 1);
  // The other half of a wide character that is written over becomes blank.
  if (cells[column].width == 0 && value.width != 0) {
    for (std::size_t i = column; i-- > 0;) {
      const bool head = cells[i].width != 0;
      cells[i] = {};
      if (head) break;
    }
  }
  for (std::size_t i = column + 1; i < cells.size() && cells[i].width == 0; ++i) cells[i] = {};
  cells[column] = std::move(value);
}

void model_screen::resize(std::size_t columns, std::size_t rows) {
  if (columns != columns_) {
    if (reflows_) {
      rewrap(columns);
    } else {
      for (std::size_t i = top_; i < rows_.size(); ++i) {
        if (rows_[i].cells.size() > columns) rows_[i].cells.resize(columns);
      }
    }
    columns_ = columns;
    column_ = std::min(column_, columns_ - (reflows_ ? 0 : 1));
  }
  height_ = rows;
  fit_height();
}

// Joins what was wrapped and wraps it anew; the cursor stays with the character it stands on.
void model_screen::rewrap(std::size_t columns) {
  const std::size_t cursor = top_ + row_;
  std::vector<line> wrapped;
  std::size_t new_cursor = 0;
  std::size_t new_column = 0;
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    std::vector<cell> cells;
    std::size_t offset = 0;
    bool here = false;
    for (;; ++i) {
      if (i == cursor) {
        here = true;
        offset = cells.size() + column_;
      }
      cells.insert(cells.end(), rows_[i].cells.begin(), rows_[i].cells.end());
      if (!rows_[i].wrapped || i + 1 == rows_.size()) break;
    }
    wrapped.emplace_back();
    if (here) {
      new_cursor = wrapped.size() - 1;
      new_column = std::min(offset, columns - 1);
    }
    for (std::size_t at = 0; at < cells.size(); ++at) {
      std::size_t width = 1;
      while (at + width < cells.size() && cells[at + width].width == 0) ++width;
      if (width <= columns && wrapped.back().cells.size() + width > columns) {
        wrapped.back().wrapped = true;
        wrapped.emplace_back();
      }
      std::vector<cell>& row = wrapped.back().cells;
      if (here && offset >= at) {
        new_cursor = wrapped.size() - 1;
        new_column = row.size() + (offset - at);
      }
      for (std::size_t k = 0; k < width && width <= columns; ++k) row.push_back(cells[at + k]);
      at += width - 1;
    }
    if (here) new_column = std::min(new_column, columns - 1);
  }
  rows_ = std::move(wrapped);
  top_ = 0;
  row_ = new_cursor;
  column_ = new_column;
}

// Empty rows under the cursor go first, then the topmost into the scrollback. Sets `top_` and `row_`, from a `row_`
// that counts from `top_`.
void model_screen::fit_height() {
  const std::size_t cursor = top_ + row_;
  while (rows_.size() > cursor + 1 && rows_.back().cells.empty() && rows_.size() > height_) rows_.pop_back();
  if (rows_.size() < height_) rows_.resize(height_);
  top_ = std::min(rows_.size() - height_, cursor);
  while (rows_.size() > top_ + height_) rows_.pop_back();
  row_ = cursor - top_;
}

std::string model_screen::row(std::size_t number) const {
  std::string text;
  for (const cell& each : rows_[top_ + number].cells) text += each.text;
  return trimmed(std::move(text));
}

std::string model_screen::before_cursor() const {
  std::string text;
  for (std::size_t i = 0; i < column_; ++i) text += i < current().cells.size() ? current().cells[i].text : " ";
  return text;
}

std::string model_screen::after_cursor() const {
  std::string text;
  for (std::size_t i = column_; i < current().cells.size(); ++i) text += current().cells[i].text;
  return trimmed(std::move(text));
}

std::size_t model_screen::last_row() const {
  std::size_t number = height_ - 1;
  while (number > 0 && row(number).empty()) --number;
  return number;
}

std::vector<std::string> model_screen::lines() const {
  std::vector<std::string> all;
  bool goes_on = false;
  for (const line& each : rows_) {
    if (!goes_on) all.emplace_back();
    for (const cell& part : each.cells) all.back() += part.text;
    goes_on = each.wrapped;
  }
  for (std::string& text : all) text = trimmed(std::move(text));
  while (!all.empty() && all.back().empty()) all.pop_back();
  return all;
}

}  // namespace confab::terminal::testing
