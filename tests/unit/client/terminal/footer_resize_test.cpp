#include <string>
#include <vector>

#include "client/terminal/footer.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/client/terminal/desk.hpp"
#include "tests/unit/client/terminal/screen_check.hpp"

namespace confab::terminal {
namespace {

using testing::desk;
using testing::draft_problem;
using lines = std::vector<std::string>;

}  // namespace

TEST_CASE("footer: resizing loses no message and leaves nothing behind", "[footer]") {
  const std::string short_draft = "今天去";
  std::string long_draft;
  for (int i = 0; i < 60; ++i) long_draft += i % 2 == 0 ? "长" : "x";
  for (const std::string& text : {std::string{}, short_draft, long_draft}) {
    for (const std::size_t caret : {text.size(), text.size() / 8 * 4, std::size_t{0}}) {
      desk d(60, 14);
      for (int i = 0; i < 12; ++i) d.foot.print("message " + std::to_string(i));
      d.draft(text, caret);
      int number = 12;
      for (const std::size_t columns : {40U, 25U, 70U, 50U, 37U, 25U, 18U, 33U, 60U, 90U, 41U, 12U, 60U}) {
        INFO("draft of " << text.size() << " bytes, caret " << caret << ", now " << columns << " columns");
        d.screen.resize(columns, 14);
        d.update();
        CHECK(draft_problem(d.screen, d.input) == "");
        d.message("message " + std::to_string(number++));
        CHECK(draft_problem(d.screen, d.input) == "");
        const lines all = d.screen.lines();
        const bool status = columns >= 40;
        REQUIRE(all.size() == static_cast<std::size_t>(number) + (status ? 2 : 1));
        for (std::size_t i = 0; i < static_cast<std::size_t>(number); ++i)
          CHECK(all[i] == "message " + std::to_string(i));
      }
    }
  }
}

TEST_CASE("footer: several resizes at once are one to it", "[footer]") {
  desk d(60, 14);
  d.message("message");
  d.draft("a draft of some length, so that it wraps more than once");
  for (const std::size_t columns : {50U, 37U, 25U, 33U, 30U}) d.screen.resize(columns, 14);
  d.update();
  CHECK(draft_problem(d.screen, d.input) == "");
  CHECK(d.screen.lines().size() == 2);
}

TEST_CASE("footer: a terminal that does not re-flow loses no message either", "[footer]") {
  desk d(60, 14, {.reflows = false});
  d.message("one");
  d.draft("a draft of some length, so that it would wrap more than once");
  for (const std::size_t columns : {40U, 20U, 60U}) {
    d.screen.resize(columns, 14);
    d.message("at " + std::to_string(columns));
    CHECK(draft_problem(d.screen, d.input) == "");
  }
  const lines all = d.screen.lines();
  CHECK((lines(all.begin(), all.begin() + 4) == lines{"one", "at 40", "at 20", "at 60"}));
  CHECK(all.size() == 6);
}

TEST_CASE("footer: lower and higher windows keep it at the bottom", "[footer]") {
  desk d(60, 14);
  for (int i = 0; i < 30; ++i) d.foot.print(std::to_string(i));
  d.draft("draft");
  for (const std::size_t rows : {8U, 5U, 2U, 1U, 3U, 20U, 40U}) {
    d.screen.resize(60, rows);
    d.message("at " + std::to_string(rows));
    CHECK(draft_problem(d.screen, d.input) == "");
  }
  const lines all = d.screen.lines();
  for (std::size_t i = 0; i < 30; ++i) CHECK(all[i] == std::to_string(i));
}

TEST_CASE("footer: windows of hardly any width show what they can", "[footer]") {
  for (std::size_t columns = 1; columns < 16; ++columns) {
    desk d(columns, 6);
    INFO(columns << " columns");
    d.draft("你好 draft");
    CHECK(d.screen.lines().size() <= 1);
    CHECK(d.screen.cursor_row() == 0);
    d.draft("你好 draft", 0);
    CHECK(d.screen.cursor_row() == 0);
    CHECK(d.screen.unknown() == 0);
  }
}

TEST_CASE("footer: knows which terminals do not re-flow", "[footer]") {
  CHECK(reflows_on_resize("xterm-256color", nullptr, nullptr));
  CHECK(reflows_on_resize("tmux-256color", nullptr, "/tmp/tmux"));
  CHECK(reflows_on_resize("screen-256color", nullptr, "/tmp/tmux"));
  CHECK(reflows_on_resize("xterm-256color", "XTerm(379)", "/tmp/tmux"));
  CHECK(reflows_on_resize("xterm", "", ""));
  CHECK(reflows_on_resize(nullptr, nullptr, nullptr));
  CHECK_FALSE(reflows_on_resize("xterm-256color", "XTerm(379)", nullptr));
  CHECK_FALSE(reflows_on_resize("linux", nullptr, nullptr));
  CHECK_FALSE(reflows_on_resize("screen.xterm", nullptr, nullptr));
  CHECK_FALSE(reflows_on_resize("screen-256color", nullptr, nullptr));
  CHECK_FALSE(reflows_on_resize("st-256color", nullptr, nullptr));
  CHECK_FALSE(reflows_on_resize("rxvt-unicode-256color", nullptr, nullptr));
}

}  // namespace confab::terminal
