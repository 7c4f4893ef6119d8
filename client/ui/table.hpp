#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace confab::client {

/// Rows of cells as lines: indented, and every column as wide as its widest cell looks, but at most `widest` cells; one
/// that is wider pushes the rest of its row aside. Columns without any text are left out. Pure; text is safe UTF-8.
std::vector<std::string> table(const std::vector<std::vector<std::string>>& rows, std::size_t widest = 24);

}  // namespace confab::client
