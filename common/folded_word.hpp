#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace confab {

/// A word as commands are compared: case and width folded, without what does not show. Of a word that is longer than
/// any that means something nothing is left.
class folded_word {
 public:
  static constexpr std::size_t capacity = 15;

  std::string_view text() const noexcept { return {bytes_.data(), size_}; }
  /// False, and nothing is added, when it would be too long.
  bool append(std::string_view bytes) noexcept;
  /// Adds what `c` is compared as, if a word with it can mean something: such words are ASCII or Chinese. False if not;
  /// a part may have been added.
  bool append_folded(char32_t c) noexcept;
  void clear() noexcept { size_ = 0; }

 private:
  std::array<char, capacity> bytes_{};
  std::uint8_t size_ = 0;
};

}  // namespace confab
