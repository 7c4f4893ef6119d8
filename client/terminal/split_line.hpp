#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace confab::terminal {

/// `line` (UTF-8) in parts of at most `limit` bytes, cut between words where one ends in the second half of a part,
/// else between characters as people see them. Nothing but blanks at the cuts is lost, and with a limit of 16 or more
/// no part is shorter than an eighth of it on account of the cutting. A code point that is longer than the limit, which
/// may be any number, is a part all the same. Pure.
std::vector<std::string> split_line(std::string_view line, std::size_t limit);

}  // namespace confab::terminal
