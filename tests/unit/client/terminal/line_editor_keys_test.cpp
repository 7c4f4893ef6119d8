#include <string>
#include <string_view>
#include <vector>

#include "client/terminal/line_editor.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/client/terminal/typist.hpp"

namespace confab::terminal {
namespace {

using testing::typist;
using testing::with_caret;

struct edit_case {
  const char* what;
  std::string_view start;  // typed first
  std::string_view keys;   // typed then
  std::string_view expected;
};

const std::vector<edit_case> edits{
    {"typing", "", "abc", "abc|"},
    {"typing Chinese", "", "你好", "你好|"},
    {"typing inside", "ac", "\x1b[Db", "ab|c"},
    {"Left", "ab", "\x1b[D", "a|b"},
    {"Left at the start", "a", "\x1b[D\x1b[D", "|a"},
    {"Ctrl-B", "ab", "\x02", "a|b"},
    {"Right", "ab", "\x01\x1b[C", "a|b"},
    {"Right at the end", "ab", "\x1b[C", "ab|"},
    {"Ctrl-F", "ab", "\x01\x06", "a|b"},
    {"Left over a wide character", "a你", "\x1b[D", "a|你"},
    {"Left over a family", "a👨‍👩‍👧‍👦", "\x1b[D", "a|👨‍👩‍👧‍👦"},
    {"Left over an accent", "ae\u0301", "\x1b[D", "a|e\u0301"},
    {"Right over a flag", "🇨🇳🇩🇪", "\x01\x1b[C", "🇨🇳|🇩🇪"},
    {"Home", "ab c", "\x1b[H", "|ab c"},
    {"Ctrl-A", "ab c", "\x01", "|ab c"},
    {"End", "ab c", "\x01\x1b[F", "ab c|"},
    {"Ctrl-E", "ab c", "\x01\x05", "ab c|"},
    {"Alt-B", "one two  ", "\033b", "one |two  "},
    {"Alt-B inside a word", "one two", "\x1b[D\033b", "one |two"},
    {"Alt-B at a word", "one two", "\033b\033b", "|one two"},
    {"Alt-B over Chinese", "去 吃火锅吗", "\033b", "去 |吃火锅吗"},
    {"Alt-B over an ideographic space", "去\u3000吃火锅", "\033b", "去\u3000|吃火锅"},
    {"Alt-F", "one two", "\x01\033f", "one| two"},
    {"Alt-F from a blank", "one  two x", "\x01\033f\033f", "one  two| x"},
    {"Ctrl-Left", "one two", "\x1b[1;5D", "one |two"},
    {"Ctrl-Right", "one two", "\x01\x1b[1;5C", "one| two"},
    {"Alt-Left", "one two", "\x1b[1;3D", "one |two"},
    {"Alt-Right", "one two", "\x01\x1b[1;3C", "one| two"},
    {"Backspace", "ab", "\x7f", "a|"},
    {"Ctrl-H", "ab", "\x08", "a|"},
    {"Backspace at the start", "ab", "\x01\x7f", "|ab"},
    {"Backspace on a wide character", "端子载", "\x7f\x7f", "端|"},
    {"Backspace on a family", "a👨‍👩‍👧‍👦", "\x7f", "a|"},
    {"Backspace on a skin tone", "b👍🏽", "\x7f", "b|"},
    {"Backspace on a flag", "c🇨🇳", "\x7f", "c|"},
    {"Backspace on a heart", "d❤\uFE0F", "\x7f", "d|"},
    {"Backspace on an accent", "e\u0301", "\x7f", "|"},
    {"Del", "ab", "\x01\x1b[3~", "|b"},
    {"Del at the end", "ab", "\x1b[3~", "ab|"},
    {"Del on a flag", "🇨🇳x", "\x01\x1b[3~", "|x"},
    {"Ctrl-D on a draft", "ab", "\x01\x04", "|b"},
    {"Ctrl-W", "one two ", "\x17", "one |"},
    {"Ctrl-W inside a word", "one two", "\x1b[D\x17", "one |o"},
    {"Alt-Backspace", "one two", "\x1b\x7f", "one |"},
    {"Alt-D", "one two", "\x01\033d", "| two"},
    {"Ctrl-Del", "one two", "\x01\x1b[3;5~", "| two"},
    {"Ctrl-U", "one two", "\033b\x15", "|two"},
    {"Ctrl-K", "one two", "\033b\x0b", "one |"},
    {"Ctrl-U and Ctrl-Y", "one two", "\033b\x15\x05\x19", "twoone |"},
    {"Ctrl-W twice and Ctrl-Y", "a b c", "\x17\x17\x19", "a b c|"},
    {"Ctrl-W, a move, Ctrl-W, Ctrl-Y", "a b c", "\x17\x1b[D\x1b[C\x17\x19", "a b |"},
    {"Ctrl-Y twice", "ab", "\x15\x19\x19", "abab|"},
    {"Ctrl-C clears", "ab", "\x03", "|"},
    {"Ctrl-C and Ctrl-Y", "ab", "\x03\x19", "ab|"},
    {"Ctrl-T at the end", "ab", "\x14", "ba|"},
    {"Ctrl-T inside", "abc", "\x1b[D\x1b[D\x14", "ba|c"},
    {"Ctrl-T on clusters", "你👍🏽", "\x14", "👍🏽你|"},
    {"a paste", "ab", "\x1b[D\x1b[200~x\ny\x1b[201~", "ax\ny|b"},
    {"a paste with sequences", "", "\x1b[200~a\x1b[2Jb\x1b[201~", "a[2Jb|"},
    {"keys that mean nothing", "ab", "\x1b[5~\x07\x0f\x11\x13\x16\x18\033x\x1b\x01", "ab|"},
    {"Tab without anything to complete", "ab", "\t\x1b[Z", "ab|"},
    {"Up and Ctrl-R without a history", "ab", "\x1b[A\x1b[B\x12", "ab|"},
};

}  // namespace

TEST_CASE("editor: every key edits as it should", "[editor]") {
  for (const edit_case& each : edits) {
    INFO(each.what);
    line_editor editor(language::en);
    typist hands(editor);
    hands.type(each.start);
    hands.type(each.keys);
    CHECK(with_caret(editor.view()) == each.expected);
  }
}

TEST_CASE("editor: every key edits the same when its bytes come one at a time", "[editor]") {
  for (const edit_case& each : edits) {
    INFO(each.what);
    line_editor editor(language::en);
    typist hands(editor);
    for (const char c : std::string{each.start} + std::string{each.keys}) hands.type({&c, 1});
    CHECK(with_caret(editor.view()) == each.expected);
  }
}

}  // namespace confab::terminal
