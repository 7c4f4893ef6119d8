#include "server/store/check.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <unistd.h>

#include "server/store/database.hpp"
#include "server/store/export.hpp"
#include "server/store/message_store.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/store/store_support.hpp"

using namespace confab::store;
using namespace confab::store::testing;
using Catch::Matchers::Contains;

namespace {

// A folder whose files this process can read and nothing else, while this lives.
class read_only_folder {
 public:
  explicit read_only_folder(const std::filesystem::path& folder) : folder_(folder) {
    using std::filesystem::perms;
    for (const auto& each : std::filesystem::directory_iterator(folder)) {
      std::filesystem::permissions(each.path(), perms::owner_read | perms::group_read | perms::others_read);
    }
    std::filesystem::permissions(folder, perms::owner_read | perms::owner_exec | perms::group_read | perms::group_exec |
                                             perms::others_read | perms::others_exec);
    // For root nothing is read-only.
    if (user_ == 0 && ::seteuid(65534) != 0) throw std::runtime_error("seteuid");
  }
  ~read_only_folder() {
    if (user_ == 0 && ::seteuid(0) != 0) std::abort();
    std::filesystem::permissions(folder_, std::filesystem::perms::owner_all);
  }
  read_only_folder(const read_only_folder&) = delete;
  read_only_folder& operator=(const read_only_folder&) = delete;

 private:
  std::filesystem::path folder_;
  uid_t user_ = ::geteuid();
};

// What check says of a good history after `damage`.
std::string after(const std::string& damage) {
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
  CHECK_THAT(after("UPDATE messages SET kind = 7 WHERE id = 1"), Contains("of a kind that cannot be: 1"));
  CHECK_THAT(after("UPDATE messages SET room = 9 WHERE id = 1"), Contains("of rooms that are not known: 1"));
  CHECK_THAT(after("UPDATE messages SET receiver = 9 WHERE id = 3"), Contains("of people who are not known: 1"));
  CHECK_THAT(after("UPDATE messages SET sender = 9 WHERE id = 3"), Contains("of people who are not known: 1"));
  CHECK_THAT(after("UPDATE people SET key = 'ann'"), Contains("people who have the key of another: 1"));
  CHECK_THAT(after("UPDATE people SET last_span = -1 WHERE key = 'bob'"), Contains("later than their people know: 1"));
  CHECK_THAT(after("UPDATE rooms SET name = ''"), Contains("rooms without a name"));
  CHECK_THAT(after("INSERT INTO rooms(name, generation, ended) VALUES ('lobby', 0, 0)"),
             Contains("with that of another: 1") && Contains("rooms that nothing is kept of: 1"));
  CHECK_THAT(after("INSERT INTO recalls VALUES (2, 0, 'Ann', 'addr')"), Contains("recalled messages") && Contains("1"));
  CHECK_THAT(after("UPDATE meta SET value = 2 WHERE name = 'reserved'"), Contains("above those known"));
}

TEST_CASE("check: ids and times that cannot be are found", "[check]") {
  CHECK(after("UPDATE messages SET time = 4600000000000 WHERE id = 1") == "");
  const std::string ids = after(
      "UPDATE meta SET value = 9223372036854775807 WHERE name = 'reserved';"
      "UPDATE messages SET id = 4503599627370497 WHERE id = 1");
  CHECK_THAT(ids, Contains("messages with an id that cannot be: 1"));
  CHECK_THAT(after("UPDATE messages SET time = -9223372036854775807 WHERE id = 1"),
             Contains("messages with a time that cannot be: 1"));
  CHECK_THAT(after("UPDATE messages SET time = 'noon' WHERE id = 1"), Contains("messages with a time that cannot be"));
}

TEST_CASE("check: the index must hold each message, as it is, and no other", "[check]") {
  const auto wrong = Contains("search index");
  CHECK_THAT(after("DELETE FROM messages WHERE id = 2"), wrong);
  CHECK_THAT(after("UPDATE messages SET text = 'six' WHERE id = 1"), wrong);
  CHECK_THAT(after("UPDATE rooms SET name = 'team'"), wrong);
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

TEST_CASE("check: a backup that may only be read is looked at too, and left as it is", "[check]") {
  const scratch place;
  options how = place.history();
  how.file = place.folder() / "a backup?#%41.db";
  keep(how, {said(1, "lobby", "one")});
  const read_only_folder only_to_read(place.folder());
  CHECK(check(how).empty());
  std::ostringstream out;
  CHECK(export_messages(how, out).messages == 1);
  how.file = place.folder() / "none.db";
  CHECK_THROWS_AS(check(how), store_error);
  how.file = place.folder() / "a backup?#%41.db";
  CHECK_THROWS_AS(message_store(how), store_error);
}

TEST_CASE("check: no history is an error", "[check]") {
  const scratch place;
  CHECK_THROWS_AS(check(place.history()), store_error);
}
