#include "common/invisible_text.hpp"

#include "common/characters.hpp"
#include "common/utf8.hpp"

namespace confab {
namespace {

constexpr char escape = 0x1B;

// Whether `text` has at `at` the C1 control that is `last` in its second byte, as UTF-8.
bool is_c1(std::string_view text, std::size_t at, char last) noexcept {
  return at + 1 < text.size() && text[at] == '\xC2' && text[at + 1] == last;
}

// The same for a sequence that terminals take as a title, a link or a setting: up to its end, if it has one. Another
// control breaks it off, so that a line full of beginnings is not read again and again.
std::size_t control_string(std::string_view text) noexcept {
  if (text.size() < 3) return 0;
  const bool seven_bits = text[0] == escape && std::string_view("]PX^_").find(text[1]) != std::string_view::npos;
  const bool eight_bits =
      text[0] == '\xC2' && std::string_view("\x90\x98\x9D\x9E\x9F").find(text[1]) != std::string_view::npos;
  if (!seven_bits && !eight_bits) return 0;
  for (std::size_t at = 2; at < text.size(); ++at) {
    if (text[at] == '\a') return at + 1;
    if (is_c1(text, at, '\x9C')) return at + 2;
    if (text[at] == escape) return at + 1 < text.size() && text[at + 1] == '\\' ? at + 2 : 0;
    if (characters::is_control(utf8::decode(text.substr(at, 4)).code_point)) return 0;
  }
  return 0;
}

// How many bytes the escape sequence takes that `text` starts with, of a key or around a paste: CSI, numbers and a
// final byte, or SS3 and one; or a control string.
std::size_t escape_sequence(std::string_view text) noexcept {
  if (text.size() < 3 || (text[0] != escape && text[0] != '\xC2')) return 0;
  const bool csi = (text[0] == escape && text[1] == '[') || is_c1(text, 0, '\x9B');
  if (!csi && text[1] != 'O') return control_string(text);
  const auto is_final = [&](std::size_t i) {
    return i < text.size() && ((text[i] >= 0x40 && text[i] < 0x7F) || text[i] == '$');
  };
  std::size_t at = 2;
  if (csi) {
    while (at < text.size() && text[at] >= 0x30 && text[at] < 0x40) ++at;
    if (at == 2 && text[0] != escape) return 0;  // no key sends it so: it stands alone
    if (at == 2 && text[at] == '[') ++at;        // F1 of the Linux console is ESC [ [ A
  }
  return is_final(at) ? at + 1 : 0;
}

}  // namespace

std::size_t invisible_prefix(std::string_view text, bool spaces) noexcept {
  std::size_t at = 0;
  while (at < text.size()) {
    if (text[at] > 0x20 && text[at] < 0x7F) break;  // the usual case: something that shows
    const std::string_view here = text.substr(at);
    if (const std::size_t size = escape_sequence(here); size != 0) {
      at += size;
      continue;
    }
    const auto [c, size] = utf8::decode(here);
    if (characters::is_space(c) ? !spaces : !characters::is_control(c) && !characters::is_ignorable(c)) break;
    at += size;
  }
  return at;
}

}  // namespace confab
