#include "client/ui/short_name.hpp"

#include <fmt/format.h>

#include "common/cells.hpp"

namespace confab::client {

std::string short_name(std::string_view name) {
  constexpr std::string_view ellipsis = "…";
  if (cells::most_width(name) <= short_name_cells) return std::string(name);
  return fmt::format("{}{}", cells::clip(name, short_name_cells - cells::most_width(ellipsis)), ellipsis);
}

}  // namespace confab::client
