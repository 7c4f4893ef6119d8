#include "client/terminal/line_editor.hpp"

#include <string>
#include <string_view>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/unit/client/terminal/typist.hpp"

namespace confab::terminal {
namespace {

using kind = editor_event::kind;
using testing::typist;
using testing::with_caret;
using lines = std::vector<std::string>;

struct editor_with_history {
  history past;
  line_editor editor{language::en};
  typist hands{editor};

  explicit editor_with_history(const lines& sent = {}) {
    for (const std::string& line : sent) past.add(line);
    editor.set_history(&past);
    editor.set_prompt("> ");
  }
  std::string view() const { return with_caret(editor.view()); }
};

}  // namespace

TEST_CASE("editor: enter submits the line and leaves an empty draft", "[editor]") {
  for (const char* enter : {"\r", "\n", "\x1b\r"}) {
    line_editor editor(language::en);
    typist hands(editor);
    const auto events = hands.type(std::string{"a你"} + enter);
    REQUIRE(events.size() == 1);
    CHECK((events[0].what == kind::submit));
    CHECK((events[0].lines == lines{"a你"}));
    CHECK(editor.text().empty());
  }
}

TEST_CASE("editor: enter on nothing submits one empty line", "[editor]") {
  line_editor editor(language::en);
  const auto events = typist(editor).type("\r");
  REQUIRE(events.size() == 1);
  CHECK((events[0].lines == lines{""}));
}

TEST_CASE("editor: keys for the owner come out as events", "[editor]") {
  struct event_case {
    const char* keys;
    kind expected;
  };
  for (const event_case& each : {event_case{"\x04", kind::eof},
                                 {"\x03", kind::interrupt},
                                 {"\x0c", kind::clear},
                                 {"\x1a", kind::suspend},
                                 {"\x7f", kind::refused},
                                 {"\x1b[A", kind::refused},
                                 {"\t", kind::refused},
                                 {"\x12", kind::refused},
                                 {"\x19", kind::refused}}) {
    line_editor editor(language::en);
    const auto events = typist(editor).type(each.keys);
    REQUIRE(events.size() == 1);
    CHECK((events[0].what == each.expected));
  }
}

TEST_CASE("editor: clear and suspend leave the draft alone", "[editor]") {
  line_editor editor(language::en);
  typist hands(editor);
  CHECK(hands.type("ab\x1b[D\x0c\x1a").size() == 2);
  CHECK(with_caret(editor.view()) == "a|b");
}

TEST_CASE("editor: a full line refuses more and keeps what it has", "[editor]") {
  line_editor editor(language::en, 4);
  const auto events = typist(editor).type("abc你d");
  REQUIRE(events.size() == 1);
  CHECK((events[0].what == kind::refused));
  CHECK(editor.text() == "abcd");
}

TEST_CASE("editor: a paste comes whole or is refused whole with its size", "[editor]") {
  for (const std::size_t size : {99U, 100U, 101U, 5000U}) {
    line_editor editor(language::en, 100 + 1);
    typist hands(editor);
    hands.type("a");
    const std::string pasted(size, 'p');
    const auto events = hands.type("\x1b[200~" + pasted + "\x1b[201~");
    if (size <= 100) {
      CHECK(events.empty());
      CHECK(editor.text() == "a" + pasted);
    } else {
      REQUIRE(events.size() == 1);
      CHECK((events[0].what == kind::remark));
      CHECK((events[0].lines ==
             lines{"Not pasted: " + std::to_string(size) + " bytes do not fit, a draft holds 101 in all"}));
      CHECK(editor.text() == "a");
    }
  }
}

TEST_CASE("editor: a paste of a megabyte in thousands of lines is counted right and sent whole", "[editor]") {
  lines all;
  std::string pasted;
  while (pasted.size() + 520 < 1'000'000) {
    all.push_back("line " + std::to_string(all.size()) + ' ' + std::string(all.size() % 500, 'x'));
    pasted += all.back() + '\n';
  }
  const std::string count = std::to_string(all.size());
  line_editor editor(language::en);
  typist hands(editor);
  CHECK(hands.type("\x1b[200~" + pasted + "\x1b[201~\r").empty());
  CHECK(editor.view().prompt == count + " lines pasted: y send " + count + " / j join into one / n keep editing ");
  const auto events = hands.type("y");
  REQUIRE(events.size() == 1);
  CHECK((events[0].lines == all));
}

TEST_CASE("editor: of a paste beyond what is kept the size is told right", "[editor]") {
  const std::size_t size = key_decoder::max_paste + GENERATE(0U, 1U, 12345U);
  line_editor editor(language::zh);
  typist hands(editor);
  const auto events = hands.type("\x1b[200~" + std::string(size, 'p') + "\x1b[201~");
  if (size == key_decoder::max_paste) {
    CHECK(events.empty());
    CHECK(editor.text().size() == size);
  } else {
    REQUIRE(events.size() == 1);
    CHECK((events[0].lines == lines{"没有粘贴：" + std::to_string(size) + " 字节放不下，输入行总共最多 1048576"}));
    CHECK(editor.text().empty());
  }
}

TEST_CASE("editor: a paste that is cut inside a character is too big, not wrongly encoded", "[editor]") {
  std::string pasted;
  while (pasted.size() <= key_decoder::max_paste) pasted += "你";
  for (int shift = 0; shift < 3; ++shift) {
    line_editor editor(language::en);
    typist hands(editor);
    const auto events = hands.type("\x1b[200~" + pasted + "\x1b[201~");
    REQUIRE(events.size() == 1);
    CHECK(events[0].lines.at(0).starts_with("Not pasted: " + std::to_string(pasted.size()) + " bytes do not fit"));
    pasted.insert(0, "x");
  }
}

TEST_CASE("editor: what is not UTF-8 is left out and said once a line, and the line is not sent unasked", "[editor]") {
  for (const auto& [typed, kept] : std::vector<std::pair<std::string, std::string>>{{"caf\xe9 au lait", "caf au lait"},
                                                                                    {"\xc4\xe3\xba\xc3x", "x"},
                                                                                    {"a\xff", "a"},
                                                                                    {"Stra\xdf"
                                                                                     "e",
                                                                                     "Strae"}}) {
    INFO(kept);
    editor_with_history e;
    auto events = e.hands.type(typed);
    REQUIRE_FALSE(events.empty());
    CHECK((events[0].what == kind::remark));
    CHECK((events[0].lines == lines{"Left out: what came from this terminal is not UTF-8. Set its encoding to UTF-8"}));
    for (std::size_t i = 1; i < events.size(); ++i) CHECK((events[i].what == kind::refused));
    CHECK(e.editor.text() == kept);
    events = e.hands.type("\r");
    REQUIRE(events.size() == 1);
    CHECK((events[0].what == kind::remark));
    CHECK((events[0].lines == lines{"Not sent: the line lacks what was not UTF-8; Enter again sends it as it stands"}));
    CHECK(e.editor.text() == kept);
    SECTION("Enter again sends it") {
      events = e.hands.type("\r");
      REQUIRE(events.size() == 1);
      CHECK((events[0].lines == lines{kept}));
    }
    SECTION("more of it asks again") {
      CHECK((e.hands.type("\xff\r").size() == 2));
      CHECK(e.editor.text() == kept);
    }
  }
}

TEST_CASE("editor: nothing is asked about a line that was cleared after something was left out of it", "[editor]") {
  for (const char* cleared : {"\x03", "\x15", "\x7f"}) {
    editor_with_history e;
    CHECK(e.hands.type("a\xff\xff").size() == 2);
    e.hands.type(cleared);
    CHECK(e.editor.text().empty());
    const auto events = e.hands.type("whole\r");
    REQUIRE(events.size() == 1);
    CHECK((events[0].lines == lines{"whole"}));
  }
  // Only of the first line that follows it is something said again.
  editor_with_history e;
  e.hands.type("\xff");
  CHECK((e.hands.type("\r").at(0).what == kind::remark));  // an empty line may be an answer, too
  CHECK((e.hands.type("\r").at(0).lines == lines{""}));
  CHECK((e.hands.type("\xff").at(0).what == kind::remark));
}

TEST_CASE("editor: bytes that are no UTF-8 leave a search and a question alone", "[editor]") {
  editor_with_history e({"one"});
  e.hands.type("draft\x12on");
  CHECK((e.hands.type("\xff").at(0).what == kind::remark));
  CHECK(e.view() == "on| → one");
  e.hands.type("\x07\x15\x1b[200~a\nb\x1b[201~\r");
  CHECK((e.hands.type("\xff").at(0).what == kind::remark));
  CHECK((e.hands.type("y").at(0).lines == lines{"a", "b"}));
}

TEST_CASE("editor: a paste that is not UTF-8 is refused whole", "[editor]") {
  for (const auto& [lang, said] :
       {std::pair{language::en, "Not pasted: it is not UTF-8. Set this terminal's encoding to UTF-8"},
        std::pair{language::zh, "没有粘贴：内容不是 UTF-8。请把终端的编码设为 UTF-8"}}) {
    line_editor editor(lang);
    typist hands(editor);
    const auto events = hands.type(
        "x\x1b[200~good\nb\xe4"
        "d\x1b[201~");
    REQUIRE(events.size() == 1);
    CHECK((events[0].what == kind::remark));
    CHECK((events[0].lines == lines{said}));
    CHECK((hands.type("\r").at(0).lines == lines{"x"}));
  }
}

TEST_CASE("editor: Up and Down walk through what was sent and give the draft back", "[editor]") {
  for (const auto& [up, down] : {std::pair{"\x1b[A", "\x1b[B"}, std::pair{"\x10", "\x0e"}}) {
    editor_with_history e({"one", "two"});
    e.hands.type(up);
    CHECK(e.view() == "two|");
    e.hands.type(up);
    CHECK(e.view() == "one|");
    CHECK(e.hands.type(up).size() == 1);
    CHECK(e.view() == "one|");
    e.hands.type(down);
    CHECK(e.view() == "two|");
    e.hands.type(down);
    CHECK(e.view() == "|");
    CHECK(e.hands.type(down).size() == 1);
  }
}

TEST_CASE("editor: Up keeps to what starts like the draft before the caret", "[editor]") {
  editor_with_history e({"hello", "other", "help", "he"});
  e.hands.type("helX\x1b[D");
  e.hands.type("\x1b[A");
  CHECK(e.view() == "help|");
  e.hands.type("\x1b[A");
  CHECK(e.view() == "hello|");
  e.hands.type("\x1b[B\x1b[B");
  CHECK(e.view() == "hel|X");
}

TEST_CASE("editor: a draft that was left for a line of the history is not lost", "[editor]") {
  editor_with_history e({"one"});
  e.hands.type("draft\x01\x1b[A");
  CHECK(e.view() == "one|");
  SECTION("when that line is edited") {
    e.hands.type("!");
    CHECK(e.view() == "one!|");
  }
  SECTION("when that line is sent") {
    const auto events = e.hands.type("\r");
    CHECK((events.at(0).lines == lines{"one"}));
  }
  SECTION("when that line is cleared") {
    e.hands.type("\x03");
  }
  SECTION("when the mode changes") {
    e.editor.set_history(nullptr);
  }
  CHECK(e.past.containing(e.past.size(), "draft").has_value());
}

TEST_CASE("editor: sent lines are kept in the history, those without one are not", "[editor]") {
  editor_with_history e;
  e.hands.type("one\r\r  \rtwo\r");
  REQUIRE(e.past.size() == 2);
  CHECK(e.past.at(1) == "two");
  e.editor.set_history(nullptr);
  e.hands.type("secret\r");
  CHECK(e.past.size() == 2);
}

TEST_CASE("editor: Ctrl-R finds as one types, older with each Ctrl-R", "[editor]") {
  editor_with_history e({"甲 one", "乙 two", "甲 three"});
  e.hands.type("draft\x12");
  CHECK(e.editor.view().prompt == "search> ");
  CHECK(e.view() == "|");
  e.hands.type("甲");
  CHECK(e.view() == "甲| → 甲 three");
  e.hands.type(" t");
  CHECK(e.view() == "甲 t| → 甲 three");
  e.hands.type("\x7f\x7f\x12");
  CHECK(e.view() == "甲| → 甲 one");
  CHECK(e.hands.type("\x12").size() == 1);  // there is no older one
  CHECK(e.editor.view().prompt == "not found> ");
  CHECK(e.view() == "甲| → 甲 one");

  SECTION("Ctrl-G gives the draft back") {
    e.hands.type("\x07");
    CHECK(e.view() == "draft|");
    CHECK(e.editor.view().prompt == "> ");
  }
  SECTION("Ctrl-C gives the draft back and is no interrupt") {
    CHECK(e.hands.type("\x03").empty());
    CHECK(e.view() == "draft|");
  }
  SECTION("Esc takes what was found") {
    e.hands.escape();
    CHECK(e.view() == "甲 one|");
    e.hands.type("\x1b[B\x1b[B\x1b[B");
    CHECK(e.view() == "draft|");
  }
  SECTION("Enter sends what was found") {
    const auto events = e.hands.type("\r");
    CHECK((events.at(0).lines == lines{"甲 one"}));
    CHECK(e.past.containing(e.past.size(), "draft").has_value());
  }
  SECTION("any other key works on what was found") {
    e.hands.type("\x01X");
    CHECK(e.view() == "X|甲 one");
  }
  SECTION("an emptied query finds nothing and goes on") {
    e.hands.type("\x7f");
    CHECK(e.view() == "|");
    CHECK(e.hands.type("\x7f").size() == 1);
    e.hands.type("two");
    CHECK(e.view() == "two| → 乙 two");
  }
  SECTION("a paste is searched for") {
    e.hands.type("\x7f\x1b[200~乙\x1b[201~");
    CHECK(e.view() == "乙| → 乙 two");
  }
  SECTION("clearing the screen does not end it") {
    CHECK(e.hands.type("\x0c").size() == 1);
    CHECK(e.editor.view().prompt == "not found> ");
  }
  SECTION("a new prompt comes when it has ended") {
    e.editor.set_prompt("new> ");
    CHECK(e.editor.view().prompt == "not found> ");
    e.hands.type("\x07");
    CHECK(e.editor.view().prompt == "new> ");
  }
  SECTION("another history ends it with what was found as the draft") {
    history other;
    e.editor.set_history(&other);
    CHECK(e.view() == "甲 one|");
    CHECK(e.hands.type("\x1b[A").size() == 1);
    e.editor.set_text("");
    CHECK(other.size() == 0);
    CHECK(e.past.containing(e.past.size(), "draft").has_value());
  }
}

TEST_CASE("editor: a query that fits nothing leaves the draft", "[editor]") {
  editor_with_history e({"one"});
  e.hands.type("draft\x12zz");
  CHECK(e.editor.view().prompt == "not found> ");
  e.hands.escape();
  CHECK(e.view() == "draft|");
}

TEST_CASE("editor: a paste of several lines asks before it is sent", "[editor]") {
  editor_with_history e;
  CHECK(e.hands.type("\x1b[200~one\r\n\r\n two\nthree\n\x1b[201~").empty());
  CHECK(e.view() == "one\n\n two\nthree\n|");
  CHECK(e.hands.type("\r").empty());
  CHECK(e.editor.view().prompt == "3 lines pasted: y send 3 / j join into one / n keep editing ");
  CHECK((e.editor.view().narrower == lines{"3 lines: y send, j join, n edit ", "3 lines y/j/n? "}));
  CHECK(e.view() == "|");

  SECTION("y sends each, Y too") {
    const auto events = e.hands.type(GENERATE("y", "Y"));
    REQUIRE(events.size() == 1);
    CHECK((events[0].lines == lines{"one", " two", "three"}));
    CHECK(e.editor.text().empty());
    CHECK(e.past.size() == 1);
  }
  SECTION("j joins them") {
    const auto events = e.hands.type("j");
    REQUIRE(events.size() == 1);
    CHECK((events[0].lines == lines{"one two three"}));
  }
  SECTION("n, Enter, Ctrl-G and Ctrl-C go on editing") {
    CHECK(e.hands.type(GENERATE("n", "N", "\r", "\x07", "\x03")).empty());
    CHECK(e.view() == "one\n\n two\nthree\n|");
  }
  SECTION("Esc goes on editing") {
    CHECK((e.hands.escape().what == kind::changed));
    CHECK(e.view() == "one\n\n two\nthree\n|");
  }
  SECTION("any other key is refused") {
    for (const char* keys : {"x", "\x1b[D", "\x7f", "\x04", "\x1by", "\x1b[200~y\x1b[201~"}) {
      const auto events = e.hands.type(keys);
      REQUIRE(events.size() == 1);
      CHECK((events[0].what == kind::refused));
    }
    CHECK(e.hands.type("y").size() == 1);
  }
  SECTION("a draft set by the owner ends the question") {
    e.editor.set_text("new");
    CHECK(e.view() == "new|");
    CHECK(e.editor.view().prompt == "> ");
  }
}

TEST_CASE("editor: a paste with one line that is not blank is sent like any line", "[editor]") {
  for (const char* pasted : {"\x1b[200~one\n\x1b[201~", "\x1b[200~\n\n one\r\n \x1b[201~", "\x1b[200~one\x1b[201~"}) {
    line_editor editor(language::zh);
    const auto events = typist(editor).type(std::string{pasted} + "\r");
    REQUIRE(events.size() == 1);
    CHECK(events[0].lines.size() == 1);
    CHECK(events[0].lines[0].ends_with("one"));
  }
}

TEST_CASE("editor: its questions are in the person's language", "[editor]") {
  history past;
  line_editor editor(language::zh);
  editor.set_history(&past);
  typist hands(editor);
  hands.type("\x12");
  CHECK(editor.view().prompt == "查找> ");
  hands.type("x");
  CHECK(editor.view().prompt == "没有找到> ");
  hands.type("\x07\x1b[200~a\nb\x1b[201~\r");
  CHECK(editor.view().prompt == "粘贴了 2 行：y 分 2 条发送 / j 并成一条 / n 继续编辑 ");
  CHECK((editor.view().narrower == lines{"2 行：y 发 / j 并 / n 改 ", "2 行 y/j/n？ "}));
  hands.type("n\x15" + std::string(40, 'w'));
  editor.set_limit(32);
  hands.type("\r");
  CHECK(editor.view().prompt == "40 字节，一条最多 32：y 分 2 条发送 / n 继续编辑 ");
  CHECK((editor.view().narrower == lines{"太长：y 分 2 条 / n 改 ", "分 2 条 y/n？ "}));
}

TEST_CASE("editor: Tab completes, lists and cycles until another key comes", "[editor]") {
  line_editor editor(language::en);
  int asked = 0;
  editor.set_completion([&asked] {
    ++asked;
    client::completion_words words;
    words.names = {"小红", "小明同学", "Bob"};
    words.commands = {"/msg"};
    words.after_first_name = ": ";
    return words;
  });
  typist hands(editor);
  const auto events = hands.type("小\t");
  REQUIRE(events.size() == 1);
  CHECK((events[0].what == kind::list));
  CHECK((events[0].lines == lines{"小红", "小明同学"}));
  CHECK(asked == 1);
  hands.type("\t");
  CHECK(with_caret(editor.view()) == "小红: |");
  hands.type("\t");
  CHECK(with_caret(editor.view()) == "小明同学: |");
  hands.type("\x1b[Z");
  CHECK(with_caret(editor.view()) == "小红: |");
  CHECK(asked == 1);
  hands.type("hi b\t");
  CHECK(with_caret(editor.view()) == "小红: hi Bob |");
  CHECK(asked == 2);
  hands.type("\x15/m\t");
  CHECK(with_caret(editor.view()) == "/msg |");
  CHECK(hands.type("nobody\t").size() == 1);
  CHECK(with_caret(editor.view()) == "/msg nobody|");
}

TEST_CASE("editor: Tab inside a line completes the word before the caret", "[editor]") {
  line_editor editor(language::en);
  editor.set_completion([] {
    client::completion_words words;
    words.names = {"Bob"};
    return words;
  });
  typist hands(editor);
  hands.type("ask b now\033b\x1b[D\t");
  CHECK(with_caret(editor.view()) == "ask Bob| now");
}

}  // namespace confab::terminal
