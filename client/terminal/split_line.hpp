#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace confab::terminal {

/// `line` (UTF-8) in parts of at most `limit` bytes (at least 16), cut between words where one ends in the second half
/// of a part, else between characters as people see them. Nothing but blanks at the cuts is lost, and no part is
/// shorter than an eighth of `limit` on account of the cutting. Pure.
std::vector<std::string> split_line(std::string_view line, std::size_t limit);

}  // namespace confab::terminal
