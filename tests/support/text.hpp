#pragma once

// Small things about text that many tests need.

#include <cstddef>
#include <string>
#include <string_view>

namespace confab::test {

/// `text`, `count` times in a row.
inline std::string repeat(std::string_view text, std::size_t count) {
  std::string out;
  out.reserve(text.size() * count);
  for (std::size_t i = 0; i < count; ++i) out += text;
  return out;
}

/// How often `part`, which is not empty, stands in `text`.
inline std::size_t count_of(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

}  // namespace confab::test
