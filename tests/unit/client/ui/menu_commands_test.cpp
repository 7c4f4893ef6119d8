// What Tab and /help offer of the server's commands comes from the one table of commands.
#include <algorithm>
#include <string>
#include <vector>

#include "client/ui/menu.hpp"
#include "common/commands.hpp"
#include "common/utf8.hpp"
#include "tests/support/catch.hpp"

using confab::audience;
using confab::command_row;
using confab::command_table;
using confab::language;
using namespace confab::client;

namespace {

bool has(const std::vector<std::string>& all, const std::string& word) {
  return std::find(all.begin(), all.end(), word) != all.end();
}

std::vector<std::string> shown_for(std::string_view line, language lang) {
  const roster people;
  menu made(lang, people, bell_mode::off);
  std::vector<std::string> rows;
  for (const menu_action& each : made.line(line)) {
    const auto* const row = std::get_if<action::show>(&each);
    REQUIRE(row != nullptr);
    rows.push_back(row->text);
  }
  return rows;
}

}  // namespace

TEST_CASE("menu: every command for people is offered, and none for programs", "[menu]") {
  const std::vector<std::string> offered = menu::commands();
  CHECK(std::is_sorted(offered.begin(), offered.end()));
  CHECK(std::adjacent_find(offered.begin(), offered.end()) == offered.end());
  REQUIRE(command_table().size() > 20);
  for (const command_row& row : command_table()) {
    CAPTURE(row.word);
    CHECK(has(offered, "/" + std::string(row.word)) == (row.whom == audience::people));
  }
  for (const char* const own : {"/0", "/1", "/2", "/3", "/bell", "/clear", "/menu", "/reply"}) CHECK(has(offered, own));
}

TEST_CASE("menu: /help names every command for people and none for programs, in rows that fit", "[menu]") {
  for (const language lang : {language::en, language::zh}) {
    const std::vector<std::string> rows = shown_for("/help", lang);
    std::string all;
    for (const std::string& row : rows) {
      CAPTURE(row);
      CHECK(confab::utf8::length(row) < 80);
      all += row + "\n";
    }
    REQUIRE(command_table().size() > 20);
    for (const command_row& row : command_table()) {
      CAPTURE(row.word);
      const auto at = all.find("/" + std::string(row.word));
      CHECK((at != std::string::npos) == (row.whom == audience::people));
    }
  }
}

TEST_CASE("menu: a command for programs is refused, and named", "[menu]") {
  std::size_t seen = 0;
  for (const command_row& row : command_table()) {
    if (row.whom != audience::programs) continue;
    ++seen;
    const std::string word = "/" + std::string(row.word);
    const std::vector<std::string> told = shown_for(word + " on x", language::en);
    REQUIRE(told.size() == 1);
    CHECK(told[0].find(word) != std::string::npos);
  }
  CHECK(seen == 4);
}
