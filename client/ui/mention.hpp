#pragma once

#include <string_view>

namespace confab::client {

/// Whether `text` holds `name` as a word of its own, in any spelling. CJK names need no space around them. Pure.
bool mentions(std::string_view text, std::string_view name);

}  // namespace confab::client
