#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

/// Rows of text for a window of some width. Pure functions; text is safe UTF-8 that may hold our own SGR sequences.
/// Cells are counted so that no terminal wraps a row again (`most_width`). `columns` 0: there is no window.
namespace confab::terminal {

/// Narrower windows than this are left to wrap by themselves.
inline constexpr std::size_t least_wrapped_columns = 16;

/// `text` in rows of at most `columns` cells: cut where there are two blanks or more, else at a blank or behind a
/// Chinese comma or stop, so that names stay whole; a word that fills more than half a row is cut where it has to be.
/// Further rows begin below the first word, or below the second column where the text has two.
std::vector<std::string> wrap(std::string_view text, std::size_t columns);

/// `words` in rows: in one row behind each other if they fit, else in columns of one width, read row by row.
std::vector<std::string> grid(const std::vector<std::string>& words, std::size_t columns);

/// `text` as the input row shows it: a line end is a mark (⏎), a TAB a blank.
std::string shown(std::string_view text);

}  // namespace confab::terminal
