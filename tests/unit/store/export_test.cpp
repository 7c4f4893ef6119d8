#include "server/store/export.hpp"

#include <sstream>

#include <nlohmann/json.hpp>

#include "server/store/database.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/store/store_support.hpp"

using namespace confab::store;
using namespace confab::store::testing;

TEST_CASE("export: one JSON object a line, fields in order", "[export]") {
  const scratch place;
  keep(place.history(), {said(1, "lobby", "say \"hi\"\t你好\x01"), whispered(2, "Ann", "Bob", "psst")});
  std::ostringstream out;
  CHECK(export_messages(place.history(), out) == 2);
  CHECK(out.str() ==
        R"({"type":"message","time":"2026-01-01T00:00:01.000Z","id":1,"room":"lobby","from":"Ann",)"
        R"("addr":"127.0.0.1:4000","text":"say \"hi\"\t你好\u0001"})"
        "\n"
        R"({"type":"private","time":"2026-01-01T00:00:02.000Z","id":2,"from":"Ann","addr":"127.0.0.1:4000",)"
        R"("to":"Bob","text":"psst"})"
        "\n");
}

TEST_CASE("export: all messages, whatever their number, also with bytes that are not UTF-8", "[export]") {
  const std::uint64_t total = GENERATE(0U, 999U, 1000U, 1001U, 2000U);
  const scratch place;
  std::vector<message> many;
  for (std::uint64_t id = 1; id <= total; ++id) many.push_back(said(2 * id, "lobby", id == 7 ? "bad \xFF" : "good"));
  keep(place.history(), many);
  std::stringstream out;
  CHECK(export_messages(place.history(), out) == total);
  std::string line;
  std::uint64_t lines = 0;
  while (std::getline(out, line)) {
    ++lines;
    if (nlohmann::json::parse(line).at("id") != 2 * lines) FAIL("line " << lines << ": " << line);
  }
  CHECK(lines == total);
}

TEST_CASE("export: what cannot be written is an error", "[export]") {
  const scratch place;
  keep(place.history(), {said(1, "lobby", "hi")});
  std::ostringstream out;
  out.setstate(std::ios::badbit);
  CHECK_THROWS_AS(export_messages(place.history(), out), store_error);
}
