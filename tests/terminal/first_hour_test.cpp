// Somebody who has never seen the client, with nothing but the README's command and the screen: every key that is typed
// here, but for names and what is said, is read off the screen.

#include <regex>
#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/terminal/chat.hpp"

using namespace confab::test;

namespace {

/// What a person of one language looks for.
struct reading {
  std::string locale;
  std::string other;  // somebody who is there already
  std::string first_name, second_name;
  std::string public_chat, private_chat, rename, quit;  // of the menu
  std::string keeps_name;                               // what says how to go on without a name
  std::string way_back;                                 // what says how to leave a mode: the word is the group
  std::string status_way_back;                          // the same in the status row
  std::string whispered;                                // what the other sees
};

const std::vector<reading>& readers() {
  static const std::vector<reading> all{{.locale = "C.UTF-8",
                                         .other = "bob",
                                         .first_name = "nina",
                                         .second_name = "nora",
                                         .public_chat = "public chat",
                                         .private_chat = "private chat",
                                         .rename = "rename",
                                         .quit = "quit",
                                         .keeps_name = "Enter alone keeps",
                                         .way_back = R"((\S+) goes back to the menu)",
                                         .status_way_back = R"((\S+): menu)",
                                         .whispered = "nina whispers to you: "},
                                        {.locale = "zh_CN.UTF-8",
                                         .other = "小红",
                                         .first_name = "小明",
                                         .second_name = "大明",
                                         .public_chat = "公聊",
                                         .private_chat = "私聊",
                                         .rename = "改名",
                                         .quit = "退出",
                                         .keeps_name = "直接回车",
                                         .way_back = R"(输入 (\S+) 回到菜单)",
                                         .status_way_back = R"((\S+) 回菜单)",
                                         .whispered = "小明想对您说："}};
  return all;
}

/// What the group of `pattern` is in the lowest row of the window that has it; empty: in none.
std::string read_off(const picture& seen, const std::string& pattern) {
  const std::regex wanted(pattern);
  for (auto row = seen.rows.rbegin(); row != seen.rows.rend(); ++row) {
    std::smatch found;
    if (std::regex_search(*row, found, wanted)) return found[1];
  }
  return {};
}

struct newcomer {
  tmux pane;
  const reading& knows;

  explicit newcomer(const reading& who)
      : pane({.columns = 80, .rows = 24, .environment = {{"LC_ALL", who.locale}}}), knows(who) {}

  /// Waits until the screen says it, and gives what it says.
  std::string sees(const std::string& pattern) const {
    std::string found;
    pane.await(pattern, [&](const picture& seen) {
      found = read_off(seen, pattern);
      return !found.empty();
    });
    return found;
  }
  void enters(const std::string& text) const {
    pane.type(text);
    pane.press({"Enter"});
  }
  /// Chooses by the number that stands in front of `label`.
  void chooses(const std::string& label) const { enters(sees("([0-9]+)\\. " + label)); }
};

}  // namespace

TEST_CASE("screen: somebody with the screen alone talks to all, to one, takes other names and leaves", "[screen]") {
  for (const reading& who : readers()) {
    INFO(who.locale);
    const bool chinese = who.locale.starts_with("zh");
    running_server server({.language = chinese ? "zh" : "en"});
    peer other = joined_as(server, who.other);
    const newcomer person(who);
    const tmux& pane = person.pane;
    person.enters("$C -ip 127.0.0.1 -port " + std::to_string(server.at().port) + "; echo code=$?");

    // A name is offered first.
    CHECK_FALSE(person.sees("(" + who.keeps_name + ")").empty());
    person.enters(who.first_name);
    pane.await_text(who.first_name);

    // Into public chat and out, by what is said on entering.
    person.chooses(who.public_chat);
    const std::string way_back = person.sees(who.way_back);
    person.enters("one for all");
    hear(other, "one for all");
    person.enters(way_back);

    // Into private chat by number, and out by what the status row says.
    person.chooses(who.private_chat);
    person.chooses(who.other);
    const std::string status_way_back = person.sees(who.status_way_back);
    person.enters("one for you");
    for (std::string line = other.line(); line != who.whispered + "one for you"; line = other.line()) {
    }
    person.enters(status_way_back);

    // Another name, which everybody hears of.
    person.chooses(who.rename);
    CHECK_FALSE(person.sees("(" + who.keeps_name + ")").empty());
    person.enters(who.second_name);
    while (other.line().find(who.second_name) == std::string::npos) {
    }

    person.chooses(who.quit);
    CHECK(pane.await_row("$").above() == "code=0");
  }
}
