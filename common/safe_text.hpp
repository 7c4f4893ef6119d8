#pragma once

#include <string>
#include <string_view>

/// Text that other people's terminals will print. Pure functions; any thread.
namespace confab {

/// Whether `text` (well-formed UTF-8) can be printed as it is: it holds no C0 control but TAB, no DEL or
/// C1, no U+2028/2029 and no bidirectional control (U+202A-202E, U+2066-2069). The marks U+200E, U+200F and U+061C turn
/// text around as well; they are safe between two letters of a word that is written from right to left, where people
/// need them.
bool is_safe(std::string_view text) noexcept;

/// `text` with each such code point, and each byte that is not UTF-8, replaced by U+FFFD.
std::string make_safe(std::string_view text);

}  // namespace confab
