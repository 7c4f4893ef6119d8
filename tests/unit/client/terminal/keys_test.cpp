#include "client/terminal/keys.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/catch.hpp"

namespace confab::terminal {
namespace {

using code = key_code;
using keys = std::vector<key_event>;

key_event character(char32_t c) {
  return {code::character, c};
}
key_event control(char c) {
  return {code::control, static_cast<char32_t>(c)};
}
key_event alt(key_event key) {
  key.alt = true;
  return key;
}
key_event ctrl(key_code which) {
  return {which, 0, false, true};
}
key_event alt(key_code which) {
  return {which, 0, true, false};
}
key_event key(key_code which) {
  return {which};
}
key_event paste(std::string text) {
  return {code::paste, 0, false, false, std::move(text)};
}
const key_event no_utf8{code::not_utf8};

struct key_case {
  std::string_view bytes;
  keys expected;
};

std::string printable(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) {
    if (c == '\x1b') {
      out += "ESC ";
    } else {
      out += c;
    }
  }
  return out;
}

const std::vector<key_case>& all_cases() {
  static const std::vector<key_case> cases{
      // Text
      {"a", {character('a')}},
      {" ~", {character(' '), character('~')}},
      {"é", {character(0xE9)}},
      {"你", {character(0x4F60)}},
      {"😀", {character(0x1F600)}},
      {"a你b", {character('a'), character(0x4F60), character('b')}},
      {"\xef\xbf\xbd", {character(0xFFFD)}},
      // No UTF-8: Latin-1, GBK, halves, overlong forms, surrogates, what is above U+10FFFF
      {"\xff", {no_utf8}},
      {"\x80", {no_utf8}},
      {"caf\xe9\r", {character('c'), character('a'), character('f'), no_utf8, key(code::enter)}},
      {"gr\xfc\xdf dich",
       {character('g'), character('r'), no_utf8, no_utf8, character(' '), character('d'), character('i'),
        character('c'), character('h')}},
      {"\xc4\xe3\xba\xc3x", {no_utf8, no_utf8, no_utf8, character('x')}},
      {"\xc3(", {no_utf8, character('(')}},
      {"\xe4\xbd\r", {no_utf8, key(code::enter)}},
      {"\xe4\xe4\xbd\xa0", {no_utf8, character(0x4F60)}},
      {"\xe0\x80\x80x", {no_utf8, character('x')}},
      {"\xed\xa0\x80x", {no_utf8, character('x')}},
      {"\xf4\x90\x80\x80x", {no_utf8, character('x')}},
      {"\xc1\x81x", {no_utf8, no_utf8, character('x')}},
      // Controls
      {"\x01", {control('a')}},
      {"\x02", {control('b')}},
      {"\x03", {control('c')}},
      {"\x04", {control('d')}},
      {"\x05", {control('e')}},
      {"\x06", {control('f')}},
      {"\x07", {control('g')}},
      {"\x0b", {control('k')}},
      {"\x0c", {control('l')}},
      {"\x0e", {control('n')}},
      {"\x10", {control('p')}},
      {"\x12", {control('r')}},
      {"\x14", {control('t')}},
      {"\x15", {control('u')}},
      {"\x17", {control('w')}},
      {"\x19", {control('y')}},
      {"\x1a", {control('z')}},
      {std::string_view{"\0", 1}, {}},
      {"\x1c\x1d\x1e", {}},
      {"\x1f", {control('_')}},
      {"\r", {key(code::enter)}},
      {"\n", {key(code::enter)}},
      {"\t", {key(code::tab)}},
      {"\x7f", {key(code::backspace)}},
      {"\b", {key(code::backspace)}},
      // Alt
      {"\033b", {alt(character('b'))}},
      {"\033d", {alt(character('d'))}},
      {"\033F", {alt(character('F'))}},
      {"\x1b\x7f", {alt(code::backspace)}},
      {"\x1b\r", {alt(code::enter)}},
      {"\x1b\033b", {key(code::escape), alt(character('b'))}},
      {"\x1b你", {key(code::escape), character(0x4F60)}},
      // Keys of xterm, VT, rxvt, Linux
      {"\x1b[A", {key(code::up)}},
      {"\x1b[B", {key(code::down)}},
      {"\x1b[C", {key(code::right)}},
      {"\x1b[D", {key(code::left)}},
      {"\x1b[H", {key(code::home)}},
      {"\x1b[F", {key(code::end)}},
      {"\x1bOA", {key(code::up)}},
      {"\x1bOB", {key(code::down)}},
      {"\x1bOC", {key(code::right)}},
      {"\x1bOD", {key(code::left)}},
      {"\x1bOH", {key(code::home)}},
      {"\x1bOF", {key(code::end)}},
      {"\x1bOM", {key(code::enter)}},
      {"\x1b[1~", {key(code::home)}},
      {"\x1b[7~", {key(code::home)}},
      {"\x1b[4~", {key(code::end)}},
      {"\x1b[8~", {key(code::end)}},
      {"\x1b[3~", {key(code::del)}},
      {"\x1b[Z", {key(code::back_tab)}},
      {"\x1b[1;5C", {ctrl(code::right)}},
      {"\x1b[1;5D", {ctrl(code::left)}},
      {"\x1b[1;3C", {alt(code::right)}},
      {"\x1b[1;3D", {alt(code::left)}},
      {"\x1b[1;2D", {key(code::left)}},
      {"\x1b[3;5~", {ctrl(code::del)}},
      {"\x1b[3;3~", {alt(code::del)}},
      {"\x1b[1;7D", {{code::left, 0, true, true}}},
      {"\x1bO5D", {ctrl(code::left)}},
      {"\x1bO1;5C", {ctrl(code::right)}},
      {"\x1bOd", {ctrl(code::left)}},
      {"\x1bOc", {ctrl(code::right)}},
      {"\x1b[d", {key(code::left)}},
      {"\x1b\x1b[D", {key(code::escape), key(code::left)}},
      // Swallowed
      {"\x1b[2~x", {character('x')}},
      {"\x1b[5~\x1b[6~x", {character('x')}},
      {"\x1b[15~x", {character('x')}},
      {"\x1b[24;5~x", {character('x')}},
      {"\x1bOPx", {character('x')}},
      {"\x1b[[Ax", {character('x')}},
      {"\x1b[I\x1b[Ox", {character('x')}},
      {"\x1b[<0;12;7Mx", {character('x')}},
      {"\x1b[?62;1;4cx", {character('x')}},
      {"\x1b[12;40Rx", {character('x')}},
      {"\x1b[97;5ux", {character('x')}},
      {"\x1b[1;99999999999999999999Dx", {key(code::left), character('x')}},
      {"\x1b[111111111111111111111111111111111111111111111111111111~x", {character('x')}},
      {"\x1b]11;rgb:0000/0000/0000\x07x", {character('x')}},
      {"\x1b]11;rgb:0000/0000/0000\x1b\\x", {character('x')}},
      {"\x1bP1$r0m\x1b\\x", {character('x')}},
      {"\x1b_any\x1b\\x", {character('x')}},
      {"\x1b]broken off\x1b[Dx", {key(code::left), character('x')}},
      {"\x1b]its end is lost\x03x", {control('c'), character('x')}},
      // Broken off: what broke in counts
      {"\x1b[1;\x03x", {control('c'), character('x')}},
      {"\x1b[\x1b[D", {key(code::left)}},
      {"\x1b[1;5你", {character(0x4F60)}},
      {"\x1bO你", {character(0x4F60)}},
      {"\x1b[[你", {character(0x4F60)}},
      // Pastes
      {"\x1b[200~\x1b[201~", {paste("")}},
      {"\x1b[200~a\nb\x1b[201~c", {paste("a\nb"), character('c')}},
      {"\x1b[200~a\r\x03\x1b[D\x1b[201~", {paste("a\r\x03\x1b[D")}},
      {"\x1b[200~\x1b\x1b[201~", {paste("\x1b")}},
      {"\x1b[200~\x1b[20\x1b[201~", {paste("\x1b[20")}},
      {"\x1b[200~x\x1b[201\x1b[201~y", {paste("x\x1b[201"), character('y')}},
      {"\x1b[200~\x1b[200~\x1b[201~", {paste("\x1b[200~")}},
      {"\x1b[201~x", {character('x')}},
  };
  return cases;
}

}  // namespace

TEST_CASE("keys: every sequence gives its keys", "[keys]") {
  for (const key_case& each : all_cases()) {
    INFO(printable(each.bytes));
    key_decoder decoder;
    keys found;
    decoder.feed(each.bytes, found);
    CHECK((found == each.expected));
    CHECK((decoder.waiting() == key_decoder::wait::nothing));
  }
}

TEST_CASE("keys: every sequence gives the same keys however it is cut", "[keys]") {
  for (const key_case& each : all_cases()) {
    for (std::size_t first = 0; first <= each.bytes.size(); ++first) {
      for (std::size_t second = first; second <= each.bytes.size(); ++second) {
        INFO(printable(each.bytes) << " cut at " << first << " and " << second);
        key_decoder decoder;
        keys found;
        decoder.feed(each.bytes.substr(0, first), found);
        decoder.feed(each.bytes.substr(first, second - first), found);
        decoder.feed(each.bytes.substr(second), found);
        CHECK((found == each.expected));
      }
    }
  }
}

TEST_CASE("keys: a lone escape waits and is a key when nothing follows", "[keys]") {
  key_decoder decoder;
  keys found;
  decoder.feed("\x1b", found);
  CHECK(found.empty());
  CHECK((decoder.waiting() == key_decoder::wait::escape));
  decoder.flush(found);
  CHECK((found == keys{key(code::escape)}));
  CHECK((decoder.waiting() == key_decoder::wait::nothing));
  decoder.feed("b", found);
  CHECK((found.back() == character('b')));
}

TEST_CASE("keys: what a person may have begun is dropped after the wait", "[keys]") {
  for (const char* begun : {"\x1b[", "\x1bO", "\x1b]", "\x1bP", "\x1b]x\x1b", "\x1b[["}) {
    INFO(printable(begun));
    key_decoder decoder;
    keys found;
    decoder.feed(begun, found);
    CHECK((decoder.waiting() == key_decoder::wait::escape));
    decoder.flush(found);
    decoder.feed("x", found);
    CHECK((found == keys{character('x')}));
  }
}

TEST_CASE("keys: a sequence with parameters is never given up half way", "[keys]") {
  key_decoder decoder;
  keys found;
  decoder.feed("\x1b[1;5", found);
  CHECK((decoder.waiting() == key_decoder::wait::nothing));
  decoder.flush(found);
  decoder.feed("C", found);
  CHECK((found == keys{ctrl(code::right)}));
}

TEST_CASE("keys: half a character waits for the rest, flush or not", "[keys]") {
  key_decoder decoder;
  keys found;
  decoder.feed("\xe4\xbd", found);
  decoder.flush(found);
  CHECK(found.empty());
  decoder.feed("\xa0", found);
  CHECK((found == keys{character(0x4F60)}));
}

TEST_CASE("keys: a paste whose end is lost ends after its wait", "[keys]") {
  key_decoder decoder;
  keys found;
  decoder.feed("\x1b[200~abc\x1b[20", found);
  CHECK((decoder.waiting() == key_decoder::wait::paste));
  decoder.flush(found);
  CHECK((found == keys{paste("abc")}));
  decoder.feed("x", found);
  CHECK((found.back() == character('x')));
}

TEST_CASE("keys: of a paste only so much is kept, and the rest is counted", "[keys]") {
  const std::string tail = "\x1b[20x";
  for (const std::size_t size : {key_decoder::max_paste - tail.size() - 1, key_decoder::max_paste - tail.size(),
                                 key_decoder::max_paste - tail.size() + 1, key_decoder::max_paste + 1000}) {
    key_decoder decoder;
    keys found;
    decoder.feed("\x1b[200~" + std::string(size, 'p') + tail + "\x1b[201~", found);
    REQUIRE(found.size() == 1);
    CHECK(found[0].text.size() == std::min(size + tail.size(), key_decoder::max_paste));
    CHECK(found[0].text.size() + found[0].lost == size + tail.size());
    decoder.feed("\x1b[200~next\x1b[201~", found);
    REQUIRE(found.size() == 2);
    CHECK((found[1] == paste("next")));
  }
}

TEST_CASE("keys: what a hand types into a paste whose end is lost does not renew its time", "[keys]") {
  key_decoder decoder;
  keys found;
  CHECK_FALSE(decoder.take_flow());
  decoder.feed("\x1b[200~", found);
  CHECK(decoder.in_paste());
  CHECK(decoder.take_flow());  // it has begun
  for (std::size_t i = 1; i < key_decoder::paste_flow; ++i) {
    decoder.feed("x", found);
    if (decoder.take_flow()) FAIL("renewed after " << i << " bytes");
  }
  decoder.feed("x", found);
  CHECK(decoder.take_flow());
  CHECK_FALSE(decoder.take_flow());
  decoder.feed("more\x1b[201~", found);
  CHECK_FALSE(decoder.in_paste());
  decoder.feed("\x1b[200~", found);
  CHECK(decoder.take_flow());  // another has begun
}

TEST_CASE("keys: Ctrl-C ends a paste when nothing follows it", "[keys]") {
  key_decoder decoder;
  keys found;
  decoder.feed("\x1b[200~abc\x03", found);
  CHECK(found.empty());
  CHECK((decoder.waiting() == key_decoder::wait::escape));
  SECTION("and is no part of it") {
    decoder.flush(found);
    CHECK((found == keys{paste("abc")}));
    decoder.feed("x\r", found);
    CHECK((found == keys{paste("abc"), character('x'), key(code::enter)}));
  }
  SECTION("but what follows it at once is pasted, and no command") {
    decoder.feed("\r/quit\r", found);
    CHECK((decoder.waiting() == key_decoder::wait::paste));
    CHECK(found.empty());
    decoder.feed("\x1b[201~", found);
    CHECK((found == keys{paste("abc\x03\r/quit\r")}));
  }
  SECTION("also in the middle of what may be the end mark") {
    decoder.feed("\x1b[20\x03", found);
    decoder.flush(found);
    CHECK((found == keys{paste("abc\x03\x1b[20")}));
  }
  SECTION("also when more was pasted than is kept") {
    decoder.feed(std::string(key_decoder::max_paste, 'x') + "\x03", found);
    decoder.flush(found);
    REQUIRE(found.size() == 1);
    CHECK(found[0].text.size() == key_decoder::max_paste);
    CHECK(found[0].lost == 5);
  }
}

TEST_CASE("keys: a TAB that text follows in the same read was pasted", "[keys]") {
  const key_event blank = character(' ');
  const key_event tab = key(code::tab);
  struct tab_case {
    std::string_view bytes;
    bool more;
    keys expected;
  };
  for (const tab_case& each : std::vector<tab_case>{{"\t", false, {tab}},
                                                    {"\t", true, {blank}},
                                                    {"a\tb", false, {character('a'), blank, character('b')}},
                                                    {"a\t\tb", false, {character('a'), blank, blank, character('b')}},
                                                    {"\t你", false, {blank, character(0x4F60)}},
                                                    {"\t\r", false, {blank, key(code::enter)}},
                                                    {"\t\n", false, {blank, key(code::enter)}},
                                                    {"a\t", false, {character('a'), tab}},
                                                    {"a\t", true, {character('a'), blank}},
                                                    {"\t\t", false, {tab, tab}},
                                                    {"\t\t", true, {blank, blank}},
                                                    {"\t\x1b[Z", false, {tab, key(code::back_tab)}},
                                                    {"\t\x7f", false, {tab, key(code::backspace)}},
                                                    {"\x1b[200~a\tb\x1b[201~", false, {paste("a\tb")}},
                                                    {"\xc3\tb", false, {no_utf8, blank, character('b')}}}) {
    INFO(printable(each.bytes) << (each.more ? " and more" : ""));
    key_decoder decoder;
    keys found;
    decoder.feed(each.bytes, found, each.more);
    CHECK((found == each.expected));
  }
}

TEST_CASE("keys: a sequence of any length keeps no more than it may", "[keys]") {
  for (const std::string start : {"\x1b[", "\x1bO"}) {
    for (const std::size_t size : {28U, 29U, 30U, 100'000U}) {
      key_decoder decoder;
      keys found;
      // The parameters are cut, so what stands behind the bound counts for nothing; the rest is swallowed.
      decoder.feed(start + "1;" + std::string(size, '0') + "5", found);
      CHECK(decoder.held() <= 32);
      decoder.feed("Cx", found);
      const bool seen = size + 3 <= 32;
      CHECK((found == keys{seen ? ctrl(code::right) : key(code::right), character('x')}));
    }
  }
}

}  // namespace confab::terminal
