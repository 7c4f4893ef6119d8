#include "common/opening.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "common/commands.hpp"
#include "common/safe_text.hpp"
#include "common/utf8.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/common/commands_in_disguise.hpp"
#include "tests/unit/common/meaning.hpp"

using namespace std::string_literals;
using namespace confab::meanings;
using namespace confab::disguise;
using confab::command;
using confab::opening;
using confab::problem;
using confab::read_opening;
using confab::verb;

namespace {

/// Whether a line was said, to one who had meant a command.
bool is_said(const meaning& what) {
  return what.is == command::kind::wanted && what.what == verb::say;
}

}  // namespace

TEST_CASE("opening: every command, with each ignorable code point before, in and after its word, is that command",
          "[opening]") {
  std::size_t tried = 0;
  for (const std::string& line : commands_of_the_table()) {
    CAPTURE(line);
    const meaning plain = read(line);
    REQUIRE_FALSE(is_said(plain));
    const std::size_t word_end = std::min(line.find(' '), line.size());
    for (const std::string& each : ignorable()) {
      for (const std::size_t at : {std::size_t{0}, std::size_t{1}, word_end - 1, word_end}) {
        const std::string disguised = std::string(line).insert(at, each);
        if (!(read(disguised) == plain)) FAIL_CHECK("at " << at << " of " << disguised);
        ++tried;
      }
    }
  }
  CHECK(ignorable().size() == 405);
  CHECK(tried > 405 * 4 * 25);
}

TEST_CASE("opening: every space of Unicode parts the words of every command", "[opening]") {
  CHECK(spaces().size() == 25 - 1);  // LF ends the line
  for (const std::string& line : commands_of_the_table()) {
    CAPTURE(line);
    const meaning plain = read(line);
    for (const std::string& space : spaces()) {
      std::string parted;
      for (const char c : line) parted += c == ' ' ? space : std::string(1, c);
      for (const std::string& disguised : {parted, space + line, line + space, space + space + parted}) {
        if (!(read(disguised) == plain)) FAIL_CHECK(disguised);
      }
    }
  }
}

TEST_CASE("opening: control characters and the sequences of keys do not make a command public", "[opening]") {
  std::vector<std::string> junk{"\x1B[200~",
                                "\x1B[A",
                                "\x1B[1;5C",
                                "\x1BOA",
                                "\x1B[[A",
                                "\x1B",
                                "\x1B\x1B[3~",
                                "\x1B[3$",
                                "\u009B200~",
                                "\x1B]0;title\x07",
                                "\x1B]8;;http://x a b\x1B\\",
                                "\x1B]0;火锅\u009C",
                                "\x1BPq#0\x1B\\",
                                "\x1BX1\x1B\\",
                                "\x1B^2\u009C",
                                "\x1B_3\x1B\\",
                                "\u009D0;t\u009C",
                                "\u0090q\x1B\\",
                                "\u0098s\x07",
                                "\u009Ep\u009C",
                                "\u009Fa\x1B\\",
                                "\x1B]\x07"};
  for (char32_t c = 1; c < 0xA0; ++c) {
    if (c != U'\n' && (c < 0x20 || c >= 0x7F)) junk.push_back(text_of(c));
  }
  for (const std::string& line : commands_of_the_table()) {
    CAPTURE(line);
    const meaning plain = read(line);
    for (const std::string& each : junk) {
      if (!(read(each + line) == plain)) FAIL_CHECK("before: " << each);
      if (!(read(each + "\u200B \u2060" + each + line) == plain)) FAIL_CHECK("twice: " << each);
    }
  }
  check({
      {"\x1B[200~rename x", wants(verb::rename, "x")},
      {"\x1B[200~who\x1B[201~", wants(verb::who)},
      {"\x1B[200~who \x1B[201~", wants(verb::who)},
      {"t\x1B[Co bob hi", wants(verb::whisper, "hi", "bob")},
      {"\x1B[200~hello", says("\uFFFD[200~hello")},
      {"\x1B[200~", says("\uFFFD[200~")},
      {"t\x1B]0;a b\x07o bob hi", wants(verb::whisper, "hi", "bob")},
      {"/\x1B]0;a b\x07who", wants(verb::who)},
      {"to\x1B]0;x\x07"
       "bob hi",
       refused(problem::looks_like_command, "to")},
      // Without an end, or broken off, it is no sequence.
      {"\x1B]0;to bob hi", says("\uFFFD]0;to bob hi")},
      {"\x1B]0;x\x01/who", says("\uFFFD]0;x\uFFFD/who")},
      {"\x1B]0;x\x1B/who", says("\uFFFD]0;x\uFFFD/who")},
      {"\x1B]0;x\x1B", says("\uFFFD]0;x\uFFFD")},
      {"ÂO bob", says("ÂO bob")},
  });
}

TEST_CASE("opening: case and width of a command word do not matter", "[opening]") {
  for (const std::string& line : commands_of_the_table()) {
    CAPTURE(line);
    const meaning plain = read(line);
    const std::size_t word_end = std::min(line.find(' '), line.size());
    std::string upper;
    std::string wide;
    for (std::size_t i = 0; i < word_end; ++i) {
      const char c = line[i];
      upper += static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
      wide += text_of(static_cast<char32_t>(c) + 0xFEE0);
    }
    CHECK(read(upper + line.substr(word_end)) == plain);
    CHECK(read(wide + line.substr(word_end)) == plain);
  }
}

TEST_CASE("opening: what keyboards give in place of a slash is refused before a command word, with the right form",
          "[opening]") {
  for (const std::string_view slash :
       {"、", "\\", "＼", "⁄", "∕", "･", "・", "¥", "￥", "₩", "/ ", "/\u3000", "／ ", "/\u200B\u2009", "、 "}) {
    CAPTURE(slash);
    std::size_t rows = 0;
    for (const confab::command_row& row : confab::command_table()) {
      CAPTURE(row.word);
      const std::string word(row.word);
      const meaning hint = refused(problem::looks_like_command, word);
      CHECK(read(std::string(slash) + word) == hint);
      CHECK(read("\u200B " + std::string(slash) + word + " bob pw") == hint);
      CHECK(read("/tag t " + std::string(slash) + word + " bob pw") == tagged("t", hint));
      ++rows;
    }
    CHECK(rows > 20);
    CHECK(read(std::string(slash) + "login alice secret").is == command::kind::refused);
  }
  check({
      {"、login alice secret", refused(problem::looks_like_password)},
      {"\\register secret", refused(problem::looks_like_password)},
      {"、你好", says("、你好")},
      {"\\o/", says("\\o/")},
      {"\\server\\share", says("\\server\\share")},
      {"・ back to work", says("・ back to work")},
      {"、、to bob", says("、、to bob")},
      {"a、to bob", says("a、to bob")},
      {"ノート", says("ノート")},
  });
}

TEST_CASE("opening: a word alone that is meant for the program is refused with a hint", "[opening]") {
  const auto hint = [](std::string word) { return refused(problem::looks_like_command, std::move(word)); };
  check({
      {"help", hint("help")},
      {"HELP", hint("help")},
      {"ｈｅｌｐ", hint("help")},
      {" help ", hint("help")},
      {"quit", hint("quit")},
      {"Exit", hint("quit")},
      {"ｅｘｉｔ", hint("quit")},
      {"退出", hint("quit")},
      {"帮助", hint("help")},
      {":q", hint("quit")},
      {"：ｑ", hint("quit")},
      {"\u200Bexit", hint("quit")},
      {"exit\u2060", hint("quit")},
      {"exit \u200B", hint("quit")},
      {"\x1B[Aquit", hint("quit")},
      {"help!", says("help!")},
      {"退出吗", says("退出吗")},
      {"exit now", says("exit now")},
      {"helpful", says("helpful")},
      {"q", says("q")},
      {"0", says("0")},
  });
}

TEST_CASE("opening: what looks like a password is refused, longer sentences are speech", "[opening]") {
  const meaning hint = refused(problem::looks_like_password);
  for (const std::string_view word : {"login", "register", "unregister", "password", "LOGIN", "Password", "ｌｏｇｉｎ",
                                      "log\u200Bin", "\u2060login", "password:", "\x1B[200~register"}) {
    CAPTURE(word);
    const std::string start(word);
    CHECK_FALSE(read(start) == hint);
    CHECK(is_said(read(start)));
    CHECK(read(start + " secret") == hint);
    CHECK(read(start + "\u2009alice\u3000secret") == hint);
    CHECK(read(start + " \u200B alice \u200B secret \u200B") == hint);
    CHECK(is_said(read(start + " a b c")));
    CHECK(is_said(read(start + " \u200B")));
    CHECK(read("/tag t " + start + " a b") == tagged("t", hint));
  }
  check({
      {"Password please", hint},
      {"logins are slow", says("logins are slow")},
      {"log in please", says("log in please")},
      {"my password is", says("my password is")},
      {"/say login alice secret", says("login alice secret")},
      {"/login alice secret", refused(problem::unknown_command, "/login")},
      {"//login alice secret", says("/login alice secret")},
  });
}

TEST_CASE("opening: a command word with a letter of another script among Latin ones is refused with a hint",
          "[opening]") {
  const auto hint = [](std::string word) { return refused(problem::looks_like_command, std::move(word)); };
  const meaning secret = refused(problem::looks_like_password);
  check({
      {"t\u043E bob pw", hint("to")},  // Cyrillic
      {"T\u041E bob pw", hint("to")},
      {"\u0422o bob pw", hint("to")},
      {"\u0442o bob pw", hint("to")},
      {"t\u03BF bob pw", hint("to")},  // Greek
      {"t\u0585 bob pw", hint("to")},  // Armenian
      {"/t\u043E bob pw", hint("to")},
      {"\uFF0Ft\u043E bob pw", hint("to")},
      {"/ t\u043E bob pw", hint("to")},
      {"、t\u043E bob pw", hint("to")},
      {"\u200Bt\u2060\u043E bob pw", hint("to")},
      {"r\u0435name bob", hint("rename")},
      {"/r\u0435name bob", hint("rename")},
      {"wh\u043E", hint("who")},
      {"wh\u043E is there?", says("wh\u043E is there?")},
      {"h\u0435lp", hint("help")},
      {"\u0435xit", hint("quit")},
      {"l\u043Egin alice secret", secret},
      {"p\u0430ssword old new", secret},
      {"、l\u043Egin alice secret", secret},
      {"p\u0430ssword is what I forgot", says("p\u0430ssword is what I forgot")},
      // Words of the other script alone are words of a language: Russian and Greek sentences begin with them.
      {"\u0422\u043E есть так", says("\u0422\u043E есть так")},
      {"\u03A4\u03BF νερό", says("\u03A4\u03BF νερό")},
      {"t\u043E\u043E bob", says("t\u043E\u043E bob")},
      {"/n\u043Epe", refused(problem::unknown_command, "/n\u043Epe")},
      {"//t\u043E bob", says("/t\u043E bob")},
      {"/say t\u043E bob", says("t\u043E bob")},
  });
}

TEST_CASE("opening: a command word that only something invisible parts from the next is refused with a hint",
          "[opening]") {
  const auto hint = [](std::string word) { return refused(problem::looks_like_command, std::move(word)); };
  for (const std::string& gap : {"\u200B"s, "\uFEFF"s, "\x1B[C"s, "\x01"s, "\u2060\u200B"s, "\u200B\u200B"s}) {
    CAPTURE(gap);
    CHECK(read("to" + gap + "bob pw") == hint("to"));
    CHECK(read("to" + gap + "bob") == hint("to"));
    CHECK(read("TO" + gap + "bob" + gap + "pw") == hint("to"));
    CHECK(read("rename" + gap + "x") == hint("rename"));
    CHECK(read("/to" + gap + "bob pw") == hint("to"));
    CHECK(read("/join" + gap + "tea") == hint("join"));
    CHECK(read("、to" + gap + "bob pw") == hint("to"));
    CHECK(read("login" + gap + "alice secret") == refused(problem::looks_like_password));
    CHECK(is_said(read("who" + gap + "is there")));
    CHECK(is_said(read("login" + gap + "alice and tell her that")));
    CHECK(is_said(read("tomorrow" + gap + "is fine")));
  }
  for (const std::string joiner : {"\u00AD", "\u2060", "\u200D", "\uFE0F"}) {
    CHECK(is_said(read("to" + joiner + "gether we go")));  // such are in pasted words
  }
}

TEST_CASE("opening: of all code points before a command, none that is hardly seen makes it public", "[opening]") {
  std::size_t public_ones = 0;
  for (char32_t c = 1; c <= 0x10FFFF; ++c) {
    if (c == 0xD800) c = 0xE000;
    if (c == U'\n') continue;
    const std::string line = text_of(c) + "to bob pw";
    const meaning seen = read(line);
    if (!is_said(seen)) continue;
    ++public_ones;
    const bool hardly_seen = c <= 0x20 || (c >= 0x7F && c <= 0xA0) || (c >= 0xE000 && c <= 0xF8FF) || c >= 0xE0000 ||
                             (c >= 0x2000 && c <= 0x200F) || (c >= 0x2028 && c <= 0x202F) ||
                             (c >= 0x205F && c <= 0x206F) || (c >= 0xFFF0 && c <= 0xFFFF) || c == 0x2800 ||
                             c == 0x3164 || c == 0xFEFF || c == 0xAD;
    if (hardly_seen || seen.text != line) FAIL_CHECK(static_cast<std::uint32_t>(c));
  }
  CHECK(public_ones > 100'000);
}

TEST_CASE("opening: what is said is said as it was typed, made safe", "[opening]") {
  check({
      {"\u200Bhello", says("\u200Bhello")},
      {"\uFEFFhello", says("\uFEFFhello")},
      {"\u2009hello\u2009", says("hello")},
      {"\x07hello", says("\uFFFDhello")},
      {"\u200Bto", refused(problem::whisper_needs_name)},
      {"\u200B", says("\u200B")},
      {"\u2800hello", says("\u2800hello")},
      {"\u2800to bob hi", refused(problem::looks_like_command, "to")},
      {"\uFFFD/who", refused(problem::looks_like_command, "who")},
      {"\uE000/nope", refused(problem::unknown_command, "/nope")},
      {"to\u0301 bob hi", says("to\u0301 bob hi")},
      {"\u200B//x", says("/x")},
      {"/say \u200B/resume x 1", says("\u200B/resume x 1")},
      {"to \u200B bob hi", wants(verb::whisper, "hi", "bob")},
      {"to bob \u200Bhi", wants(verb::whisper, "\u200Bhi", "bob")},
  });
}

TEST_CASE("opening: lines of junk agree with a slow model", "[opening]") {
  const std::vector<std::u32string> pieces{U" ",  U"\u2009", U"\u200B", U"\u0001", U"\x1B[A", U"/",  U"／",
                                           U"、", U"t",      U"o",      U"Ｔ",     U"O",      U"to", U"who",
                                           U"x",  U"b",      U"é",      U"\u2800", U"\u043E"};
  std::mt19937 random(20'261'126);  // NOLINT: the same lines every time
  std::uniform_int_distribution<std::size_t> piece(0, pieces.size() - 1);
  std::uniform_int_distribution<std::size_t> length(0, 7);
  std::array<std::size_t, 6> kinds{};
  for (int i = 0; i < 60'000; ++i) {
    std::u32string line;
    for (std::size_t n = length(random); n > 0; --n) line += pieces[piece(random)];
    std::string bytes;
    for (const char32_t c : line) confab::utf8::append(bytes, c);
    const opening::kind expected = slow_kind(line);
    ++kinds[static_cast<std::size_t>(expected)];
    if (read_opening(bytes).is != expected)
      FAIL_CHECK(bytes << ": " << int(read_opening(bytes).is) << " instead of " << int(expected));
  }
  for (const opening::kind each : {opening::kind::text, opening::kind::two_slashes, opening::kind::slash,
                                   opening::kind::bare, opening::kind::looks_like_command}) {
    CHECK(kinds[static_cast<std::size_t>(each)] > 100);
  }
}

TEST_CASE("opening: a folded word has room for what means something and no more", "[opening]") {
  CHECK(confab::fold_word("  /Heartbeat 5").text() == "heartbeat");
  CHECK(confab::fold_word("ＵＮＲＥＧＩＳＴＥＲ x").text() == "unregister");
  CHECK(confab::fold_word("fifteen-letters").text() == "fifteen-letters");
  CHECK(confab::fold_word("sixteen--letters").text().empty());
  CHECK(confab::fold_word("").text().empty());
  CHECK(confab::fold_word("né").text().empty());
  confab::folded_word word;
  CHECK(word.append(std::string(14, 'x')));
  CHECK_FALSE(word.append("yz"));
  CHECK(word.append("y"));
  CHECK_FALSE(word.append("z"));
}
