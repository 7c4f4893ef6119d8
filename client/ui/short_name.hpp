#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace confab::client {

/// `name` for prompts and the status row: of a long one the start, so that the rest of the row has room.
std::string short_name(std::string_view name);
/// The cells that it takes at most.
inline constexpr std::size_t short_name_cells = 16;

}  // namespace confab::client
