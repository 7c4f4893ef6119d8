// docs/protocol.md and the fuzzers' dictionaries say what the code says: every error with its words, every command,
// every type of event and every field.

#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include <nlohmann/json.hpp>

#include "common/commands.hpp"
#include "common/problems.hpp"
#include "common/protocol/events.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/common/protocol/rendering.hpp"

using namespace confab;

namespace {

std::string contents(const std::string& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string protocol_page() {
  return contents(CONFAB_PROTOCOL_PAGE);
}

/// The names of all fields in what the server says as JSON, and the types.
struct vocabulary {
  std::set<std::string> fields{};
  std::set<std::string> types{};

  void take(const nlohmann::json& value) {
    if (value.is_array()) {
      for (const nlohmann::json& each : value) take(each);
    } else if (value.is_object()) {
      for (const auto& [key, inner] : value.items()) {
        fields.insert(key);
        take(inner);
      }
    }
  }
};

vocabulary of_every_event() {
  vocabulary out;
  test::for_every_event([&](std::string_view, const auto& what) {
    const nlohmann::json object = nlohmann::json::parse(test::rendered(wire_format::json, what, language::en, "q"));
    out.take(object);
    out.types.insert(object.at("type").get<std::string>());
  });
  return out;
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
    const std::string row = "| `" + std::string(wire_code(what)) + "` | `" + std::string(wire_name(what)) + "` | " +
                            cell(explain(what, language::en, "{}")) + " | " + cell(explain(what, language::zh, "{}")) +
                            " |\n";
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

TEST_CASE("protocol page: every type of event has a row and an example, and no row is of any other",
          "[protocol_page]") {
  const std::string page = protocol_page();
  const std::string json = page.substr(page.find("\n## JSON\n"));
  const std::string table = json.substr(json.find("| type | further fields | meaning |"));
  const std::string rows = table.substr(0, table.find("\n\n"));
  const vocabulary known = of_every_event();
  REQUIRE(known.types.size() > 20);
  for (const std::string& type : known.types) {
    CAPTURE(type);
    CHECK(rows.find("\n| `" + type + "` | ") != std::string::npos);
    CHECK(json.find("\n{\"type\":\"" + type + "\",") != std::string::npos);
  }
  std::size_t seen = 0;
  for (auto at = rows.find("\n| `"); at != std::string::npos; at = rows.find("\n| `", at + 1), ++seen)
    CHECK(known.types.count(rows.substr(at + 4, rows.find('`', at + 4) - at - 4)) == 1);
  CHECK(seen == known.types.size());
}

TEST_CASE("protocol page: every field is named", "[protocol_page]") {
  const std::string page = protocol_page();
  for (const std::string& field : of_every_event().fields) {
    CAPTURE(field);
    CHECK(page.find("`" + field + "`") != std::string::npos);
  }
}

TEST_CASE("dictionaries: the fuzzers know every command, every type and every field", "[protocol_page]") {
  const std::string commands = contents(CONFAB_FUZZ_FOLDER "/commands.dict");
  for (const command_row& row : command_table()) {
    CAPTURE(row.word);
    CHECK(commands.find("/" + std::string(row.word)) != std::string::npos);
  }
  const std::string events = contents(CONFAB_FUZZ_FOLDER "/event_reader.dict");
  const vocabulary known = of_every_event();
  for (const std::string& type : known.types) {
    CAPTURE(type);
    CHECK(events.find("\"" + type + "\"\n") != std::string::npos);
  }
  for (const std::string& field : known.fields) {
    CAPTURE(field);
    CHECK(events.find("\\\"" + field + "\\\":") != std::string::npos);
  }
}
