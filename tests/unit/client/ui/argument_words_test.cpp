#include "client/ui/argument_words.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "common/commands.hpp"
#include "tests/support/catch.hpp"

using namespace confab::client;

namespace {

argument_words behind(const std::string& command) {
  const std::vector<argument_words> all = arguments_of_commands({"tea", "茶"});
  const auto found = std::ranges::find(all, command, &argument_words::command);
  REQUIRE(found != all.end());
  return *found;
}

using some = std::vector<std::string>;

}  // namespace

TEST_CASE("argument words: Tab offers what a command's usage says", "[argument_words]") {
  CHECK((behind("/replay").words == some{"on", "off"}));
  CHECK((behind("/times").words == some{"on", "off"}));
  CHECK((behind("/ids").words == some{"on", "off"}));
  CHECK((behind("/search").words == some{"before"}));
  CHECK((behind("/history").words == some{"#lobby", "#tea", "#茶", "before"}));
  CHECK((behind("/join").words == some{"lobby", "tea", "茶"}));
  CHECK((behind("/leave").words == some{"lobby", "tea", "茶"}));
  CHECK((behind("/who").words == some{"lobby", "tea", "茶"}));
  CHECK((behind("/bell").words == some{"off", "pm", "mention", "all"}));
  CHECK(behind("/to").words.empty());
  CHECK(behind("/quit").words.empty());
}

TEST_CASE("argument words: names are offered where people are named or talked to", "[argument_words]") {
  for (const char* command : {"/to", "/msg", "/say", "/in", "/topic", "/search", "/away"}) {
    INFO(command);
    CHECK(behind(command).names);
  }
  for (const char* command : {"/replay", "/times", "/history", "/join", "/rooms", "/quit", "/rename", "/nick"}) {
    INFO(command);
    CHECK_FALSE(behind(command).names);
  }
}

TEST_CASE("argument words: every command for people has its row, and none for programs", "[argument_words]") {
  const std::vector<argument_words> all = arguments_of_commands({});
  std::size_t people = 0;
  for (const confab::command_row& row : confab::command_table()) {
    const auto found = std::ranges::find(all, "/" + std::string(row.word), &argument_words::command);
    INFO(row.word);
    CHECK((found != all.end()) == (row.whom == confab::audience::people));
    if (found != all.end()) ++people;
  }
  CHECK(people > 20);
}
