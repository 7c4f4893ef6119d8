#include "client/terminal/layout.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "common/cells.hpp"

namespace confab::terminal {
namespace {

constexpr std::string_view gap = "  ";

// The bytes of an SGR sequence that `text` starts with; 0: none.
std::size_t sgr_size(std::string_view text) noexcept {
  if (!text.starts_with("\x1b[")) return 0;
  const std::size_t end = text.find('m');
  return end == std::string_view::npos ? 0 : end + 1;
}

struct piece {
  std::size_t size = 0;
  std::size_t cells = 0;
};

// A cluster, or a sequence that takes no cells.
piece next_piece(std::string_view text) noexcept {
  if (const std::size_t size = sgr_size(text)) return {size, 0};
  const cells::cluster next = cells::next_cluster(text);
  return {next.size, next.most};
}

std::size_t blanks(std::string_view text) noexcept {
  return std::min(text.find_first_not_of(' '), text.size());
}

// Behind these a row of Chinese may end.
bool ends_clause(std::string_view cluster) noexcept {
  constexpr std::array<std::string_view, 8> marks{"、", "，", "。", "；", "：", "！", "？", "）"};
  return std::ranges::find(marks, cluster) != marks.end();
}

// Where the second column begins of a text that has just two: behind its only gap.
std::size_t hanging(std::string_view text, std::size_t columns) noexcept {
  const std::size_t lead = std::min(blanks(text), columns / 2);
  const std::size_t first_gap = text.find(gap, blanks(text));
  if (lead == 0 || first_gap == std::string_view::npos) return lead;
  const std::size_t second = first_gap + blanks(text.substr(first_gap));
  if (second >= text.size() || text.find(gap, second) != std::string_view::npos) return lead;
  const std::size_t cells = cells::most_width(text.substr(0, second));
  return cells <= columns / 2 ? cells : lead;
}

// Where a row that begins with `text` ends, of `columns` cells: all of it, or the best place to cut.
std::size_t row_end(std::string_view text, std::size_t columns) noexcept {
  std::size_t at = 0;
  std::size_t used = 0;
  std::size_t at_gap = 0;
  std::size_t at_word = 0;
  while (at < text.size()) {
    const std::string_view left = text.substr(at);
    if (used >= columns / 2) {
      if (left.starts_with(gap)) at_gap = at;
      if (left.starts_with(' ')) at_word = at;
    }
    const piece next = next_piece(left);
    if (used + next.cells > columns) {
      if (left.starts_with(' ')) return at;
      if (at_gap != 0) return at_gap;
      return at_word != 0 ? at_word : std::max(at, next_piece(text).size);
    }
    used += next.cells;
    at += next.size;
    if (used >= columns / 2 && ends_clause(left.substr(0, next.size))) at_word = at;
  }
  return at;
}

}  // namespace

std::vector<std::string> wrap(std::string_view text, std::size_t columns) {
  if (columns < least_wrapped_columns) return {std::string{text}};
  std::vector<std::string> rows;
  const std::size_t hang = hanging(text, columns);
  for (std::size_t indent = 0;; indent = hang) {
    const std::size_t end = row_end(text, columns - indent);
    std::string row = std::string(indent, ' ').append(text.substr(0, end));
    text.remove_prefix(end);
    const std::size_t between = blanks(text);
    if (between == text.size()) {
      rows.push_back(std::move(row));
      return rows;
    }
    text.remove_prefix(between);
    row.erase(row.find_last_not_of(' ') + 1);
    rows.push_back(std::move(row));
  }
}

std::vector<std::string> grid(const std::vector<std::string>& words, std::size_t columns) {
  std::size_t widest = 0;
  std::string row;
  for (const std::string& word : words) {
    widest = std::max(widest, cells::most_width(word));
    row.append(gap).append(word);
  }
  if (words.empty() || columns == 0 || cells::most_width(row) <= columns) return {row};
  const std::size_t in_a_row = std::max<std::size_t>(1, columns / (widest + gap.size()));
  std::vector<std::string> rows;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i % in_a_row == 0) rows.emplace_back();
    const bool last = i % in_a_row == in_a_row - 1 || i + 1 == words.size();
    rows.back().append(gap).append(last ? words[i] : words[i] + std::string(widest - cells::width(words[i]), ' '));
  }
  return rows;
}

std::string shown(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (c == '\n') {
      out += "⏎";
    } else {
      out += c == '\t' ? ' ' : c;
    }
  }
  return out;
}

}  // namespace confab::terminal
