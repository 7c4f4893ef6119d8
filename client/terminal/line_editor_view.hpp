#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace confab::terminal {

/// What the input row shows: made by a line editor, drawn by a footer.
struct input_view {
  std::string prompt;     ///< what stands in front, with its closing blank
  std::string text;       ///< the draft as it is in memory; the footer draws it as `shown` says
  std::size_t caret = 0;  ///< byte offset in `text`
  /// The same as `prompt` for windows that have no room for it, the longest first; may be empty.
  std::vector<std::string> narrower = {};

  bool operator==(const input_view&) const = default;
};

}  // namespace confab::terminal
