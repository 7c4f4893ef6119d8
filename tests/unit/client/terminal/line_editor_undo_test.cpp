#include "client/terminal/line_editor_undo.hpp"

#include <random>
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

constexpr const char* undo = "\x1f";  // Ctrl-_

struct undo_case {
  const char* keys;
  std::vector<const char*> views;  // after each undo
};

}  // namespace

TEST_CASE("undo: takes back each kind of change, with the caret where it was", "[undo]") {
  const std::vector<undo_case> cases{
      {"hello", {"|"}},
      {"hello big world", {"hello big |", "hello |", "|"}},
      {"你好 世界", {"你好 |", "|"}},
      {"ab\x01"
       "cd",
       {"|ab", "|"}},                                      // typed in another place
      {"abc\x7f\x7f", {"abc|", "|"}},                      // Backspace
      {"abcd\x1b[D\x1b[D\x1b[3~\x1b[3~", {"ab|cd", "|"}},  // Del
      {"abcd\x1b[D\x1b[D\x7f\x1b[3~", {"ab|cd", "|"}},     // both from one place
      {"abcd\x1b[D\x1b[D\x1b[3~\x7f", {"ab|cd", "|"}},
      {"one two\x17", {"one two|", "one |", "|"}},
      {"one two\x15", {"one two|", "one |", "|"}},
      {"one two\x01\x0b", {"|one two", "one |", "|"}},
      {"one two\x17\x19\x19", {"one two|", "one |", "one two|", "one |", "|"}},
      {"ab\x14", {"ab|", "|"}},
      {"draft\x03", {"draft|", "|"}},
      {"one two\x1fx", {"one |", "|"}},  // what is typed after an undo is a change of its own
      {"x\x1b[200~a\nb c\x1b[201~", {"x|", "|"}},
      {"bo\t", {"bo|", "|"}},
      {"b\x1b[200~o\x1b[201~\t", {"bo|", "|"}},
      {"new\x01\x1b[A", {"|new", "|"}},  // a line of the history in its place
  };
  for (const undo_case& each : cases) {
    history past;
    past.add("old");
    line_editor editor(language::en);
    editor.set_history(&past);
    editor.set_completion([] { return client::completion_words{.names = {"Bob"}, .commands = {}}; });
    typist hands(editor);
    hands.type(each.keys);
    INFO(each.keys);
    for (const char* view : each.views) {
      CHECK(hands.type(undo).empty());
      CHECK(with_caret(editor.view()) == view);
    }
    const auto events = hands.type(undo);
    REQUIRE(events.size() == 1);
    CHECK((events[0].what == kind::refused));
  }
}

TEST_CASE("undo: what was sent cannot be had back by it", "[undo]") {
  line_editor editor(language::en);
  typist hands(editor);
  hands.type("sent\r");
  CHECK(hands.type(undo).size() == 1);
  CHECK(editor.text().empty());
  hands.type("more");
  editor.set_text("by the owner");
  CHECK(hands.type(undo).size() == 1);
  CHECK(editor.text() == "by the owner");
}

TEST_CASE("undo: is of no use while the editor asks, and takes what a search found back", "[undo]") {
  history past;
  past.add("found");
  line_editor editor(language::en);
  editor.set_history(&past);
  typist hands(editor);
  hands.type(
      "draft\x12"
      "fou");
  hands.type(undo);
  CHECK(with_caret(editor.view()) == "draft|");
  hands.type("\x15\x1b[200~a\nb\x1b[201~\r");
  CHECK((hands.type(undo).at(0).what == kind::refused));
  CHECK((hands.type("y").at(0).lines.size() == 2));
}

TEST_CASE("undo: any row of changes can be walked back, whatever they were", "[undo]") {
  // The slow model: every text and caret there ever was.
  std::mt19937 random(11);
  const std::vector<std::string> texts{
      "a", "你", " ", "word", "e\u0301", "👨‍👩‍👧‍👦", "a longer paste\nof two lines"};
  std::size_t undone = 0;
  for (int round = 0; round < 300; ++round) {
    editor_buffer buffer(4000);
    std::vector<std::string> seen{""};
    for (int step = 0; step < 60; ++step) {
      switch (random() % 14) {
        case 0: buffer.left(); break;
        case 1: buffer.right(); break;
        case 2: buffer.erase_left(); break;
        case 3: buffer.erase_right(); break;
        case 4: buffer.kill_word_left(); break;
        case 5: buffer.kill_word_right(); break;
        case 6: buffer.kill_to_end(); break;
        case 7: buffer.yank(); break;
        case 8: buffer.transpose(); break;
        case 9: buffer.to_start(); break;
        case 10: buffer.assign(texts[random() % texts.size()]); break;
        default: buffer.insert(texts[random() % texts.size()]); break;
      }
      if (buffer.text() != seen.back()) seen.push_back(buffer.text());
    }
    // Each undo leads to a text that was there before the last one; the last to the empty line.
    std::size_t at = seen.size();
    while (buffer.undo()) {
      ++undone;
      bool found = false;
      while (at-- > 0 && !found) found = seen[at] == buffer.text();
      ++at;
      if (!found) FAIL("'" << buffer.text() << "' never stood there, or later");
      if (buffer.caret() > buffer.text().size()) FAIL("the caret is outside");
    }
    if (!buffer.text().empty()) FAIL("'" << buffer.text() << "' is left");
  }
  CHECK(undone > 3000);
}

TEST_CASE("undo: keeps so many changes and bytes, the newest of them", "[undo]") {
  for (const std::size_t count : {undo_stack::max_edits - 1, undo_stack::max_edits, undo_stack::max_edits + 1}) {
    undo_stack all(1000);
    for (std::size_t i = 0; i < count; ++i) all.note({i, "", 7, 0}, change_kind::other, "a paste");
    CHECK(all.size() == std::min(count, undo_stack::max_edits));
    CHECK(all.take()->at == count - 1);
  }
  for (const std::size_t size : {99U, 100U, 101U}) {
    undo_stack all(200);
    all.note({1, std::string(100, 'x'), 0, 0}, change_kind::other, "");
    all.note({2, std::string(size, 'x'), 0, 0}, change_kind::other, "");
    CHECK(all.size() == (size <= 100 ? 2U : 1U));
    CHECK(all.bytes() == (size <= 100 ? 100 + size : size));
    CHECK(all.take()->at == 2);
  }
  // Erasing letter by letter counts, too.
  undo_stack letters(10);
  for (std::size_t i = 20; i-- > 9;) letters.note({i, "x", 0, i + 1}, change_kind::erased, "");
  CHECK(letters.bytes() <= 10);
  undo_stack none(10);
  none.note({0, std::string(11, 'x'), 0, 0}, change_kind::other, "");
  CHECK(none.size() == 0);
  CHECK(none.bytes() == 0);
  CHECK_FALSE(none.take().has_value());
  // What is taken back makes room again.
  undo_stack again(100);
  for (int i = 0; i < 10; ++i) {
    again.note({0, std::string(60, 'x'), 0, 0}, change_kind::other, "");
    CHECK(again.bytes() == 60);
    CHECK(again.take().has_value());
    CHECK(again.bytes() == 0);
  }
}

}  // namespace confab::terminal
