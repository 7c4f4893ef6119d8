#include "client/terminal/split_line.hpp"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "common/utf8.hpp"
#include "tests/support/catch.hpp"

namespace confab::terminal {
namespace {

using lines = std::vector<std::string>;

std::string without_blanks(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t blank = utf8::leading_space(text);
    const std::size_t size = blank > 0 ? blank : utf8::decode(text).size;
    if (blank == 0) out += text.substr(0, size);
    text.remove_prefix(size);
  }
  return out;
}

}  // namespace

TEST_CASE("split line: cuts between words", "[split]") {
  CHECK(split_line("", 16).empty());
  CHECK((split_line("  one two  ", 16) == lines{"one two"}));
  CHECK((split_line("the quick brown fox jumps over it", 20) == lines{"the quick brown fox", "jumps over it"}));
  CHECK((split_line("one  two     three\u3000four", 16) == lines{"one  two", "three\u3000four"}));
}

TEST_CASE("split line: cuts a long word, and never inside a character", "[split]") {
  CHECK(
      (split_line(std::string(40, 'x'), 16) == lines{std::string(16, 'x'), std::string(16, 'x'), std::string(8, 'x')}));
  CHECK((split_line("今天我们去吃火锅", 16) == lines{"今天我们去", "吃火锅"}));
  CHECK((split_line("🇨🇳🇩🇪🇫🇷🇬🇧", 20) == lines{"🇨🇳🇩🇪", "🇫🇷🇬🇧"}));
  // A character that is longer than a part is cut between its code points.
  const lines family = split_line("👨‍👩‍👧‍👦", 16);
  CHECK((family == lines{"👨‍👩‍", "👧‍👦"}));
}

TEST_CASE("split line: with a limit that is smaller than a character, each is a part", "[split]") {
  for (const std::string line : {"你好 吗", "👨‍👩‍👧‍👦🇨🇳", "é", "a b", "e\u0301e\u0301"}) {
    for (std::size_t limit = 0; limit <= 17; ++limit) {
      CAPTURE(line, limit);
      std::string all;
      for (const std::string& part : split_line(line, limit)) {
        CHECK(utf8::valid(part));
        CHECK((part.size() <= limit || utf8::length(part) == 1));
        all += part;
      }
      CHECK(without_blanks(all) == without_blanks(line));
    }
  }
}

TEST_CASE("split line: every part fits, nothing but blanks is lost, and no part is a leftover", "[split]") {
  const lines pieces{"a",  "word", " ",    "  ",     "你好", "，", "e\u0301", "👨‍👩‍👧‍👦",
                     "🇨🇳", "/",    "exit", "\u3000", "\t",   "é"};
  std::mt19937 random(7);
  std::size_t split = 0;
  for (int round = 0; round < 2000; ++round) {
    std::string line;
    const std::size_t count = random() % 120;
    for (std::size_t i = 0; i < count; ++i) line += pieces[random() % pieces.size()];
    const std::size_t limit = 16 + random() % 100;
    const lines parts = split_line(line, limit);
    std::string all;
    for (const std::string& part : parts) {
      if (part.size() > limit || part.empty() || !utf8::valid(part) || utf8::trim(part) != part)
        FAIL("a part of " << part.size() << " bytes: '" << part << "'");
      all += part;
    }
    if (without_blanks(all) != without_blanks(line)) FAIL("'" << line << "' is not '" << all << "'");
    if (parts.size() > 1) ++split;
  }
  CHECK(split > 500);
}

TEST_CASE("split line: the last part is no short word", "[split]") {
  for (std::size_t size = 66; size < 200; ++size) {  // at 65 the last is a blank
    std::string line;
    while (line.size() < size) line += "exit ";
    line.resize(size);
    const lines parts = split_line(line, 64);
    REQUIRE(parts.size() > 1);
    CHECK(parts.back().size() >= 8);
    CHECK(parts.size() <= size / 40 + 1);
  }
}

}  // namespace confab::terminal
