#include "server/net/utf8_stream.hpp"

#include <cstring>

namespace confab::net {
namespace {

// How many bytes `text` begins with that are ASCII, eight at a time.
std::size_t ascii_prefix(std::string_view text) noexcept {
  std::size_t i = 0;
  for (; i + sizeof(std::uint64_t) <= text.size(); i += sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + i, sizeof word);
    if ((word & 0x8080808080808080U) != 0) break;
  }
  while (i < text.size() && static_cast<unsigned char>(text[i]) < 0x80) ++i;
  return i;
}

}  // namespace

bool utf8_stream::take(std::string_view piece) noexcept {
  for (;;) {
    if (missing_ == 0) piece.remove_prefix(ascii_prefix(piece));
    if (piece.empty()) return true;
    const auto next = static_cast<unsigned char>(piece.front());
    piece.remove_prefix(1);
    if (missing_ == 0) {
      if (!begin(next)) return false;
      continue;
    }
    if (next < low_ || next > high_) return false;
    --missing_;
    low_ = 0x80;
    high_ = 0xBF;
  }
}

// A lead byte says how many follow, and what the first of these may be: no overlong forms, no surrogates, nothing above
// U+10FFFF.
bool utf8_stream::begin(unsigned char lead) noexcept {
  if (lead < 0xC2 || lead > 0xF4) return false;
  missing_ = lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
  low_ = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  high_ = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  return true;
}

}  // namespace confab::net
