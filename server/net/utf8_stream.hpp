#pragma once

#include <cstdint>
#include <string_view>

namespace confab::net {

/// Whether a text that comes in pieces is UTF-8 (RFC 3629), known at the first byte that cannot be. Plain data; four
/// bytes.
class utf8_stream {
 public:
  /// Reads on. False: it is not, and whatever follows does not matter.
  bool take(std::string_view piece) noexcept;

  /// Whether it may end here: no character is cut.
  bool whole() const noexcept { return missing_ == 0; }

 private:
  bool begin(unsigned char lead) noexcept;

  std::uint8_t missing_ = 0;  // bytes of the character
  std::uint8_t low_ = 0;      // what the next of them may be
  std::uint8_t high_ = 0;
};

}  // namespace confab::net
