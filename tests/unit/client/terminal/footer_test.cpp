#include "client/terminal/footer.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "common/cells.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/client/terminal/desk.hpp"
#include "tests/unit/client/terminal/screen_check.hpp"

namespace confab::terminal {
namespace {

using testing::desk;
using testing::draft_problem;
using testing::model_screen;
using lines = std::vector<std::string>;

}  // namespace

TEST_CASE("footer: draws status and prompt with the cursor behind it", "[footer]") {
  desk d;
  d.update();
  CHECK(d.written == "\x1b[7m公聊 · 小明 · 在线 12\x1b[0m\r\n公聊[小明]> ");
  CHECK(d.screen.row(0) == "公聊 · 小明 · 在线 12");
  CHECK(d.input_row() == "公聊[小明]>");
  CHECK(d.screen.cursor_column() == 12);
  d.update();
  CHECK(d.written.empty());
}

TEST_CASE("footer: what is typed on at the end goes out alone", "[footer]") {
  desk d;
  d.update();
  d.draft("吗");
  CHECK(d.written == "吗");
  d.draft("吗a");
  CHECK(d.written == "a");
  d.draft("吗a\n");
  CHECK(d.written == "⏎");
  d.draft("吗a\nbc");
  CHECK(d.written == "bc");
  CHECK(draft_problem(d.screen, d.input).empty());
}

TEST_CASE("footer: a message stands above and leaves draft and cursor alone", "[footer]") {
  desk d;
  d.draft("今天我们去吃火锅");
  CHECK(d.screen.cursor_column() == 28);
  d.message("12:03 [公] 小红: 好");
  CHECK(d.screen.cursor_column() == 28);
  CHECK(draft_problem(d.screen, d.input).empty());
  CHECK((d.screen.lines() == lines{"12:03 [公] 小红: 好", "公聊 · 小明 · 在线 12", "公聊[小明]> 今天我们去吃火锅"}));
  d.draft(d.input.text, d.input.text.size() - 6);
  CHECK(d.screen.cursor_column() == 24);
  d.message("again");
  CHECK(d.screen.cursor_column() == 24);
  CHECK(draft_problem(d.screen, d.input).empty());
}

TEST_CASE("footer: many messages cost one redraw", "[footer]") {
  desk d;
  d.draft("draft");
  std::size_t payload = 0;
  for (int i = 0; i < 40; ++i) {
    const std::string line = "message " + std::to_string(i);
    d.foot.print(line);
    payload += line.size() + 2;
  }
  d.update();
  CHECK(d.written.size() < payload + 100);
  const lines all = d.screen.lines();
  REQUIRE(all.size() == 42);
  for (std::size_t i = 0; i < 40; ++i) CHECK(all[i] == "message " + std::to_string(i));
  CHECK(all.back() == "公聊[小明]> draft");
}

TEST_CASE("footer: a message longer than the window wraps and scrolls", "[footer]") {
  desk d(40, 6);
  d.draft("draft");
  std::string wide;
  for (int i = 0; i < 300; ++i) wide += "很";
  d.message(wide);
  CHECK(d.screen.lines().front() == wide);
  CHECK(draft_problem(d.screen, d.input).empty());
  CHECK(d.screen.last_row() == 5);
}

TEST_CASE("footer: every cluster can be typed, passed over and taken away without a trace", "[footer]") {
  const lines clusters{"a",          "你", "e\u0301", "👨‍👩‍👧‍👦",
                       "👍🏽",   "🇨🇳", "❤\uFE0F", "1\uFE0F\u20E3",
                       "\U0001FAFF", "한", "·",       "\n",
                       "\u200B"};
  for (const auto counting : {model_screen::widths::clusters, model_screen::widths::code_points}) {
    for (const std::string& one : clusters) {
      for (const std::string& other : clusters) {
        desk d(60, 8, {}, counting);
        const std::string text = "x" + one + other + "y";
        INFO(text << (counting == model_screen::widths::clusters ? " by clusters" : " by code points"));
        d.draft(text);
        CHECK(draft_problem(d.screen, d.input) == "");
        for (std::size_t caret = text.size(); caret > 0;) {
          caret = cells::previous_boundary(text, caret);
          d.draft(text, caret);
          CHECK(draft_problem(d.screen, d.input) == "");
          d.message("m");
          CHECK(draft_problem(d.screen, d.input) == "");
        }
        for (std::string left = text; !left.empty();) {
          left.resize(cells::previous_boundary(left, left.size()));
          d.draft(left);
          CHECK(draft_problem(d.screen, d.input) == "");
        }
        CHECK(d.input_row() == "公聊[小明]>");
        CHECK(d.screen.unknown() == 0);
      }
    }
  }
}

TEST_CASE("footer: a long draft scrolls sideways and never leaves its row", "[footer]") {
  for (const auto counting : {model_screen::widths::clusters, model_screen::widths::code_points}) {
    desk d(60, 14, {}, counting);
    std::string text;
    for (int i = 0; i < 50; ++i) {
      text += i % 10 == 9 ? "👨‍👩‍👧‍👦" : "字";
      d.draft(text);
      REQUIRE(draft_problem(d.screen, d.input) == "");
    }
    CHECK(d.screen.lines().size() == 2);
    for (std::size_t caret = text.size(); caret > 0;) {
      caret = cells::previous_boundary(text, caret);
      d.draft(text, caret);
      REQUIRE(draft_problem(d.screen, d.input) == "");
    }
    CHECK(d.input_row().starts_with("公聊[小明]> 字字字"));
    d.draft(text);
    CHECK(d.input_row().ends_with("字👨‍👩‍👧‍👦"));
    while (!text.empty()) {
      text.resize(cells::previous_boundary(text, text.size()));
      d.draft(text);
      REQUIRE(draft_problem(d.screen, d.input) == "");
    }
    CHECK(d.screen.lines().size() == 2);
  }
}

TEST_CASE("footer: a scrolled draft may change before its first visible place", "[footer]") {
  desk d(40, 10);
  const std::string text(100, 'x');
  d.draft(text);
  std::string other;
  for (int i = 0; i < 40; ++i) other += "你";
  d.draft(other);
  CHECK(draft_problem(d.screen, d.input) == "");
  CHECK(d.screen.unknown() == 0);
}

TEST_CASE("footer: the row uses all but two cells", "[footer]") {
  desk d(40, 10);
  d.input.prompt = "> ";
  for (const std::size_t size : {35U, 36U, 37U}) {
    d.draft(std::string(size, 'a'), 0);
    CHECK(d.input_row().size() == 2 + std::min<std::size_t>(size, 36));
  }
}

TEST_CASE("footer: the status row is dropped in a small window", "[footer]") {
  struct small_case {
    std::size_t columns, rows;
    bool status;
  };
  for (const small_case& each :
       {small_case{39, 24, false}, {40, 24, true}, {41, 24, true}, {80, 5, false}, {80, 6, true}, {80, 7, true}}) {
    desk d(each.columns, each.rows);
    d.draft("x");
    CHECK(d.screen.lines().size() == (each.status ? 2U : 1U));
    CHECK(draft_problem(d.screen, d.input) == "");
  }
}

TEST_CASE("footer: the status is clipped to its row and follows changes", "[footer]") {
  desk d(40, 10);
  std::string status;
  for (int i = 0; i < 60; ++i) status += "状";
  d.foot.set_status(status);
  d.draft("x");
  CHECK(d.screen.lines().size() == 2);
  CHECK(cells::width(d.screen.row(0)) == 38);
  d.foot.set_status("other");
  d.update();
  CHECK((d.screen.lines() == lines{"other", "公聊[小明]> x"}));
  d.foot.set_status("");
  d.update();
  CHECK((d.screen.lines() == lines{"公聊[小明]> x"}));
}

TEST_CASE("footer: without colour there is no SGR at all", "[footer]") {
  desk d(60, 10, {.reverse_status = false});
  d.draft("x");
  CHECK(d.written.find('m') == std::string::npos);
}

TEST_CASE("footer: bells and titles pass without a redraw", "[footer]") {
  desk d;
  d.draft("x");
  d.foot.pass("\a\x1b]0;(3) 公聊\a");
  d.update();
  CHECK(d.written == "\a\x1b]0;(3) 公聊\a");
  CHECK(d.screen.bells() == 1);
  CHECK(d.screen.title() == "(3) 公聊");
  d.foot.pass("\a");
  d.message("m");
  CHECK(d.screen.bells() == 2);
  CHECK(draft_problem(d.screen, d.input) == "");
}

TEST_CASE("footer: a question may fill the row, a prompt leaves room for the draft", "[footer]") {
  desk d(40, 10);
  d.input.prompt = std::string(60, 'p');
  d.draft("");
  CHECK(d.input_row() == std::string(38, 'p'));
  d.draft("draft");
  CHECK(d.input_row() == std::string(33, 'p') + "draft");
  d.draft(std::string(50, 'd'));
  CHECK(d.input_row().starts_with(std::string(26, 'p') + "<dd"));
}

TEST_CASE("footer: hiding prints what is pending and leaves a fresh row", "[footer]") {
  desk d;
  d.message("one");
  d.draft("draft");
  d.foot.print("two");
  d.screen.write(d.foot.hide(d.size()));
  CHECK((d.screen.lines() == lines{"one", "two"}));
  CHECK(d.screen.cursor_column() == 0);
  CHECK(d.screen.cursor_row() == 2);
  CHECK(d.foot.hide(d.size()).empty());
  d.update();
  CHECK(draft_problem(d.screen, d.input) == "");
}

TEST_CASE("footer: clearing draws it at the top with the draft", "[footer]") {
  desk d;
  d.message("one");
  d.draft("draft", 2);
  d.screen.write(d.foot.clear(d.input, d.size()));
  CHECK((d.screen.lines() == lines{"公聊 · 小明 · 在线 12", "公聊[小明]> draft"}));
  CHECK(draft_problem(d.screen, d.input) == "");
  d.message("two");
  CHECK(d.screen.lines().front() == "two");
}

TEST_CASE("footer: is never erased from the first cell of the window", "[footer]") {
  // tmux saves the window into its scrollback then, and the footer with it.
  desk d;
  d.draft("draft");
  d.message("one");
  CHECK(d.written.starts_with("\x1b[J\r\x1b[K\x1b[A\x1b[Kone\r\n"));
  CHECK(d.foot.clear(d.input, d.size()).starts_with("\x1b[J\r\x1b[K\x1b[A\x1b[K\x1b[H\x1b[2J"));
}

TEST_CASE("footer: a forgotten footer is drawn anew where the cursor is", "[footer]") {
  desk d;
  d.draft("draft");
  d.screen.write("\r\n$ fg\r\n");
  d.foot.forget();
  d.update();
  CHECK(draft_problem(d.screen, d.input) == "");
  CHECK((d.screen.lines() ==
         lines{"公聊 · 小明 · 在线 12", "公聊[小明]> draft", "$ fg", "公聊 · 小明 · 在线 12", "公聊[小明]> draft"}));
}

}  // namespace confab::terminal
