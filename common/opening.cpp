#include "common/opening.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <utf8proc.h>

#include "common/characters.hpp"
#include "common/commands.hpp"
#include "common/letter_shapes.hpp"
#include "common/utf8.hpp"

namespace confab {
namespace {

constexpr char escape = 0x1B;

// Said alone, they are meant for the program: the word, and the command that does it.
constexpr std::array<std::pair<std::string_view, std::string_view>, 6> lone_words{
    {{"help", "help"}, {"quit", "quit"}, {"exit", "quit"}, {":q", "quit"}, {"退出", "quit"}, {"帮助", "help"}}};

// What other servers have for accounts, with one or two words behind it.
constexpr std::array<std::string_view, 4> account_words{"login", "password", "register", "unregister"};

// What keyboards and input methods give in place of a slash, and what looks like one.
bool is_like_slash(char32_t c) noexcept {
  switch (c) {
    case U'\\':
    case 0x00A5:  // the yen sign: the backslash of Japanese keyboards
    case 0x20A9:  // the won sign: the same in Korean
    case 0x2044:  // fraction slash
    case 0x2215:  // division slash
    case 0x2216:  // set minus
    case 0x2571:  // box drawings diagonals
    case 0x2572:
    case 0x27CB:  // mathematical diagonals
    case 0x27CD:
    case 0x29F5:  // reverse solidus operator
    case 0x29F8:  // big solidus
    case 0x29F9:
    case 0x3001:  // the ideographic comma: the slash of Chinese input methods
    case 0x3033:  // kana repeat mark, upper half
    case 0x30FB:  // the middle dot: the slash of Japanese input methods
    case 0x30CE:  // katakana no
    case 0x4E3F:  // the stroke of Chinese characters
    case 0xFE45:  // sesame dot
    case 0xFE68:  // small and full-width backslash
    case 0xFF3C:
    case 0xFF61:  // half-width full stop, comma and middle dot
    case 0xFF64:
    case 0xFF65:
    case 0xFFE5:  // full-width yen and won
    case 0xFFE6: return true;
    default: return false;
  }
}

bool is_slash(char32_t c) noexcept {
  return c == U'/' || c == 0xFF0F;
}

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

// How many bytes `text` starts with that show nothing; with `spaces` or up to the first of them.
std::size_t nothing_at(std::string_view text, bool spaces) noexcept {
  std::size_t at = 0;
  while (at < text.size()) {
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

// Adds what `c` is compared as, if a word with it can mean something: such words are ASCII or Chinese.
bool append_folded(folded_word& word, char32_t c) noexcept {
  if (c > 0x20 && c < 0x7F) {
    const char small = static_cast<char>(c >= U'A' && c <= U'Z' ? c - U'A' + U'a' : c);
    return word.append({&small, 1});
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
    if (!word.append({reinterpret_cast<const char*>(bytes.data()), static_cast<std::size_t>(size)})) return false;
  }
  return true;
}

struct first_word {
  folded_word word;     // empty: none that means something
  std::size_t end = 0;  // of a word that means something: where it ends
  bool nothing = true;  // there is no word before the next blank
  folded_word seen;     // what a word looks like that has letters of other scripts among Latin ones
  folded_word first;    // of a word with something invisible in it that may be meant for a blank: what is before that,
  std::size_t after = 0;  // if it means something, and where the rest begins
};

bool is_account_word(std::string_view word) noexcept {
  if (word.ends_with(':')) word.remove_suffix(1);
  return std::find(account_words.begin(), account_words.end(), word) != account_words.end();
}

// Whether `nothing`, which shows nothing, may stand for a blank: all but what joins, or changes, or breaks a word.
bool may_part(std::string_view nothing) noexcept {
  while (!nothing.empty()) {
    const auto [c, size] = utf8::decode(nothing);
    if (c == 0x200B || c == 0xFEFF || characters::is_control(c)) return true;
    nothing.remove_prefix(size);
  }
  return false;
}

// The word that `text` starts with. Reads no further than it takes to see that it means nothing.
first_word read_word(std::string_view text) noexcept {
  first_word out;
  bool latin = false;
  bool foreign = false;
  for (;;) {
    const std::string_view nothing = text.substr(out.end, nothing_at(text.substr(out.end), false));
    out.end += nothing.size();
    const std::string_view so_far = foreign ? std::string_view() : out.word.text();
    if (may_part(nothing) && (find_command(so_far) != nullptr || is_account_word(so_far))) {
      out.first = out.word;
      out.after = out.end;
    }
    const auto [c, size] = utf8::decode(text.substr(out.end));
    if (size == 0 || characters::is_space(c)) break;
    out.nothing = false;
    out.end += size;
    if (append_folded(out.word, c)) {
      latin = latin || static_cast<unsigned char>(out.word.text().back()) < 0x80;
      continue;
    }
    const char letter = letter_shape(c);
    foreign = true;
    if (letter != 0 && out.word.append({&letter, 1})) continue;
    out.word.clear();
    break;
  }
  if (foreign) {
    if (latin) out.seen = out.word;
    out.word.clear();
  }
  return out;
}

// The command that people would see in it, or nothing.
std::string_view command_seen(const first_word& found) noexcept {
  for (const folded_word* each : {&found.word, &found.seen, &found.first}) {
    if (find_command(each->text()) != nullptr) return each->text();
  }
  return {};
}

bool is_nothing(std::string_view text) noexcept {
  return leading_nothing(text) == text.size();
}

// One or two words, as secrets have; a longer sentence is speech.
bool may_be_secrets(std::string_view text) noexcept {
  for (int words = 0; words < 3; ++words) {
    text.remove_prefix(leading_nothing(text));
    if (text.empty()) return words > 0;
    text = utf8::split_word(text).rest;
  }
  return false;
}

opening looks_like(std::string_view word) noexcept {
  opening out;
  out.is = opening::kind::looks_like_command;
  out.word.append(word);
  return out;
}

opening plain_text() noexcept {
  return {};
}

// `after`: what follows the slash at the start of `line`.
opening read_slash(std::string_view line, std::string_view after) noexcept {
  opening out;
  if (is_slash(utf8::decode(after).code_point)) {
    out.is = opening::kind::two_slashes;
    out.rest = utf8::trim(after);
    return out;
  }
  const first_word found = read_word(after);
  const first_word meant = found.nothing ? read_word(after.substr(leading_nothing(after))) : found;
  const std::string_view seen = command_seen(meant);
  if (!seen.empty() && (found.nothing || seen != found.word.text())) return looks_like(seen);
  out.is = opening::kind::slash;
  out.word = found.word;
  const auto [typed, rest] = utf8::split_word(line);
  out.typed = typed;
  out.rest = rest;
  // The word ends where it was found to end: an escape sequence may hold what looks like a blank.
  if (!found.word.text().empty()) {
    const std::size_t slash = line.size() - after.size();
    out.typed = line.substr(0, slash + found.end);
    out.rest = utf8::trim(after.substr(found.end));
  }
  return out;
}

// A line that begins with `word`, and has `rest` behind it.
opening judge(const folded_word& first, std::string_view rest) noexcept {
  opening out;
  const std::string_view word = first.text();
  if (word.empty()) return out;
  const command_row* const row = find_command(word);
  if (row != nullptr && row->bare && (row->what != verb::who || is_nothing(rest))) {
    out.is = opening::kind::bare;
    out.word = first;
    if (!is_nothing(rest)) out.rest = rest;
    return out;
  }
  if (is_account_word(word) && may_be_secrets(rest)) {
    out.is = opening::kind::looks_like_password;
    return out;
  }
  if (!is_nothing(rest)) return out;
  const auto* const lone =
      std::find_if(lone_words.begin(), lone_words.end(), [&](const auto& each) { return each.first == word; });
  return lone == lone_words.end() ? out : looks_like(lone->second);
}

// `text` begins with a letter or something else that shows.
opening read_bare(std::string_view text) noexcept {
  const first_word found = read_word(text);
  const std::string_view rest = utf8::trim(text.substr(found.end));
  const opening plain = judge(found.word, rest);
  if (plain.is != opening::kind::text) return plain;
  opening seen = judge(found.seen, rest);
  if (seen.is == opening::kind::text) seen = judge(found.first, utf8::trim(text.substr(found.after)));
  return seen.is == opening::kind::bare ? looks_like(seen.word.text()) : seen;
}

// `after`: what follows `slash`, which was meant to be one. Lists have dots with a blank behind them.
opening read_like_slash(char32_t slash, std::string_view after) noexcept {
  const bool dot = slash == 0x30FB || slash == 0xFF65;
  const std::string_view text = after.substr(nothing_at(after, !dot));
  const first_word found = read_word(text);
  if (const std::string_view seen = command_seen(found); !seen.empty()) return looks_like(seen);
  const opening bare = read_bare(text);
  return bare.is == opening::kind::looks_like_password ? bare : plain_text();
}

opening read_visible(std::string_view line) noexcept {
  const auto [c, size] = utf8::decode(line);
  if (size == 0) return plain_text();
  if (is_slash(c)) return read_slash(line, line.substr(size));
  if (is_like_slash(c)) {
    const opening found = read_like_slash(c, line.substr(size));
    if (found.is != opening::kind::text) return found;
  }
  return read_bare(line);
}

// What would be a command without what stands before it, which people hardly see.
opening read_behind_meaningless(std::string_view line) noexcept {
  for (;;) {
    const auto [c, size] = utf8::decode(line);
    if (size == 0 || !characters::is_meaningless(c)) break;
    line.remove_prefix(size);
    line.remove_prefix(leading_nothing(line));
  }
  const opening found = read_visible(line);
  if (found.is == opening::kind::two_slashes) return plain_text();
  const bool command = found.is == opening::kind::slash || found.is == opening::kind::bare;
  return command && find_command(found.word.text()) != nullptr ? looks_like(found.word.text()) : found;
}

// Whether a line that begins with this byte can be anything but text. Most lines are said to all: for them, this and at
// most one short word is all that is looked at.
constexpr bool may_mean_something(char c) noexcept {
  const auto byte = static_cast<unsigned char>(c);
  if (byte <= 0x20 || byte >= 0x7F) return true;
  const char small = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return std::string_view("/\\:ehlpqrtuw").find(small) != std::string_view::npos;
}

constexpr std::array<bool, 256> first_bytes = [] {
  std::array<bool, 256> out{};
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = may_mean_something(static_cast<char>(i));
  return out;
}();

}  // namespace

bool folded_word::append(std::string_view bytes) noexcept {
  if (size_ + bytes.size() > capacity) return false;
  std::copy(bytes.begin(), bytes.end(), bytes_.begin() + size_);
  size_ = static_cast<std::uint8_t>(size_ + bytes.size());
  return true;
}

std::size_t leading_nothing(std::string_view text) noexcept {
  return nothing_at(text, true);
}

folded_word fold_word(std::string_view text) noexcept {
  text.remove_prefix(leading_nothing(text));
  const auto [c, size] = utf8::decode(text);
  if (is_slash(c)) text.remove_prefix(size);
  return read_word(text).word;
}

opening read_opening(std::string_view line) noexcept {
  if (line.empty() || !first_bytes[static_cast<unsigned char>(line[0])]) return plain_text();
  line.remove_prefix(leading_nothing(line));
  return characters::is_meaningless(utf8::decode(line).code_point) ? read_behind_meaningless(line) : read_visible(line);
}

}  // namespace confab
