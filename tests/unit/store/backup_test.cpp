#include "server/store/backup.hpp"

#include <filesystem>
#include <fstream>
#include <signal.h>
#include <sstream>
#include <sys/wait.h>
#include <unistd.h>

#include "server/store/check.hpp"
#include "server/store/database.hpp"
#include "server/store/export.hpp"
#include "server/store/folder_lock.hpp"
#include "server/store/message_store.hpp"
#include "server/store/schema.hpp"
#include "server/store/writer.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/store/store_support.hpp"

using namespace confab::store;
using namespace confab::store::testing;
using Catch::Matchers::Contains;

namespace {

options in(const std::filesystem::path& folder) {
  const scratch place;
  options there = place.history();
  there.file = folder / "history.db";
  return there;
}

std::string exported(const options& how) {
  std::ostringstream out;
  export_messages(how, out);
  return out.str();
}

std::vector<std::string> names_in(const std::filesystem::path& folder) {
  std::vector<std::string> all;
  for (const auto& each : std::filesystem::directory_iterator(folder)) all.push_back(each.path().filename());
  return all;
}

std::vector<message> three() {
  return {said(1, "lobby", "one"), said(2, "茶", "two 二"), whispered(3, "Ann", "Bob", "three")};
}

}  // namespace

TEST_CASE("backup: is a history of its own, in one file, for its owner only, and comes again", "[backup]") {
  const scratch place;
  const options how = place.history();
  keep(how, three());
  const auto to = place.folder() / "backups" / "today";
  for (int round = 0; round < 2; ++round) {
    CHECK(back_up(how, to) == 3);
    CHECK(names_in(to) == std::vector<std::string>{"history.db"});
    CHECK(check(in(to)).empty());
    CHECK(exported(in(to)) == exported(how));
    CHECK(names_in(to) == std::vector<std::string>{"history.db"});
    using std::filesystem::perms;
    CHECK((std::filesystem::status(to).permissions() & perms::all) == perms::owner_all);
    CHECK((std::filesystem::status(to / "history.db").permissions() & perms::all) == perms(0600));
  }
}

TEST_CASE("backup: of a history that is written to meanwhile is one state of it", "[backup]") {
  const scratch place;
  const options how = place.history();
  witness seen;
  writer to(how, seen.events());
  std::uint64_t id = 0;
  std::atomic<bool> stop{false};
  std::thread talks([&] {
    while (!stop) {
      ++id;
      to.append({said(id, "lobby", "number " + std::to_string(id))});
      while (to.count().waiting_bytes > 20'000) ::usleep(100);
    }
  });
  std::uint64_t before = 0;
  for (int round = 0; round < 5; ++round) {
    const auto folder = place.folder() / std::to_string(round);
    const std::uint64_t count = back_up(how, folder);
    CHECK(count >= before);
    before = count;
    reader whom(in(folder));
    page_request last;
    last.room = "lobby";
    last.limit = 1;
    const page found = ask(whom, last);
    REQUIRE(found.messages.size() == (count > 0 ? 1 : 0));
    // None is missing: they were numbered one by one.
    if (count > 0) CHECK(found.messages[0].id == count);
  }
  stop = true;
  talks.join();
  REQUIRE(seen.settled(id));
  CHECK(to.count().lost == 0);
  CHECK(seen.health_changes().empty());
}

TEST_CASE("backup: what cannot be is said, and leaves what was there", "[backup]") {
  const scratch place;
  const options how = place.history();
  const auto to = place.folder() / "backup";
  CHECK_THROWS_WITH(back_up(how, to), Contains("no history in " + place.folder().string()));
  CHECK_FALSE(std::filesystem::exists(to));
  keep(how, three());
  CHECK_THROWS_WITH(back_up(how, place.folder()), Contains("where the history is"));
  back_up(how, to);
  const std::string good = exported(in(to));
  {
    const writer at_work(in(to), {});
    CHECK_THROWS_WITH(back_up(how, to), Contains("another confab"));
  }
  std::filesystem::remove(to / "history.db-wal");
  std::filesystem::remove(to / "history.db-shm");
  std::ofstream(to / "history.db-wal") << "x";
  CHECK_THROWS_WITH(back_up(how, to), Contains("no backup but a history in use"));
  std::filesystem::remove(to / "history.db-wal");
  {
    database db(how, database::access::write);
    db.execute("UPDATE messages SET kind = 7 WHERE id = 1");
  }
  CHECK_THROWS_WITH(back_up(how, to), Contains("not backed up: messages of a kind that cannot be: 1"));
  CHECK(exported(in(to)) == good);
  CHECK_THROWS_WITH(back_up(how, "/dev/null/backup"), Contains("/dev/null/backup"));
  for (const std::string& each : names_in(to)) CHECK(each.find("unfinished") == std::string::npos);
}

TEST_CASE("backup: on a disk that is full it fails, says why, and leaves what was there, twice", "[backup]") {
  const scratch place;
  const options how = place.history();
  std::vector<message> many;
  for (std::uint64_t id = 1; id <= 300; ++id) many.push_back(said(id, "lobby", std::string(200, 'x')));
  keep(how, many);
  const auto to = place.folder() / "backup";
  back_up(how, to);
  const auto size = std::filesystem::file_size(to / "history.db");
  for (int round = 0; round < 2; ++round) {
    const small_disk full(30'000);
    CHECK_THROWS_WITH(back_up(how, to), Contains("File too large") || Contains("full"));
    CHECK(std::filesystem::file_size(to / "history.db") == size);
    CHECK(names_in(to) == std::vector<std::string>{"history.db"});
  }
  CHECK(back_up(how, to) == 300);
}

TEST_CASE("backup: killed at any moment it is there whole or not at all, and the next one tidies up", "[backup]") {
  const scratch place;
  const options how = place.history();
  std::vector<message> many;
  for (std::uint64_t id = 1; id <= 2000; ++id) many.push_back(said(id, "lobby", "text number " + std::to_string(id)));
  keep(how, many);
  const auto to = place.folder() / "backup";
  for (int round = 0; round < 12; ++round) {
    std::filesystem::remove_all(to);
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      back_up(how, to);
      ::_exit(0);
    }
    ::usleep(static_cast<useconds_t>(round) * 2000);
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    if (std::filesystem::exists(to / "history.db")) CHECK(check(in(to)).empty());
  }
  CHECK(back_up(how, to) == 2000);
  CHECK(names_in(to) == std::vector<std::string>{"history.db"});
}

TEST_CASE("backup: a history of the first version is copied, checked and exported as it is", "[backup]") {
  const scratch place;
  const options how = place.history();
  {
    database db(how, database::access::write);
    db.write_ahead(sync_mode::normal);
    migrate(db, migrations().first(1));
    db.execute(
        "INSERT INTO messages VALUES (7, 1767225600000, 0, 'lobby', 'Ann', '127.0.0.1:1', 'ann', '', '', 'old');"
        "UPDATE meta SET value = 100 WHERE name = 'reserved'");
  }
  CHECK(check(how).empty());
  const auto to = place.folder() / "backup";
  CHECK(back_up(how, to) == 1);
  CHECK_THAT(exported(in(to)), Contains("\"id\":7") && Contains("\"text\":\"old\""));
  database copy(in(to), database::access::read);
  CHECK(schema_version(copy) == 1);
}

TEST_CASE("backup: an empty file, and one of a newer confab, are refused", "[backup]") {
  const scratch place;
  const options how = place.history();
  { std::ofstream made(how.file); }
  CHECK_THROWS_WITH(back_up(how, place.folder() / "backup"), Contains("empty"));
  CHECK_THROWS_WITH(check(how), Contains("empty"));
  keep(how, three());
  {
    database db(how, database::access::write);
    db.execute("PRAGMA user_version=99");
  }
  CHECK_THROWS_WITH(back_up(how, place.folder() / "backup"), Contains("newer confab"));
}
