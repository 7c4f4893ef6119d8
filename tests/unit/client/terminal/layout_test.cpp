#include "client/terminal/layout.hpp"

#include <random>
#include <string>
#include <vector>

#include "common/cells.hpp"
#include "tests/support/catch.hpp"

namespace confab::terminal {
namespace {

using lines = std::vector<std::string>;

std::string without(std::string text, char what) {
  std::erase(text, what);
  return text;
}

}  // namespace

TEST_CASE("layout: text is cut between words", "[layout]") {
  CHECK((wrap("one two three four five", 16) == lines{"one two three", "four five"}));
  CHECK((wrap("one two three fou", 17) == lines{"one two three fou"}));
  CHECK((wrap("one two three four", 17) == lines{"one two three", "four"}));
  CHECK((wrap("  indented text goes on", 16) == lines{"  indented text", "  goes on"}));
  CHECK((wrap("exactly sixteen! and", 16) == lines{"exactly sixteen!", "and"}));
  CHECK((wrap("", 16) == lines{""}));
  CHECK((wrap("tail   ", 16) == lines{"tail   "}));
}

TEST_CASE("layout: a list of names is never cut in a name", "[layout]") {
  CHECK((wrap("Online: alice, bob, charlotte, dave", 20) == lines{"Online: alice, bob,", "charlotte, dave"}));
  CHECK((wrap("在线：小红、小明同学、阿强、王老师、小李", 20) ==
         lines{"在线：小红、", "小明同学、阿强、", "王老师、小李"}));
  CHECK((wrap("  1. public chat   2. private chat   3. rename   0. quit", 40) ==
         lines{"  1. public chat   2. private chat", "  3. rename   0. quit"}));
}

TEST_CASE("layout: the second column stays a column", "[layout]") {
  CHECK((wrap("  /msg NAME TEXT  one private line to somebody", 40) ==
         lines{"  /msg NAME TEXT  one private line to", "                  somebody"}));
  CHECK((wrap("  /msg 名字 内容  发一条私聊给某一个人，谁都看不到", 36) ==
         lines{"  /msg 名字 内容  发一条私聊给某一个", "                  人，谁都看不到"}));
  // A first column that takes more than half leaves the second no room.
  CHECK((wrap("  /bell off|pm|mention|all  when it rings", 30) ==
         lines{"  /bell off|pm|mention|all", "  when it rings"}));
}

TEST_CASE("layout: a word that is longer than the row is cut in whole characters", "[layout]") {
  CHECK((wrap(std::string(40, 'x'), 16) == lines{std::string(16, 'x'), std::string(16, 'x'), std::string(8, 'x')}));
  CHECK((wrap("a " + std::string(20, 'x'), 16) == lines{"a " + std::string(14, 'x'), std::string(6, 'x')}));
  CHECK((wrap("很长很长很长很长很长的句子", 17) == lines{"很长很长很长很长", "很长的句子"}));
}

TEST_CASE("layout: colours take no cells", "[layout]") {
  CHECK((wrap("\x1b[2m10:54 *** one two\x1b[0m", 18) == lines{"\x1b[2m10:54 *** one two\x1b[0m"}));
  CHECK((wrap("\x1b[2m10:54 *** one two\x1b[0m", 17) == lines{"\x1b[2m10:54 *** one two\x1b[0m"}));
  CHECK((wrap("\x1b[2m10:54 *** one two\x1b[0m", 16) == lines{"\x1b[2m10:54 *** one", "two\x1b[0m"}));
}

TEST_CASE("layout: windows that are too narrow, or none, are left alone", "[layout]") {
  const std::string text = "one two three four five six";
  for (const std::size_t columns : {std::size_t{0}, std::size_t{1}, least_wrapped_columns - 1})
    CHECK((wrap(text, columns) == lines{text}));
  CHECK(wrap(text, least_wrapped_columns).size() > 1);
}

TEST_CASE("layout: whatever is wrapped fits and is whole", "[layout]") {
  const lines pieces{"a",  "word", " ",  "  ",      "你好",   "，", "e\u0301", "👨‍👩‍👧‍👦",
                     "🇨🇳", "·",    "、", "\x1b[1m", "\x1b[0m"};
  std::mt19937 random(5);
  std::size_t wrapped = 0;
  for (int round = 0; round < 3000; ++round) {
    std::string text;
    const std::size_t count = random() % 60;
    for (std::size_t i = 0; i < count; ++i) text += pieces[random() % pieces.size()];
    const std::size_t columns = least_wrapped_columns + random() % 60;
    const lines rows = wrap(text, columns);
    std::string all;
    for (const std::string& row : rows) {
      std::string seen = row;
      for (const char* colour : {"\x1b[1m", "\x1b[0m"})
        for (std::size_t at = seen.find(colour); at != std::string::npos; at = seen.find(colour)) seen.erase(at, 4);
      const std::string_view words = std::string_view{seen}.substr(std::min(seen.find_first_not_of(' '), seen.size()));
      if (cells::most_width(seen) > columns && cells::next_cluster(words).size != words.size())
        FAIL("'" << row << "' is wider than " << columns);
      all += row;
    }
    if (without(all, ' ') != without(text, ' ')) FAIL("'" << text << "' became '" << all << "'");
    if (rows.size() > 1) ++wrapped;
  }
  CHECK(wrapped > 1000);
}

TEST_CASE("layout: words stand behind each other, or in columns as wide as they look", "[layout]") {
  CHECK((grid({"小红", "小明同学"}, 60) == lines{"  小红  小明同学"}));
  CHECK((grid({"小红", "小明同学"}, 16) == lines{"  小红  小明同学"}));
  CHECK((grid({"小红", "小明同学"}, 15) == lines{"  小红", "  小明同学"}));
  CHECK((grid({"alice", "小明同学", "bob", "阿强", "x"}, 24) ==
         lines{"  alice     小明同学", "  bob       阿强", "  x"}));
  CHECK((grid({"alice", "bob"}, 1) == lines{"  alice", "  bob"}));
  CHECK((grid({"alice", "bob"}, 0) == lines{"  alice  bob"}));
  CHECK((grid({}, 20) == lines{""}));
}

TEST_CASE("layout: the input row shows line ends and tabs as one cell each", "[layout]") {
  CHECK(shown("a\nb\tc") == "a⏎b c");
  CHECK(cells::width("a\nb\tc") == cells::width(shown("a\nb\tc")));
}

}  // namespace confab::terminal
