#pragma once

#include <cstddef>
#include <string>
#include <string_view>

/// Text as a terminal shows it: grapheme clusters, and the columns ("cells") that they take.
/// Pure functions; any thread. Text is UTF-8; an ill-formed byte counts as one U+FFFD.
///
/// Terminals disagree on widths (a family emoji takes 2, 4 or 8 cells, a red heart 1 or 2), so there are three figures:
/// `width` is what most terminals do, `least` and `most` bound what any may do. Where a row must not overflow, count
/// with `most`.
namespace confab::cells {

/// What people see as one character: the unit that the caret moves over and that Backspace takes away.
struct cluster {
  std::size_t size = 0;   ///< bytes; 0 only for the empty text
  std::size_t width = 0;  ///< cells on most terminals
  std::size_t least = 0;  ///< cells on the terminal that gives it the fewest
  std::size_t most = 0;   ///< cells on the terminal that gives it the most
};

/// The cluster that `text` starts with. A line end or a TAB counts as one cell: whoever shows text draws a sign there.
cluster next_cluster(std::string_view text) noexcept;

/// Where the cluster ends that contains the byte after `at`, counted from the start of `text`: the next place to the
/// right for the caret. `text.size()` at the end.
std::size_t next_boundary(std::string_view text, std::size_t at) noexcept;

/// Where the cluster begins that contains the byte before `at`: the next place to the left. 0 at the start.
std::size_t previous_boundary(std::string_view text, std::size_t at) noexcept;

/// Whether a cluster begins or the text ends at `at`. These three look only at what is near `at`, however long the
/// text.
bool is_boundary(std::string_view text, std::size_t at) noexcept;

/// The cells of all of `text`, and the most that they may be.
std::size_t width(std::string_view text) noexcept;
std::size_t most_width(std::string_view text) noexcept;

/// `most_width`, or any figure over `enough` when it is more than that: looks no further.
std::size_t most_width(std::string_view text, std::size_t enough) noexcept;

/// Where the longest end of `text` begins (whole clusters) that fits into `cells` cells on every terminal.
std::size_t fitting_end(std::string_view text, std::size_t cells) noexcept;

/// How much of `text` (bytes, whole clusters) fits into `cells` cells on every terminal.
std::size_t fitting(std::string_view text, std::size_t cells) noexcept;

/// `text` cut to `cells` cells on every terminal.
std::string_view clip(std::string_view text, std::size_t cells) noexcept;

/// How many rows a terminal that re-flows needs at least for `text` when it is `columns` (at least 1) wide; at least 1.
std::size_t wrapped_rows(std::string_view text, std::size_t columns) noexcept;

}  // namespace confab::cells
