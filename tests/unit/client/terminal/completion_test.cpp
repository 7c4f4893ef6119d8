#include "client/terminal/completion.hpp"

#include <string>
#include <string_view>
#include <vector>

#include "tests/support/catch.hpp"

namespace confab::terminal {
namespace {

client::completion_words people() {
  client::completion_words words;
  words.names = {"小红", "小明同学", "Alice", "alan", "阿强", "café"};
  words.commands = {"/msg", "/menu", "/who"};
  words.after_first_name = ": ";
  words.arguments = {
      {"/history", {"#lobby", "#tea", "before"}}, {"/search", {"before"}, true}, {"/times", {"on", "off"}}};
  words.rooms = {"#lobby", "#tea", "#茶"};
  return words;
}

std::string applied(std::string_view text, const completion::edit& change) {
  std::string out{text};
  out.replace(change.begin, change.end - change.begin, change.replacement);
  return out;
}

struct unique_case {
  const char* what;
  std::string_view before;  // the caret
  std::string_view after;
  std::string_view expected;
};

}  // namespace

TEST_CASE("completion: a unique word is put in with what follows it", "[completion]") {
  const std::vector<unique_case> cases{
      {"a name at the start", "阿", "", "阿强: "},
      {"a whole name at the start", "小红", "", "小红: "},
      {"a name inside", "hi 阿", "", "hi 阿强 "},
      {"a name inside, blank there", "hi 阿", " and", "hi 阿强 and"},
      {"after an ideographic space", "你好\u3000阿", "", "你好\u3000阿强 "},
      {"after a line end", "hi\n阿", "", "hi\n阿强 "},
      {"the case is the name's own", "ALI", "", "Alice: "},
      {"fullwidth letters", "ａｌｉ", "", "Alice: "},
      {"an accent in two code points", "cafe\u0301", "", "café: "},
      {"a command", "/w", "", "/who "},
      {"a command in capitals", "/W", "", "/who "},
      {"a slash inside is no command", "x /w", "", ""},
      {"a blank before", " 阿", "", " 阿强: "},
      {"a word behind a command", "/search be", "", "/search before "},
      {"in capitals", "/SEARCH BE", "", "/SEARCH before "},
      {"a name behind one that takes names", "/search 阿", "", "/search 阿强 "},
      {"none behind one that takes none", "/times 阿", "", ""},
      {"its own words", "/times of", "", "/times off "},
      {"a room behind a command", "/history #t", "", "/history #tea "},
      {"a further word behind it", "/history #tea b", "", "/history #tea before "},
      {"a name behind a command without a row", "/msg 阿", "", "/msg 阿强 "},
      {"a room inside", "see #t", "", "see #tea "},
      {"a room at the start", "#茶", "", "#茶 "},
      {"no such room", "see #x", "", ""},
      {"an argument where nothing is a command", "search be", "", ""},
      {"nobody", "zz", "", ""},
      {"no such command", "/zz", "", ""},
  };
  for (const unique_case& each : cases) {
    INFO(each.what);
    const std::string text = std::string{each.before} + std::string{each.after};
    completion tab;
    const completion::outcome outcome = tab.start(text, each.before.size(), people());
    CHECK(outcome.found == !each.expected.empty());
    CHECK(outcome.list.empty());
    CHECK_FALSE(tab.active());
    if (outcome.found) CHECK(applied(text, outcome.change) == each.expected);
  }
}

TEST_CASE("completion: several words are listed in the owner's order, then cycled through", "[completion]") {
  completion tab;
  std::string text = "小";
  completion::outcome outcome = tab.start(text, text.size(), people());
  CHECK((outcome.list == std::vector<std::string>{"小红", "小明同学"}));
  CHECK(applied(text, outcome.change) == text);
  REQUIRE(tab.active());
  std::vector<std::string> seen;
  for (int i = 0; i < 4; ++i) {
    outcome = tab.cycle(true);
    text = applied(text, outcome.change);
    seen.push_back(text);
  }
  CHECK((seen == std::vector<std::string>{"小红: ", "小明同学: ", "小", "小红: "}));
  text = applied(text, tab.cycle(false).change);
  CHECK(text == "小");
  text = applied(text, tab.cycle(false).change);
  CHECK(text == "小明同学: ");
  tab.stop();
  CHECK_FALSE(tab.active());
}

TEST_CASE("completion: cycling backwards starts with the last word", "[completion]") {
  completion tab;
  std::string text = "小";
  text = applied(text, tab.start(text, text.size(), people()).change);
  CHECK(applied(text, tab.cycle(false).change) == "小明同学: ");
}

TEST_CASE("completion: what several words have in common is put in at once", "[completion]") {
  completion tab;
  const completion::outcome commands = tab.start("/", 1, people());
  CHECK(commands.list.size() == 3);
  const completion::outcome two = tab.start("/m", 2, people());
  CHECK((two.list == std::vector<std::string>{"/msg", "/menu"}));
  client::completion_words words;
  words.names = {"anna-1", "anna-2"};
  const completion::outcome common = tab.start("x a", 3, words);
  CHECK(applied("x a", common.change) == "x anna-");
  CHECK(common.list.size() == 2);
  CHECK(applied("x anna-", tab.cycle(true).change) == "x anna-1 ");
}

TEST_CASE("completion: no word behind a command offers all that it takes", "[completion]") {
  completion tab;
  CHECK((tab.start("/times ", 7, people()).list == std::vector<std::string>{"on", "off"}));
  CHECK((tab.start("/history ", 9, people()).list == std::vector<std::string>{"#lobby", "#tea", "before"}));
  CHECK(tab.start("/search ", 8, people()).list.size() == 7);
  CHECK(tab.start("/msg ", 5, people()).list.size() == 6);
}

TEST_CASE("completion: where only a name is asked for nothing follows it, and no word offers all", "[completion]") {
  client::completion_words words = people();
  words.after_first_name = "";
  completion tab;
  CHECK(applied("阿", tab.start("阿", 3, words).change) == "阿强");
  CHECK(tab.start("", 0, words).list.size() == 6);
}

}  // namespace confab::terminal
