#include "tests/unit/client/terminal/model_screen.hpp"

#include <string>
#include <vector>

#include "tests/support/catch.hpp"

namespace confab::terminal::testing {
namespace {

using lines = std::vector<std::string>;

}  // namespace

TEST_CASE("model screen: writes, wraps late and scrolls", "[model]") {
  model_screen screen(4, 2);
  screen.write("abcd");
  CHECK(screen.cursor_row() == 0);
  CHECK(screen.cursor_column() == 4);
  screen.write("e\r\nf\r\ng");
  CHECK((screen.lines() == lines{"abcde", "f", "g"}));
  CHECK(screen.row(0) == "f");
  CHECK(screen.row(1) == "g");
  CHECK(screen.unknown() == 0);
}

TEST_CASE("model screen: wide characters take two cells and wrap whole", "[model]") {
  model_screen screen(5, 3);
  screen.write("你好吗");
  CHECK(screen.row(0) == "你好");
  CHECK(screen.row(1) == "吗");
  screen.write("\rx");
  CHECK(screen.row(1) == "x");
  CHECK((screen.lines() == lines{"你好x"}));
}

TEST_CASE("model screen: clusters join or not, as it was told", "[model]") {
  model_screen modern(20, 2);
  modern.write("👨‍👩‍👧‍👦❤\uFE0F🇨🇳e\u0301");
  CHECK(modern.cursor_column() == 7);
  model_screen old(20, 2, model_screen::widths::code_points);
  old.write("👨‍👩‍👧‍👦❤\uFE0F🇨🇳e\u0301");
  CHECK(old.cursor_column() == 12);
  CHECK(old.row(0) == modern.row(0));
}

TEST_CASE("model screen: erases, moves, saves and restores", "[model]") {
  model_screen screen(10, 3);
  screen.write("one\r\ntwo\r\nthree");
  screen.write("\r\x1b[1A\x1b[J");
  CHECK((screen.lines() == lines{"one"}));
  screen.write("ab\0337cd\0338X\x1b[K");
  CHECK(screen.row(1) == "abX");
  CHECK(screen.before_cursor() == "abX");
  screen.write("\x1b[H\x1b[2J");
  CHECK(screen.lines().empty());
  screen.write("\x1b[7mrev\x1b[0m\a\x1b]0;title\a");
  CHECK(screen.bells() == 1);
  CHECK(screen.title() == "title");
  CHECK(screen.unknown() == 0);
  screen.write("\x1b[3q\x01");
  CHECK(screen.unknown() == 2);
}

TEST_CASE("model screen: getting narrower wraps, getting wider joins again", "[model]") {
  model_screen screen(8, 3);
  screen.write("abcdefgh\r\nprompt> x");
  screen.resize(5, 3);
  CHECK((screen.lines() == lines{"abcdefgh", "prompt> x"}));
  CHECK(screen.cursor_row() == 2);
  CHECK(screen.before_cursor() == "t> x");
  screen.resize(12, 3);
  CHECK(screen.row(0) == "abcdefgh");
  CHECK(screen.row(1) == "prompt> x");
  CHECK(screen.cursor_row() == 1);
  CHECK(screen.cursor_column() == 9);
}

TEST_CASE("model screen: a terminal that does not re-flow cuts", "[model]") {
  model_screen screen(8, 3, model_screen::widths::clusters, false);
  screen.write("abcdefgh\r\nxyz");
  screen.resize(5, 3);
  CHECK((screen.lines() == lines{"abcde", "xyz"}));
}

TEST_CASE("model screen: a lower window keeps its cursor", "[model]") {
  model_screen screen(8, 4);
  screen.write("1\r\n2\r\n3\r\n4");
  screen.resize(8, 2);
  CHECK(screen.row(0) == "3");
  CHECK(screen.cursor_row() == 1);
  screen.resize(8, 4);
  CHECK(screen.row(0) == "1");
  CHECK((screen.lines() == lines{"1", "2", "3", "4"}));
}

}  // namespace confab::terminal::testing
