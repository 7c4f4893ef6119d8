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

/// Rows of cells as lines: indented, and every column as wide as its widest cell looks, but at most `widest` cells; one
/// that is wider pushes the rest of its row aside. Columns without any text are left out.
std::vector<std::string> table(const std::vector<std::vector<std::string>>& rows, std::size_t widest = 24);

/// `words` in rows: in one row behind each other if they fit, else in columns of one width, read row by row.
std::vector<std::string> grid(const std::vector<std::string>& words, std::size_t columns);

}  // namespace confab::terminal
