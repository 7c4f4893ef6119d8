#include <string>
#include <vector>

#include "client/terminal/footer.hpp"
#include "client/terminal/line_editor_texts.hpp"
#include "common/cells.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/client/terminal/desk.hpp"
#include "tests/unit/client/terminal/screen_check.hpp"

namespace confab::terminal {
namespace {

using testing::desk;
using testing::draft_problem;

}  // namespace

TEST_CASE("footer: marks say where a draft goes on beyond the row", "[footer]") {
  desk d(40, 10, {.reverse_status = false});
  d.input.prompt = "> ";
  const std::string text = "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz0123456789";
  d.draft(text);
  CHECK(d.input_row().starts_with("> <"));
  CHECK(d.input_row().ends_with("789"));
  d.draft(text, 0);
  CHECK(d.input_row() == "> " + text.substr(0, 35) + ">");
  CHECK(d.screen.cursor_column() == 2);
  d.draft(text, 31);
  CHECK(d.input_row() == "> " + text.substr(0, 35) + ">");  // the caret is in sight, so nothing moves
  d.draft(text, 40);
  CHECK(d.input_row().starts_with("> <"));
  CHECK(d.input_row().ends_with(">"));
  CHECK(d.input_row().size() == 38);
  d.draft("short");
  CHECK(d.input_row() == "> short");
}

TEST_CASE("footer: the row has marks from one cell too many on", "[footer]") {
  for (const std::size_t size : {35U, 36U, 37U}) {
    for (const bool at_end : {false, true}) {
      desk d(40, 10, {.reverse_status = false});
      d.input.prompt = "> ";
      d.draft(std::string(size, 'a'), at_end ? size : 0);
      const std::string row = d.input_row();
      CHECK((row.find_first_of("<>", 2) != std::string::npos) == (size == 37));
    }
  }
}

TEST_CASE("footer: what was scrolled comes back while the draft is erased", "[footer]") {
  desk d(40, 10, {.reverse_status = false});
  d.input.prompt = "> ";
  std::string text;
  while (text.size() < 80) text += "abcdefghij";
  d.draft(text);
  std::size_t rows = 0;
  for (; text.size() > 36; text.pop_back()) {
    d.draft(text);
    ++rows;
    // Never less than a third of the row, so that one sees what comes next.
    if (d.input_row().size() < 2 + 11) FAIL("'" << d.input_row() << "'");
  }
  CHECK(rows == 44);
  d.draft(text);
  CHECK(d.input_row() == "> " + text);
}

TEST_CASE("footer: marks are reverse where there is SGR, and too small a window has none", "[footer]") {
  desk d(40, 10);
  d.input.prompt = "> ";
  d.draft(std::string(100, 'a'));
  CHECK(d.written.find("\x1b[7m<\x1b[0m") != std::string::npos);
  d.draft(std::string(100, 'a'), 0);
  CHECK(d.written.find("\x1b[7m>\x1b[0m") != std::string::npos);
  desk tiny(10, 10);
  tiny.input.prompt = "> ";
  tiny.draft(std::string(100, 'a'), 50);
  CHECK(tiny.input_row().find_first_of("<>", 2) == std::string::npos);
}

TEST_CASE("footer: every window from 1 to 100 cells holds every row of a long draft", "[footer]") {
  std::string text;
  for (int i = 0; i < 30; ++i) text += i % 7 == 3 ? "👨‍👩‍👧‍👦" : i % 3 == 0 ? "字" : "ab";
  std::vector<std::size_t> carets{0};
  while (carets.back() < text.size()) carets.push_back(cells::next_boundary(text, carets.back()));
  for (std::size_t columns = 1; columns <= 100; ++columns) {
    desk d(columns, 3);
    d.input.prompt = "> ";
    for (const std::size_t caret : carets) {
      d.draft(text, caret);
      if (d.screen.cursor_row() != 0 || d.screen.last_row() != 0) FAIL(columns << " columns, caret " << caret);
      if (columns >= 30) {
        const std::string problem = draft_problem(d.screen, d.input);
        if (!problem.empty()) FAIL(columns << " columns, caret " << caret << ": " << problem);
      }
    }
  }
}

TEST_CASE("footer: a question is asked in the words that the window has room for", "[footer]") {
  struct width_case {
    std::size_t columns;
    std::size_t chosen;
  };
  for (const language lang : {language::en, language::zh}) {
    for (const std::size_t lines : {2U, 2000U, 524288U}) {
      for (const question_words& words :
           {pasted_question(lang, lines, lines), split_question(lang, 1'048'576, 4080, lines / 8)}) {
        REQUIRE(words.size() == 3);
        CHECK(cells::most_width(words[0]) + 2 <= 76);
        CHECK(cells::most_width(words[1]) + 2 <= 40);
        CHECK(cells::most_width(words[2]) + 2 <= 24);
        for (const width_case& each : {width_case{76, 0}, {80, 0}, {40, 1}, {24, 2}}) {
          desk d(each.columns, 10);
          d.input.prompt = words[0];
          d.input.narrower = {words[1], words[2]};
          d.draft("");
          INFO(each.columns << " columns: " << d.input_row());
          const std::size_t chosen = each.columns == 40 && cells::most_width(words[0]) + 2 <= 40 ? 0 : each.chosen;
          CHECK(d.input_row() + ' ' == words[chosen]);
        }
      }
    }
  }
  desk d(6, 10);
  d.input.prompt = "a question";
  d.input.narrower = {"narrow?", "n/y?!"};
  d.draft("");
  CHECK(d.input_row() == "n/y?");  // cut where nothing fits
}

TEST_CASE("footer: a draft of a megabyte is drawn from what is in sight", "[footer]") {
  // Without the neighbourhood alone being looked at, this takes minutes.
  for (const std::string& piece : {std::string("x"), std::string("很"), std::string("e\u0301 ")}) {
    desk d(80, 10);
    d.input.prompt = "> ";
    std::string text;
    while (text.size() < 1'000'000) text += piece;
    d.draft(text);
    for (int i = 0; i < 300; ++i) {
      text += piece;
      d.draft(text);
    }
    CHECK(draft_problem(d.screen, d.input).empty());
    d.draft(text, 0);
    CHECK(draft_problem(d.screen, d.input).empty());
  }
}

}  // namespace confab::terminal
