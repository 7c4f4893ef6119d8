#include "server/store/schema.hpp"

#include <array>
#include <fstream>

#include "server/store/message_store.hpp"
#include "server/store/queries.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/store/store_support.hpp"

using namespace confab::store;
using namespace confab::store::testing;
using Catch::Matchers::Contains;

namespace {

constexpr migration first = "CREATE TABLE one(x); INSERT INTO one VALUES (7)";
constexpr migration second = "ALTER TABLE one ADD COLUMN y DEFAULT 8";
constexpr migration broken = "CREATE TABLE two(x); SELECT nonsense";

}  // namespace

TEST_CASE("schema: an empty database goes through all steps, an older one through the rest", "[schema]") {
  const scratch place;
  database db(place.history(), database::access::write);
  CHECK(schema_version(db) == 0);
  migrate(db, std::array{first});
  CHECK(schema_version(db) == 1);
  migrate(db, std::array{first, second});
  CHECK(schema_version(db) == 2);
  CHECK(db.integer("SELECT x + y FROM one") == 15);
  migrate(db, std::array{first, second});
  CHECK(schema_version(db) == 2);
}

TEST_CASE("schema: a step that fails leaves the version before it", "[schema]") {
  const scratch place;
  database db(place.history(), database::access::write);
  CHECK_THROWS_AS(migrate(db, std::array{first, broken}), store_error);
  CHECK(schema_version(db) == 1);
  CHECK(db.integer("SELECT count(*) FROM sqlite_schema WHERE name = 'two'") == 0);
  migrate(db, std::array{first, second});
  CHECK(schema_version(db) == 2);
}

TEST_CASE("schema: a database of a newer confab is refused by all and stays as it is", "[schema]") {
  const scratch place;
  const options how = place.history();
  { message_store made(how); }
  const auto current = static_cast<int>(migrations().size());
  {
    database db(how, database::access::write);
    db.execute("PRAGMA user_version=" + std::to_string(current + 1));
  }
  CHECK_THROWS_WITH(message_store(how), Contains("newer confab") && Contains("update"));
  CHECK_THROWS_WITH(queries(how), Contains("newer confab"));
  database db(how, database::access::read);
  CHECK(schema_version(db) == current + 1);
}

TEST_CASE("schema: readers refuse a database of an older confab", "[schema]") {
  const scratch place;
  { message_store made(place.history()); }
  {
    database db(place.history(), database::access::write);
    db.execute("PRAGMA user_version=1");
  }
  CHECK_THROWS_WITH(queries(place.history()), Contains("older confab"));
}

TEST_CASE("schema: somebody else's database is refused and stays as it is", "[schema]") {
  const scratch place;
  {
    database db(place.history(), database::access::write);
    db.execute("CREATE TABLE theirs(x)");
  }
  CHECK_THROWS_WITH(message_store(place.history()), Contains("not one of confab"));
  database db(place.history(), database::access::read);
  CHECK(db.integer("SELECT count(*) FROM sqlite_schema") == 1);
  CHECK(db.text("PRAGMA journal_mode") == "delete");
}

TEST_CASE("schema: a version that cannot be is damage, a later one is not", "[schema]") {
  const scratch place;
  { message_store made(place.history()); }
  const auto set = [&place](const std::string& version) {
    database(place.history(), database::access::write).execute("PRAGMA user_version=" + version);
  };
  for (const char* const version : {"-1", "-2147483648", "1001", "2147483647"}) {
    set(version);
    CHECK_THROWS_WITH(message_store(place.history()), Contains("is damaged") && Contains(version));
    CHECK_THROWS_WITH(queries(place.history()), Contains(version));
  }
  for (const char* const version : {"4", "1000"}) {
    set(version);
    CHECK_THROWS_WITH(message_store(place.history()), Contains("newer confab") && Contains(version));
  }
  set("2");
  CHECK_NOTHROW(message_store(place.history()));
}

TEST_CASE("schema: a file that is no database is refused", "[schema]") {
  const scratch place;
  std::ofstream(place.history().file) << "This is a letter to my aunt, and not a database at all. "
                                      << std::string(4096, '.');
  CHECK_THROWS_WITH(message_store(place.history()), Contains("not a database"));
}

TEST_CASE("schema: a history in a folder that does not exist is refused by name", "[schema]") {
  const scratch place;
  options how = place.history();
  how.file = place.folder() / "missing" / "history.db";
  CHECK_THROWS_WITH(message_store(how), Contains("missing/history.db"));
  CHECK_THROWS_WITH(writer(how, {}), Contains("/missing: No such file or directory"));
}

TEST_CASE("database: only its owner may read a new file", "[schema]") {
  const scratch place;
  const options how = place.history();
  const message_store made(how);
  using std::filesystem::perms;
  for (const char* ending : {"", "-wal", "-shm"}) {
    INFO(ending);
    CHECK(std::filesystem::status(how.file.string() + ending).permissions() ==
          (perms::owner_read | perms::owner_write));
  }
}

TEST_CASE("database: a transaction that is not committed leaves nothing", "[schema]") {
  const scratch place;
  database db(place.history(), database::access::write);
  db.execute("CREATE TABLE t(x)");
  {
    transaction change(db, transaction::kind::write);
    db.execute("INSERT INTO t VALUES (1)");
  }
  CHECK(db.integer("SELECT count(*) FROM t") == 0);
  {
    transaction change(db, transaction::kind::write);
    db.execute("INSERT INTO t VALUES (1)");
    change.commit();
  }
  CHECK(db.integer("SELECT count(*) FROM t") == 1);
}

TEST_CASE("database: texts are kept as they are, with NUL bytes and when empty", "[schema]") {
  const scratch place;
  database db(place.history(), database::access::write);
  db.execute("CREATE TABLE t(x NOT NULL)");
  statement insert = db.prepare("INSERT INTO t VALUES (?1)");
  const std::string odd("a\0b", 3);
  insert.run(odd);
  insert.run(std::string_view());
  statement select = db.prepare("SELECT x FROM t ORDER BY rowid");
  REQUIRE(select.step());
  CHECK(select.text(0) == odd);
  REQUIRE(select.step());
  CHECK(select.text(0).empty());
  CHECK_FALSE(select.step());
}
