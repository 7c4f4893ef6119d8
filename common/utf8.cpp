#include "common/utf8.hpp"

#include <cstdint>
#include <cstring>

#include "common/characters.hpp"

namespace confab::utf8 {
namespace {

constexpr char32_t replacement = 0xFFFD;

unsigned char byte_at(std::string_view text, std::size_t i) noexcept {
  return static_cast<unsigned char>(text[i]);
}

// How many bytes `text` starts with that are plain ASCII, eight at a time: nearly every line is nothing else.
std::size_t ascii_prefix(std::string_view text) noexcept {
  std::size_t i = 0;
  for (; i + sizeof(std::uint64_t) <= text.size(); i += sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + i, sizeof word);
    if (word & 0x8080808080808080U) break;
  }
  while (i < text.size() && byte_at(text, i) < 0x80) ++i;
  return i;
}

// The well-formed sequence that `text` starts with; size 0 when there is none (RFC 3629, table of section 4).
decoded decode_strict(std::string_view text) noexcept {
  const unsigned char lead = byte_at(text, 0);
  if (lead < 0x80) return {lead, 1};
  std::size_t size = 0;
  char32_t code_point = 0;
  unsigned char low = 0x80;
  unsigned char high = 0xBF;
  if (lead >= 0xC2 && lead <= 0xDF) {
    size = 2;
    code_point = lead & 0x1FU;
  } else if (lead >= 0xE0 && lead <= 0xEF) {
    size = 3;
    code_point = lead & 0x0FU;
    if (lead == 0xE0) low = 0xA0;   // overlong
    if (lead == 0xED) high = 0x9F;  // surrogates
  } else if (lead >= 0xF0 && lead <= 0xF4) {
    size = 4;
    code_point = lead & 0x07U;
    if (lead == 0xF0) low = 0x90;   // overlong
    if (lead == 0xF4) high = 0x8F;  // above U+10FFFF
  } else {
    return {};
  }
  if (text.size() < size) return {};
  for (std::size_t i = 1; i < size; ++i) {
    const unsigned char next = byte_at(text, i);
    if (next < low || next > high) return {};
    low = 0x80;
    high = 0xBF;
    code_point = (code_point << 6U) | (next & 0x3FU);
  }
  return {code_point, size};
}

}  // namespace

bool valid(std::string_view text) noexcept {
  for (;;) {
    text.remove_prefix(ascii_prefix(text));
    if (text.empty()) return true;
    const decoded next = decode_strict(text);
    if (next.size == 0) return false;
    text.remove_prefix(next.size);
  }
}

decoded decode_sequence(std::string_view text) noexcept {
  const decoded next = decode_strict(text);
  return next.size == 0 ? decoded{replacement, 1} : next;
}

decoded decode_last(std::string_view text) noexcept {
  if (text.empty()) return {};
  std::size_t at = text.size() - 1;
  if (byte_at(text, at) < 0x80) return {byte_at(text, at), 1};
  for (int i = 0; i < 3 && at > 0 && (byte_at(text, at) & 0xC0U) == 0x80U; ++i) --at;
  const decoded last = decode_strict(text.substr(at));
  return last.size == text.size() - at ? last : decoded{replacement, 1};
}

void append(std::string& out, char32_t code_point) {
  const auto put = [&out](char32_t value) { out.push_back(static_cast<char>(static_cast<unsigned char>(value))); };
  if (code_point < 0x80) {
    put(code_point);
  } else if (code_point < 0x800) {
    put(0xC0U | (code_point >> 6U));
    put(0x80U | (code_point & 0x3FU));
  } else if (code_point < 0x10000) {
    put(0xE0U | (code_point >> 12U));
    put(0x80U | ((code_point >> 6U) & 0x3FU));
    put(0x80U | (code_point & 0x3FU));
  } else {
    put(0xF0U | (code_point >> 18U));
    put(0x80U | ((code_point >> 12U) & 0x3FU));
    put(0x80U | ((code_point >> 6U) & 0x3FU));
    put(0x80U | (code_point & 0x3FU));
  }
}

std::size_t length(std::string_view text) noexcept {
  std::size_t count = 0;
  while (!text.empty()) {
    text.remove_prefix(decode(text).size);
    ++count;
  }
  return count;
}

std::size_t leading_space(std::string_view text) noexcept {
  std::size_t i = 0;
  while (i < text.size()) {
    const auto [c, size] = decode(text.substr(i));
    if (!characters::is_space(c)) break;
    i += size;
  }
  return i;
}

std::string_view trim(std::string_view text) noexcept {
  text.remove_prefix(leading_space(text));
  for (;;) {
    const auto [c, size] = decode_last(text);
    if (size == 0 || !characters::is_space(c)) return text;
    text.remove_suffix(size);
  }
}

split split_word(std::string_view text) noexcept {
  std::size_t end = 0;
  while (end < text.size()) {
    const auto [c, size] = decode(text.substr(end));
    if (characters::is_space(c)) break;
    end += size;
  }
  return {text.substr(0, end), trim(text.substr(end))};
}

}  // namespace confab::utf8
