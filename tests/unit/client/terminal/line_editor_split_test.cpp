#include <string>
#include <vector>

#include "client/terminal/line_editor.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/client/terminal/typist.hpp"

namespace confab::terminal {
namespace {

using kind = editor_event::kind;
using testing::typist;
using testing::with_caret;
using lines = std::vector<std::string>;

struct limited_editor {
  history past;
  line_editor editor{language::en};
  typist hands{editor};

  explicit limited_editor(std::size_t limit) {
    editor.set_history(&past);
    editor.set_prompt("> ");
    editor.set_limit(limit);
  }
};

}  // namespace

TEST_CASE("editor: a line over the limit is sent in parts when the person says so", "[editor]") {
  limited_editor e(16);
  e.hands.type("twelve bytes and some more");
  CHECK(e.hands.type("\r").empty());
  CHECK(e.editor.view().prompt == "26 bytes, a message takes 16: y send 2 parts / n keep editing ");
  CHECK((e.editor.view().narrower == lines{"Too long: y send 2 parts, n edit ", "2 parts y/n? "}));
  SECTION("y sends them") {
    const auto events = e.hands.type(GENERATE("y", "Y"));
    REQUIRE(events.size() == 1);
    CHECK((events[0].what == kind::submit));
    CHECK((events[0].lines == lines{"twelve bytes and", "some more"}));
    CHECK((events[0].parts == std::vector<bool>{true, true}));
    CHECK(e.editor.text().empty());
    CHECK(e.past.at(0) == "twelve bytes and some more");
  }
  SECTION("n, Enter, Ctrl-G and Ctrl-C go on editing") {
    CHECK(e.hands.type(GENERATE("n", "N", "\r", "\x07", "\x03")).empty());
    CHECK(with_caret(e.editor.view()) == "twelve bytes and some more|");
  }
  SECTION("there is nothing to join") {
    const auto events = e.hands.type("j");
    REQUIRE(events.size() == 1);
    CHECK((events[0].what == kind::refused));
    CHECK(e.hands.type("y").size() == 1);
  }
}

TEST_CASE("editor: a line is asked about from one byte over the limit on", "[editor]") {
  for (const std::size_t size : {31U, 32U, 33U}) {
    limited_editor e(32);
    // Blanks around it are not sent.
    const auto events = e.hands.type("  " + std::string(size, 'x') + "  \r");
    CHECK(events.empty() == (size == 33));
  }
}

TEST_CASE("editor: without a limit, and for commands, nothing is split", "[editor]") {
  for (const auto& [limit, line] :
       {std::pair{0U, std::string(5000, 'x')}, std::pair{16U, "/topic " + std::string(90, 'x')},
        std::pair{16U, "//" + std::string(90, 'x')}}) {
    limited_editor e(limit);
    const auto events = e.hands.type(line + "\r");
    REQUIRE(events.size() == 1);
    CHECK((events[0].lines == lines{line}));
    CHECK(events[0].parts.empty());
  }
}

TEST_CASE("editor: in a paste the lines over the limit are split, and the others are lines", "[editor]") {
  limited_editor e(16);
  e.hands.type("\x1b[200~/who\ntwelve bytes and some more\nshort\x1b[201~\r");
  CHECK(e.editor.view().prompt == "3 lines pasted: y send 4 / j join into one / n keep editing ");
  SECTION("y sends them") {
    const auto events = e.hands.type("y");
    REQUIRE(events.size() == 1);
    CHECK((events[0].lines == lines{"/who", "twelve bytes and", "some more", "short"}));
    CHECK((events[0].parts == std::vector<bool>{false, true, true, false}));
  }
}

TEST_CASE("editor: lines that are too long when joined are asked about again", "[editor]") {
  limited_editor e(16);
  e.hands.type("\x1b[200~one two three\nfour five six\x1b[201~\rj");
  CHECK(e.editor.view().prompt == "27 bytes, a message takes 16: y send 2 parts / n keep editing ");
  const auto events = e.hands.type("y");
  REQUIRE(events.size() == 1);
  CHECK((events[0].lines == lines{"one two three", "four five six"}));
  CHECK((events[0].parts == std::vector<bool>{true, true}));
}

}  // namespace confab::terminal
