#include "common/safe_text.hpp"

#include <algorithm>

#include "common/utf8.hpp"

namespace confab {
namespace {

bool printable_ascii(char c) noexcept {
  return c >= 0x20 && c < 0x7F;
}

bool is_unsafe(char32_t c) noexcept {
  if (c < 0x20) return c != U'\t';
  if (c < 0xA0) return c >= 0x7F;
  return (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

}  // namespace

bool is_safe(std::string_view text) noexcept {
  // Nearly every line is printable ASCII: a plain scan that the compiler turns into vector code.
  if (std::all_of(text.begin(), text.end(), printable_ascii)) return true;
  while (!text.empty()) {
    const utf8::decoded next = utf8::decode(text);
    if (is_unsafe(next.code_point)) return false;
    text.remove_prefix(next.size);
  }
  return true;
}

std::string make_safe(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const utf8::decoded next = utf8::decode(text);
    utf8::append(out, is_unsafe(next.code_point) ? char32_t{0xFFFD} : next.code_point);
    text.remove_prefix(next.size);
  }
  return out;
}

}  // namespace confab
