#include "server/store/check.hpp"

#include <fstream>

#include "server/store/database.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/store/store_support.hpp"

using namespace confab::store;
using namespace confab::store::testing;
using Catch::Matchers::Contains;

namespace {

// What check says of a good history after `damage`.
std::string after(const char* damage) {
  const scratch place;
  keep(place.history(), {said(1, "lobby", "one"), said(2, "lobby", "two 二"), whispered(3, "Ann", "Bob", "three")});
  {
    database db(place.history(), database::access::write);
    db.execute(damage);
  }
  std::string all;
  for (const std::string& each : check(place.history())) all += each + "\n";
  return all;
}

}  // namespace

TEST_CASE("check: a good history has no problems", "[check]") {
  CHECK(after("SELECT 1") == "");
}

TEST_CASE("check: each thing that must be true is looked at", "[check]") {
  CHECK_THAT(after("UPDATE messages SET room = '' WHERE id = 1"), Contains("without a room"));
  CHECK_THAT(after("UPDATE messages SET recipient_key = '' WHERE id = 3"), Contains("without sender or recipient"));
  CHECK_THAT(after("INSERT INTO recalls VALUES (2, 0, 'Ann', 'addr')"), Contains("recalled messages") && Contains("1"));
  CHECK_THAT(after("UPDATE meta SET value = 2 WHERE name = 'reserved'"), Contains("above those known"));
}

TEST_CASE("check: the index must hold each message, as it is, and no other", "[check]") {
  const auto wrong = Contains("search index");
  CHECK_THAT(after("DELETE FROM messages WHERE id = 2"), wrong);
  CHECK_THAT(after("UPDATE messages SET text = 'six' WHERE id = 1"), wrong);
  CHECK_THAT(after("UPDATE messages SET room = 'team' WHERE id = 1"), wrong);
  CHECK_THAT(after("INSERT INTO search(rowid, terms) VALUES (9, 'ghost')"), wrong);
  CHECK_THAT(after("UPDATE meta SET value = 2 WHERE name = 'indexed'"), wrong);
  CHECK_THAT(after("INSERT INTO search(search) VALUES ('delete-all')"), wrong);
}

TEST_CASE("check: a damaged file is said to be one", "[check]") {
  const scratch place;
  std::vector<message> many;
  for (std::uint64_t id = 1; id <= 300; ++id) many.push_back(said(id, "lobby", std::string(100, 'x')));
  keep(place.history(), many);
  REQUIRE(check(place.history()).empty());
  {
    std::fstream file(place.history().file, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(std::filesystem::file_size(place.history().file) / 8192 * 4096));
    file << std::string(8192, '\x5A');
  }
  bool noticed = false;
  try {
    noticed = !check(place.history()).empty();
  } catch (const store_error&) {
    noticed = true;
  }
  CHECK(noticed);
}

TEST_CASE("check: no history is an error", "[check]") {
  const scratch place;
  CHECK_THROWS_AS(check(place.history()), store_error);
}
