#include "common/folded_word.hpp"

#include <algorithm>

#include <utf8proc.h>

namespace confab {

bool folded_word::append(std::string_view bytes) noexcept {
  if (size_ + bytes.size() > capacity) return false;
  std::copy(bytes.begin(), bytes.end(), bytes_.begin() + size_);
  size_ = static_cast<std::uint8_t>(size_ + bytes.size());
  return true;
}

bool folded_word::append_folded(char32_t c) noexcept {
  if (c > 0x20 && c < 0x7F) {
    const char small = static_cast<char>(c >= U'A' && c <= U'Z' ? c - U'A' + U'a' : c);
    return append({&small, 1});
  }
  // NFKC and case folding of one code point. Composition has nothing to add: what is composed is not ASCII.
  constexpr auto how = static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT |
                                                      UTF8PROC_CASEFOLD | UTF8PROC_IGNORE);
  std::array<utf8proc_int32_t, 4> folded;
  const auto count = utf8proc_decompose_char(static_cast<utf8proc_int32_t>(c), folded.data(),
                                             static_cast<utf8proc_ssize_t>(folded.size()), how, nullptr);
  if (count <= 0 || count > static_cast<utf8proc_ssize_t>(folded.size())) return false;
  const bool ascii = std::all_of(folded.begin(), folded.begin() + count, [](auto each) { return each < 0x80; });
  if (!ascii && (c < 0x4E00 || c > 0x9FFF)) return false;
  for (auto each = folded.begin(); each != folded.begin() + count; ++each) {
    std::array<utf8proc_uint8_t, 4> bytes;
    const auto size = utf8proc_encode_char(*each, bytes.data());
    if (!append({reinterpret_cast<const char*>(bytes.data()), static_cast<std::size_t>(size)})) return false;
  }
  return true;
}

}  // namespace confab
