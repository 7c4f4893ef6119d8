#include "common/opening.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "common/characters.hpp"
#include "common/commands.hpp"
#include "common/invisible_text.hpp"
#include "common/letter_shapes.hpp"
#include "common/utf8.hpp"

namespace confab {
namespace {

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
    const std::string_view nothing = text.substr(out.end, invisible_prefix(text.substr(out.end), false));
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
    if (out.word.append_folded(c)) {
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
  const std::string_view text = after.substr(invisible_prefix(after, !dot));
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
