#pragma once

#include <string>
#include <string_view>

/// Pure; any thread. Text is UTF-8.
namespace confab::client {

/// A line of one word, as names are compared; of more than a word nothing.
std::string folded_line(std::string_view text);

/// Whether a line that stands alone reads like the wish to leave: `quit`, `Exit`, `ｅｘｉｔ`, `:q`, `退出`, `0`.
bool means_leaving(std::string_view text);

}  // namespace confab::client
