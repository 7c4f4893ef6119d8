#include "common/utf8.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/support/catch.hpp"

using namespace std::string_literals;
namespace utf8 = confab::utf8;

namespace {

std::vector<char32_t> code_points(std::string_view text) {
  std::vector<char32_t> out;
  while (!text.empty()) {
    const utf8::decoded next = utf8::decode(text);
    REQUIRE(next.size > 0);
    out.push_back(next.code_point);
    text.remove_prefix(next.size);
  }
  return out;
}

struct bad {
  std::string why;
  std::string bytes;
};

const std::vector<bad> ill_formed{
    {"lone continuation, lowest", "\x80"},
    {"lone continuation, highest", "\xBF"},
    {"overlong NUL", "\xC0\x80"},
    {"overlong slash", "\xC0\xAF"},
    {"overlong DEL", "\xC1\xBF"},
    {"overlong in three, lowest", "\xE0\x80\x80"},
    {"overlong in three, highest", "\xE0\x9F\xBF"},
    {"overlong in four, lowest", "\xF0\x80\x80\x80"},
    {"overlong in four, highest", "\xF0\x8F\xBF\xBF"},
    {"first surrogate", "\xED\xA0\x80"},
    {"last high surrogate", "\xED\xAF\xBF"},
    {"first low surrogate", "\xED\xB0\x80"},
    {"last surrogate", "\xED\xBF\xBF"},
    {"a surrogate pair", "\xED\xA0\xBD\xED\xB8\x80"},
    {"above U+10FFFF", "\xF4\x90\x80\x80"},
    {"lead byte F5", "\xF5\x80\x80\x80"},
    {"lead byte F7", "\xF7\xBF\xBF\xBF"},
    {"five bytes", "\xF8\x88\x80\x80\x80"},
    {"six bytes", "\xFC\x84\x80\x80\x80\x80"},
    {"byte FE", "\xFE"},
    {"byte FF", "\xFF"},
    {"two bytes, one missing", "\xC2"},
    {"three bytes, two missing", "\xE4"},
    {"three bytes, one missing", "\xE4\xBD"},
    {"four bytes, three missing", "\xF0"},
    {"four bytes, two missing", "\xF0\x9F"},
    {"four bytes, one missing", "\xF0\x9F\x98"},
    {"a lead byte in place of a continuation", "\xC2\xC2"},
    {"ASCII in place of a continuation",
     "\xE4\xBD"
     "a"},
    {"GBK 你好", "\xC4\xE3\xBA\xC3"},
    {"Latin-1 é", "caf\xE9"},
};

}  // namespace

TEST_CASE("utf8: every edge of the well-formed ranges is valid", "[utf8]") {
  const std::vector<std::pair<char32_t, std::string>> edges{
      {0x00, "\0"s},
      {0x7F, "\x7F"},
      {0x80, "\xC2\x80"},
      {0x7FF, "\xDF\xBF"},
      {0x800, "\xE0\xA0\x80"},
      {0xFFF, "\xE0\xBF\xBF"},
      {0x1000, "\xE1\x80\x80"},
      {0xD7FF, "\xED\x9F\xBF"},
      {0xE000, "\xEE\x80\x80"},
      {0xFFFD, "\xEF\xBF\xBD"},
      {0xFFFF, "\xEF\xBF\xBF"},
      {0x10000, "\xF0\x90\x80\x80"},
      {0x3FFFF, "\xF0\xBF\xBF\xBF"},
      {0x40000, "\xF1\x80\x80\x80"},
      {0x10FFFF, "\xF4\x8F\xBF\xBF"},
  };
  for (const auto& [code_point, bytes] : edges) {
    CAPTURE(static_cast<std::uint32_t>(code_point));
    CHECK(utf8::valid(bytes));
    CHECK(code_points(bytes) == std::vector<char32_t>{code_point});
    std::string made;
    utf8::append(made, code_point);
    CHECK(made == bytes);
  }
}

TEST_CASE("utf8: every code point goes out and comes back", "[utf8]") {
  std::string text;
  std::size_t right = 0;  // cheaper than a CHECK for each
  for (char32_t c = 0; c <= 0x10FFFF; ++c) {
    if (c == 0xD800) c = 0xE000;
    text.clear();
    utf8::append(text, c);
    const utf8::decoded back = utf8::decode(text);
    if (!utf8::valid(text) || back.code_point != c || back.size != text.size()) FAIL(static_cast<std::uint32_t>(c));
    ++right;
  }
  CHECK(right == 0x110000 - 0x800);  // all but the surrogates
}

TEST_CASE("utf8: ill-formed sequences of every kind are refused, wherever they stand", "[utf8]") {
  for (const bad& each : ill_formed) {
    CAPTURE(each.why);
    CHECK_FALSE(utf8::valid(each.bytes));
    for (std::size_t before = 0; before <= 17; ++before) {
      const std::string ascii(before, 'x');
      CHECK_FALSE(utf8::valid(ascii + each.bytes));
      CHECK_FALSE(utf8::valid(ascii + each.bytes + "xxxxxxxxxxxxxxxx"));
      CHECK_FALSE(utf8::valid("你" + ascii + each.bytes + "好"));
    }
  }
}

TEST_CASE("utf8: valid text stays valid at any length", "[utf8]") {
  CHECK(utf8::valid(""));
  std::string text;
  for (int i = 0; i < 40; ++i) {
    CHECK(utf8::valid(text));
    CHECK(utf8::valid(text + "é"));
    CHECK(utf8::valid(text + "你好😀"));
    text.push_back('a');
  }
}

TEST_CASE("utf8: ill-formed bytes come out one at a time", "[utf8]") {
  constexpr char32_t replacement = 0xFFFD;
  CHECK(code_points("a\x80z") == std::vector<char32_t>{U'a', replacement, U'z'});
  CHECK(code_points("\xF0\x9F\x98") == std::vector<char32_t>(3, replacement));
  CHECK(code_points("\xED\xA0\x80") == std::vector<char32_t>(3, replacement));
  CHECK(code_points("\xE4\xBD\xE4\xBD\xA0") == std::vector<char32_t>{replacement, replacement, U'你'});
  CHECK(utf8::decode("").size == 0);
}

TEST_CASE("utf8: length counts code points", "[utf8]") {
  CHECK(utf8::length("") == 0);
  CHECK(utf8::length("abc") == 3);
  CHECK(utf8::length("你好😀é") == 4);
  CHECK(utf8::length("e\u0301") == 2);
  CHECK(utf8::length("a\xFF\xFEz") == 4);
}

TEST_CASE("utf8: white space is ASCII's, U+0085, and what Unicode calls separators, of all code points", "[utf8]") {
  const std::vector<char32_t> spaces{0x09,   0x0A,   0x0B,   0x0C,   0x0D,   0x20,   0x85,   0xA0,   0x1680,
                                     0x2000, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005, 0x2006, 0x2007, 0x2008,
                                     0x2009, 0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000};
  std::vector<char32_t> found;
  std::string text;
  for (char32_t c = 0; c <= 0x10FFFF; ++c) {
    if (c == 0xD800) c = 0xE000;
    text.clear();
    utf8::append(text, c);
    const bool is_space = utf8::leading_space(text) == text.size();
    if (is_space) found.push_back(c);
    const std::string around = text + "x" + text;
    if (utf8::trim(around) != (is_space ? "x" : around)) FAIL(static_cast<std::uint32_t>(c));
    if (utf8::split_word("a" + text + "b").word.size() != (is_space ? 1 : 2 + text.size())) {
      FAIL(static_cast<std::uint32_t>(c));
    }
  }
  CHECK(found == spaces);
  for (const std::string_view other : {"\xC2", "\xE3\x80", "\xA0", "\x80", "\x85", " \x85\xA0"}) {
    CAPTURE(other);
    CHECK(utf8::trim(other) == utf8::trim(std::string(other) + " "));
    CHECK_FALSE(utf8::trim(other).empty());
  }
}

TEST_CASE("utf8: the last code point is found from behind", "[utf8]") {
  for (const std::string_view text :
       {"a", "xé", "你好", "x😀", "\x80", "é\x80", "\xF0\x9F\x98", "你\xBD\xA0\xA0", "\xFF"}) {
    CAPTURE(text);
    const std::vector<char32_t> all = code_points(text);
    std::vector<char32_t> backwards;
    for (std::string_view rest = text; !rest.empty();) {
      const utf8::decoded last = utf8::decode_last(rest);
      REQUIRE(last.size > 0);
      backwards.insert(backwards.begin(), last.code_point);
      rest.remove_suffix(last.size);
    }
    CHECK(backwards == all);
  }
  CHECK(utf8::decode_last("").size == 0);
}

TEST_CASE("utf8: trimming takes mixed white space from both ends and none from inside", "[utf8]") {
  CHECK(utf8::trim("").empty());
  CHECK(utf8::trim(" \t\u3000\u00A0\r\n").empty());
  CHECK(utf8::trim("\u3000 a \u3000 b\t\u00A0") == "a \u3000 b");
  CHECK(utf8::trim("\u00A0é\u00A0") == "é");
  CHECK(utf8::leading_space(" \u3000\tx ") == 5);
}

TEST_CASE("utf8: the first word and the rest", "[utf8]") {
  const auto split = [](std::string_view text) {
    const auto [word, rest] = utf8::split_word(text);
    return std::pair<std::string, std::string>(word, rest);
  };
  using pair = std::pair<std::string, std::string>;
  CHECK(split("") == pair("", ""));
  CHECK(split("one") == pair("one", ""));
  CHECK(split("one two three") == pair("one", "two three"));
  CHECK(split("one \t two  three") == pair("one", "two  three"));
  CHECK(split("你好\u3000世界 x") == pair("你好", "世界 x"));
  CHECK(split("a\u00A0\u3000b") == pair("a", "b"));
  CHECK(split("ｗｏｒｄ x") == pair("ｗｏｒｄ", "x"));
}
