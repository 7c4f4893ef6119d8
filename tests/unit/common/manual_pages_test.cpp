// The manual pages say what the table of commands says.

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "common/commands.hpp"
#include "tests/support/catch.hpp"

using namespace confab;

namespace {

std::string page(const std::string& name) {
  std::ifstream in(CONFAB_MANUAL_FOLDER "/" + name);
  std::string all(std::istreambuf_iterator<char>(in), {});
  REQUIRE(all.size() > 1'000);
  return all;
}

/// The lines between a heading and the next.
std::string subsection(const std::string& page, const std::string& heading) {
  const auto start = page.find("\n.Ss " + heading + "\n");
  REQUIRE(start != std::string::npos);
  return page.substr(start, page.find("\n.S", start + 1) - start + 1);
}

/// Whether `word` stands there with nothing joined to it.
bool names(const std::string& text, const std::string& word) {
  for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
    const auto end = at + word.size();
    if (end == text.size() || text[end] == ' ' || text[end] == '\n') return true;
  }
  return false;
}

}  // namespace

TEST_CASE("manual pages: the server's explains every command as /help does, in the same order, and no other",
          "[manual_pages]") {
  const std::string commands = subsection(page("confabd.1"), "Commands");
  std::string wanted;
  for (const command_row& row : command_table()) {
    wanted += ".It Li \"" + std::string(row.usage) + "\"\n" + std::string(row.en) + "\n";
  }
  const auto start = commands.find(".It ");
  const auto end = commands.find(".El\n");
  REQUIRE(end != std::string::npos);
  CHECK(commands.substr(start, end - start) == wanted);
}

TEST_CASE("manual pages: the client's names every command, those for programs among what it refuses",
          "[manual_pages]") {
  const std::string client = page("confab.1");
  const std::string shortcuts = subsection(client, "Shortcuts");
  const auto once = client.find("\n.It Fl -once ");
  REQUIRE(once != std::string::npos);
  const std::string refused = client.substr(once, client.find("\n.It Fl -config ") - once);
  REQUIRE(command_table().size() > 20);
  for (const command_row& row : command_table()) {
    CAPTURE(row.word);
    const std::string word = "/" + std::string(row.word);
    CHECK(names(refused, word) == (row.whom == audience::programs));
    CHECK(names(shortcuts, word) == (row.whom == audience::people));
  }
}
