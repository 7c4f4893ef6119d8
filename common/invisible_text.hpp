#pragma once

#include <cstddef>
#include <string_view>

/// What a line may begin with that nobody sees. Pure; any thread.
namespace confab {

/// How many bytes `text` starts with that show nothing: default-ignorable code points, control characters and the
/// escape sequences of keys and pastes; with `spaces`, or up to the first of them.
std::size_t invisible_prefix(std::string_view text, bool spaces) noexcept;

/// How many bytes `text` starts with that do not count for the beginning of a line.
inline std::size_t leading_nothing(std::string_view text) noexcept {
  return invisible_prefix(text, true);
}

}  // namespace confab
