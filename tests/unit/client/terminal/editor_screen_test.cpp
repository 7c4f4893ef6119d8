#include "client/terminal/editor_screen.hpp"

#include <chrono>
#include <string>
#include <vector>

#include <asio/io_context.hpp>

#include "tests/support/catch.hpp"
#include "tests/unit/client/terminal/model_screen.hpp"
#include "tests/unit/client/terminal/pseudo_terminal.hpp"

namespace confab::terminal {
namespace {

using std::chrono::milliseconds;
using testing::model_screen;
using testing::pseudo_terminal;

struct owner final : client::screen_input {
  void on_line(std::string line) override { lines.push_back(std::move(line)); }
  void on_part(std::string part) override { parts.push_back(std::move(part)); }
  void on_end_of_input() override {}
  void on_output_closed() override { ++closed; }
  void on_leave() override { ++left; }
  void on_interrupt() override { ++interrupted; }
  client::completion_words completions() const override { return {.names = names, .commands = {}}; }
  std::vector<std::string> names;
  std::vector<std::string> lines, parts;
  int closed = 0, left = 0, interrupted = 0;
};

/// The editor's screen on a pseudo-terminal whose window is a model.
struct stage {
  explicit stage(milliseconds paste_time = std::chrono::minutes(1), milliseconds escape_time = milliseconds(1),
                 milliseconds interrupt_time = std::chrono::minutes(1))
      : window(60, 14) {
    terminal.set_size(60, 14);
    screen = editor_screen::open(io, {.lang = language::en,
                                      .sgr = false,
                                      .terminal = terminal.path(),
                                      .escape_time = escape_time,
                                      .paste_time = paste_time,
                                      .interrupt_time = interrupt_time});
    REQUIRE(screen);
    screen->set_use(client::line_use::talk);
    screen->set_prompt("> ");
    screen->start(person);
    settle();
  }
  void type(std::string_view bytes) {
    const bool all = until([&] {
      bytes.remove_prefix(terminal.type(bytes));
      return bytes.empty();
    });
    REQUIRE(all);
  }
  /// Runs what is there to run; then the window shows it.
  void settle() {
    io.restart();
    while (io.poll() > 0) {
    }
    look();
  }
  void look() {
    std::string bytes = terminal.output();
    for (const char* of_tty : {"\x1b[?2004h", "\x1b[22;2t"})
      for (std::size_t at = bytes.find(of_tty); at != std::string::npos; at = bytes.find(of_tty))
        bytes.erase(at, std::string_view(of_tty).size());
    window.write(bytes);
  }
  template <typename Condition>
  bool until(Condition holds) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!holds()) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      io.restart();
      io.run_one_for(milliseconds(10));
      look();
    }
    return true;
  }
  bool row_is(const std::string& expected) {
    const bool found = until([&] { return window.row(window.cursor_row()) == expected; });
    if (!found) WARN("the row is '" << window.row(window.cursor_row()) << "'");
    return found;
  }
  pseudo_terminal terminal;
  model_screen window;
  asio::io_context io{1};
  owner person;
  std::unique_ptr<editor_screen> screen;
};

}  // namespace

TEST_CASE("editor screen: what is typed is drawn, and Enter hands it on", "[editor_screen]") {
  stage s;
  CHECK(s.row_is(">"));
  s.type("hello");
  CHECK(s.row_is("> hello"));
  s.type("\r");
  CHECK(s.until([&] { return s.person.lines == std::vector<std::string>{"hello"}; }));
  CHECK(s.row_is(">"));
}

TEST_CASE("editor screen: what is typed into a paste whose end is lost comes when its time is over",
          "[editor_screen]") {
  stage s(milliseconds(50));
  s.type("\x1b[200~ab");
  // Each key comes long before the last one's time would be over; all the same the paste ends.
  std::size_t typed = 0;
  const auto shows = [&] { return s.window.row(s.window.cursor_row()).starts_with("> abx"); };
  while (!shows() && typed < 1000) {
    s.type("x");
    ++typed;
    s.io.restart();
    s.io.run_for(milliseconds(5));
    s.look();
  }
  CHECK(shows());
  CHECK(typed > 1);
  CHECK(typed < key_decoder::paste_flow);
  s.type("\r");
  CHECK(s.until([&] { return s.person.lines.size() == 1; }));
}

TEST_CASE("editor screen: Ctrl-C ends a paste whose end is lost", "[editor_screen]") {
  stage s;
  s.type("\x1b[200~ab");
  s.settle();
  CHECK(s.row_is(">"));
  s.type("\x03");
  CHECK(s.row_is("> ab"));
  s.type("c\r");
  CHECK(s.until([&] { return s.person.lines == std::vector<std::string>{"abc"}; }));
}

TEST_CASE("editor screen: a lone Esc is a key after its time, in a search too", "[editor_screen]") {
  stage s;
  s.type("one\rtwo\x12");
  CHECK(s.row_is("search>"));
  s.type("on\x1b");
  CHECK(s.row_is("> one"));
}

TEST_CASE("editor screen: a TAB within what one read brings is a blank, alone it completes", "[editor_screen]") {
  stage s;
  s.person.names = {"Bob"};
  s.type("b\tx");
  CHECK(s.row_is("> b x"));
  s.type(
      "\x15"
      "b");
  CHECK(s.row_is("> b"));
  s.type("\t");
  CHECK(s.row_is("> Bob"));
}

TEST_CASE("editor screen: a TAB at the end of a read is a blank when more is there", "[editor_screen]") {
  for (std::size_t size = 1020; size < 1030; ++size) {
    stage s;
    s.type(std::string(size, 'x') + "\ty\r");
    CHECK(s.until([&] { return s.person.lines.size() == 1; }));
    CHECK(s.person.lines == std::vector<std::string>{std::string(size, 'x') + " y"});
  }
}

TEST_CASE("editor screen: a paste of a megabyte arrives whole", "[editor_screen]") {
  stage s;
  std::string pasted;
  std::vector<std::string> all;
  while (pasted.size() < 1'000'000) {
    all.push_back(std::to_string(all.size()) + std::string(400, 'x'));
    pasted += all.back() + '\r';
  }
  s.type("\x1b[200~" + pasted + "\x1b[201~");
  s.type("\ry");
  CHECK(s.until([&] { return s.person.lines.size() >= all.size(); }));
  CHECK(s.person.lines == all);
}

TEST_CASE("editor screen: what is not UTF-8 is not taken, and that is said", "[editor_screen]") {
  stage s;
  s.type("caf\xe9 au lait\r");
  CHECK(s.until([&] { return s.window.lines().size() >= 5; }));
  CHECK(s.person.lines.empty());
  const std::vector<std::string> lines = s.window.lines();
  REQUIRE(lines.size() == 5);
  CHECK(lines[0] == "Left out: what came from this terminal is not UTF-8. Set its");
  CHECK(lines[1] == "encoding to UTF-8");
  CHECK(lines[2].starts_with("Not sent: "));
  CHECK(lines[4] == "> caf au lait");
  s.type("\r");
  CHECK(s.until([&] { return s.person.lines == std::vector<std::string>{"caf au lait"}; }));
}

TEST_CASE("editor screen: the parts of a line are handed on as parts", "[editor_screen]") {
  stage s;
  s.screen->set_limit(16);
  s.type("twelve bytes /and some more\ry");
  CHECK(s.until([&] { return s.person.parts.size() == 2; }));
  CHECK(s.person.parts == std::vector<std::string>{"twelve bytes", "/and some more"});
  CHECK(s.person.lines.empty());
}

TEST_CASE("editor screen: notices and answers are wrapped between words, messages are left whole", "[editor_screen]") {
  stage s;
  const std::string text = "words of one size each words of one size each words of one size each";
  s.screen->show(client::line_kind::message, text);
  s.screen->show(client::line_kind::notice, text);
  s.screen->show(client::line_kind::answer, text);
  s.screen->show(client::line_kind::menu, text);
  s.settle();
  const std::vector<std::string> lines = s.window.lines();
  const std::string first = "words of one size each words of one size each words of one";
  REQUIRE(lines.size() == 8);
  CHECK(lines[0] == text);  // the terminal wraps it
  for (const std::size_t at : {1U, 3U, 5U}) {
    CHECK(lines[at] == first);
    CHECK(lines[at + 1] == "size each");
  }
}

TEST_CASE("editor screen: windows of every size take lines and show them", "[editor_screen]") {
  using numbers = std::vector<unsigned short>;
  for (const unsigned short columns : numbers{1, 2, 3, 15, 16, 39, 40, 500, 65535}) {
    for (const unsigned short rows : numbers{1, 2, 5, 6, 65535}) {
      INFO(columns << "x" << rows);
      stage s;
      s.terminal.set_size(columns, rows);
      s.screen->set_status("public · bob · online 12", "title");
      s.screen->show(client::line_kind::message, "[public] bob: 你好, everybody");
      s.screen->show(client::line_kind::menu, "  /msg NAME TEXT  one private line");
      s.type("hello 你好\x01\x05\r");
      CHECK(s.until([&] { return s.person.lines == std::vector<std::string>{"hello 你好"}; }));
    }
  }
}

TEST_CASE("editor screen: keys are the same however the terminal cuts its bytes", "[editor_screen]") {
  const std::string bytes = "a你\x1b[D\x1b[1;5C👩🏽‍🚀\x1b[200~b\tc\x1b[201~\x7f\x1f!\r";
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    stage s(std::chrono::minutes(1), std::chrono::minutes(1));
    s.type(bytes.substr(0, cut));
    s.settle();
    s.type(bytes.substr(cut));
    INFO("cut at " << cut);
    CHECK(s.until([&] { return s.person.lines == std::vector<std::string>{"a你👩🏽‍🚀b\tc!"}; }));
  }
}

TEST_CASE("editor screen: the title is set when it changes, and the bell rings", "[editor_screen]") {
  stage s;
  s.screen->set_status("one", "public");
  s.screen->ring();
  s.settle();
  CHECK(s.window.title() == "public");
  CHECK(s.window.bells() == 1);
  s.screen->set_status("two", "public");
  s.io.restart();
  s.io.poll();
  CHECK(s.terminal.output(1).find("\x1b]0;") == std::string::npos);
}

TEST_CASE("editor screen: of many words only so many are listed", "[editor_screen]") {
  for (const std::size_t count : {editor_screen::most_listed, editor_screen::most_listed + 1}) {
    stage s;
    for (std::size_t i = 0; i < count; ++i) s.person.names.push_back("n" + std::to_string(1000 + i));
    s.type("n\t");
    CHECK(s.row_is("> n10"));
    std::size_t listed = 0;
    bool more = false;
    for (const std::string& line : s.window.lines()) {
      more = more || line.ends_with("…");
      for (std::size_t at = line.find("  n1"); at != std::string::npos; at = line.find("  n1", at + 1)) ++listed;
    }
    CHECK(listed == editor_screen::most_listed);
    CHECK(more == (count > editor_screen::most_listed));
  }
}

TEST_CASE("editor screen: waits as long as a person notices, and no longer", "[editor_screen]") {
  CHECK(editor_settings{}.escape_time == milliseconds(50));
  CHECK(editor_settings{}.paste_time == std::chrono::seconds(2));
  CHECK(editor_settings{}.interrupt_time == std::chrono::seconds(2));
}

TEST_CASE("editor screen: Ctrl-D leaves, and only the second Ctrl-C in time interrupts", "[editor_screen]") {
  stage s;
  s.type("\x04");
  CHECK(s.until([&] { return s.person.left == 1; }));
  s.type("\x03");
  CHECK(s.until([&] { return s.window.row(0) == "Ctrl-C again leaves"; }));
  s.type("x\x7f\x03");
  s.settle();
  CHECK(s.person.interrupted == 0);
  s.type("\x03");
  CHECK(s.until([&] { return s.person.interrupted == 1; }));
}

TEST_CASE("editor screen: its own words change their language, those on the screen too", "[editor_screen]") {
  stage s;
  s.type("one\rtwo\x12");
  CHECK(s.row_is("search>"));
  s.screen->speak(language::zh);
  CHECK(s.row_is("查找>"));
  s.type("\x07\x15\x03");
  CHECK(s.until([&] { return s.window.row(0) == "再按一次 Ctrl-C 退出"; }));
}

TEST_CASE("editor screen: a second Ctrl-C that comes late only asks again", "[editor_screen]") {
  stage s(std::chrono::minutes(1), milliseconds(1), milliseconds(1));
  s.type("\x03");
  CHECK(s.until([&] { return s.window.row(0) == "Ctrl-C again leaves"; }));
  const auto late = std::chrono::steady_clock::now() + milliseconds(2);
  CHECK(s.until([&] { return std::chrono::steady_clock::now() > late; }));
  s.type("\x03");
  CHECK(s.until([&] { return s.window.row(1) == "Ctrl-C again leaves"; }));
  CHECK(s.person.interrupted == 0);
}

TEST_CASE("editor screen: a held Ctrl-C does not keep a paste open", "[editor_screen]") {
  stage s(milliseconds(50), std::chrono::minutes(1));
  s.type("\x1b[200~ab\x03");
  CHECK(s.row_is("> ab"));
}

TEST_CASE("editor screen: tells when the terminal is gone", "[editor_screen]") {
  stage s;
  s.terminal.close_end();
  CHECK(s.until([&] { return s.person.closed > 0; }));
}

}  // namespace confab::terminal
