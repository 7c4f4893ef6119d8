// docs/protocol.md says what the code says: every error with its words, every command.

#include <fstream>
#include <iterator>
#include <string>

#include "common/commands.hpp"
#include "common/problems.hpp"
#include "tests/support/catch.hpp"

using namespace confab;

namespace {

std::string protocol_page() {
  std::ifstream in(CONFAB_PROTOCOL_PAGE);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// As in a cell of a table.
std::string cell(std::string text) {
  for (auto at = text.find('|'); at != std::string::npos; at = text.find('|', at + 2)) text.insert(at, 1, '\\');
  return text;
}

}  // namespace

TEST_CASE("protocol page: every error has its row, with the words in both languages", "[protocol_page]") {
  const std::string page = protocol_page();
  REQUIRE(page.size() > 10'000);
  for (std::size_t i = 0; i < problem_count; ++i) {
    const auto what = static_cast<problem>(i);
    const std::string row = "| `" + std::string(wire_code(what)) + "` | " + cell(explain(what, language::en, "{}")) +
                            " | " + cell(explain(what, language::zh, "{}")) + " |\n";
    CAPTURE(row);
    CHECK(page.find(row) != std::string::npos);
    CHECK(page.find("\n| `" + std::string(wire_code(what)) + "` | ") < page.find("The words, in the order"));
  }
}

TEST_CASE("protocol page: every command is in the table", "[protocol_page]") {
  const std::string page = protocol_page();
  const std::string table = page.substr(page.find("| command | does | answer |"));
  const std::string rows = table.substr(0, table.find("\n\n"));
  for (const command_row& row : command_table()) {
    CAPTURE(row.word);
    const std::string slashed = "`/" + std::string(row.word);
    const bool there = rows.find(slashed + "`") != std::string::npos || rows.find(slashed + " ") != std::string::npos;
    CHECK(there);
  }
}
