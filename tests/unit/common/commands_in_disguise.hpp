#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "common/commands.hpp"
#include "common/opening.hpp"
#include "common/utf8.hpp"

/// Commands as they come when a keyboard, an input method or a page has added something to them.
namespace confab::disguise {

inline std::string text_of(char32_t c) {
  std::string out;
  utf8::append(out, c);
  return out;
}

/// A whole line for every command of the table but /say, with and without the slash where both are commands.
inline std::vector<std::string> commands_of_the_table() {
  std::vector<std::string> lines;
  for (const command_row& row : command_table()) {
    if (row.what == verb::say) continue;
    std::string line(row.word);
    if (row.what == verb::json || row.what == verb::ids) {
      line += " on";
    } else if (row.what == verb::tag) {
      line += " mark who";
    } else if (row.arguments == command_row::takes::word_and_text) {
      line += " bob secret";
    } else if (row.arguments == command_row::takes::text) {
      line += " secret";
    }
    lines.push_back("/" + line);
    if (row.bare) lines.push_back(line);
  }
  return lines;
}

/// All code points that are assigned and have the property Default_Ignorable_Code_Point (Unicode 15).
inline const std::vector<std::string>& ignorable() {
  struct range {
    char32_t first;
    char32_t last;
  };
  static const std::vector<std::string> all = [] {
    std::vector<std::string> out;
    for (const range each :
         {range{0xAD, 0xAD}, range{0x34F, 0x34F}, range{0x61C, 0x61C}, range{0x115F, 0x1160}, range{0x17B4, 0x17B5},
          range{0x180B, 0x180F}, range{0x200B, 0x200F}, range{0x202A, 0x202E}, range{0x2060, 0x2064},
          range{0x2066, 0x206F}, range{0x3164, 0x3164}, range{0xFE00, 0xFE0F}, range{0xFEFF, 0xFEFF},
          range{0xFFA0, 0xFFA0}, range{0x1BCA0, 0x1BCA3}, range{0x1D173, 0x1D17A}, range{0xE0001, 0xE0001},
          range{0xE0020, 0xE007F}, range{0xE0100, 0xE01EF}}) {
      for (char32_t c = each.first; c <= each.last; ++c) out.push_back(text_of(c));
    }
    return out;
  }();
  return all;
}

/// Every space of Unicode that a line may hold.
inline const std::vector<std::string>& spaces() {
  static const std::vector<std::string> all{" ",      "\t",     "\v",     "\f",     "\r",     "\u0085",
                                            "\u00A0", "\u1680", "\u2000", "\u2001", "\u2002", "\u2003",
                                            "\u2004", "\u2005", "\u2006", "\u2007", "\u2008", "\u2009",
                                            "\u200A", "\u2028", "\u2029", "\u202F", "\u205F", "\u3000"};
  return all;
}

/// What read_opening should find, by the words of docs/protocol.md and for the commands `to` and `who` only. It knows
/// few code points and takes its time.
inline opening::kind slow_kind(std::u32string line) {
  using enum opening::kind;
  const std::u32string blanks = U" \u2009";
  const std::u32string invisible = U"\u200B\u0001";
  const std::u32string_view key = U"\x1B[A";
  for (std::size_t at; (at = line.find(key)) != std::u32string::npos;) {
    line.erase(at, key.size() - 1);
    line[at] = U'\u200B';
  }
  const auto blank = [&](char32_t c) { return blanks.find(c) != std::u32string::npos; };
  const auto nothing = [&](char32_t c) { return blank(c) || invisible.find(c) != std::u32string::npos; };
  const auto skip = [&](auto what) { line.erase(line.begin(), std::find_if_not(line.begin(), line.end(), what)); };
  const auto known = [](const std::u32string& word) { return word == U"to" || word == U"who"; };
  const auto is_slash = [](char32_t c) { return c == U'/' || c == U'／'; };
  struct {
    std::u32string is;      // the word
    std::u32string seen;    // what it looks like, if it has Latin letters and others
    std::u32string before;  // something invisible in it: to or who
  } word;
  const auto take_word = [&] {
    word = {};
    std::u32string folded;
    bool latin = false;
    bool foreign = false;
    const auto end = std::find_if(line.begin(), line.end(), blank);
    for (auto c = line.begin(); c != end; ++c) {
      if (nothing(*c) && known(folded) && !foreign) word.before = folded;
      if (nothing(*c)) continue;
      foreign = foreign || *c == U'\u043E';
      latin = latin || *c < 0x80 || *c == U'Ｔ';
      folded.push_back(*c == U'Ｔ' ? U't' : *c == U'O' || *c == U'\u043E' ? U'o' : *c);
    }
    line.erase(line.begin(), end);
    (foreign ? word.seen : word.is) = !foreign || latin ? folded : U"";
    return !folded.empty();
  };
  const auto looks_known = [&] { return known(word.seen) || known(word.before); };

  skip(nothing);
  const bool strange = !line.empty() && line[0] == U'\u2800';
  skip([&](char32_t c) { return nothing(c) || c == U'\u2800'; });
  if (line.empty()) return text;
  const char32_t first = line[0];
  if (is_slash(first) || first == U'、') {
    line.erase(line.begin());
    if (is_slash(first) && !line.empty() && is_slash(line[0])) return strange ? text : two_slashes;
    const bool there = take_word();
    if (is_slash(first) && there) {
      if (known(word.is)) return strange ? looks_like_command : opening::kind::slash;
      return looks_known() ? looks_like_command : opening::kind::slash;
    }
    skip(nothing);
    if (!there) take_word();
    if (known(word.is) || looks_known()) return looks_like_command;
    return is_slash(first) ? opening::kind::slash : text;
  }
  take_word();
  skip(nothing);
  const auto command = [&](const std::u32string& which) { return which == U"to" || (which == U"who" && line.empty()); };
  if (command(word.is)) return strange ? looks_like_command : bare;
  return command(word.seen) || word.before == U"to" ? looks_like_command : text;
}

}  // namespace confab::disguise
