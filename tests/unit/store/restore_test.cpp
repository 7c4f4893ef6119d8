#include "server/store/restore.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>
#include <sys/stat.h>
#include <unistd.h>

#include "server/store/backup.hpp"
#include "server/store/check.hpp"
#include "server/store/database.hpp"
#include "server/store/export.hpp"
#include "server/store/message_store.hpp"
#include "server/store/schema.hpp"
#include "server/store/writer.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/store/store_support.hpp"

using namespace confab::store;
using namespace confab::store::testing;
using Catch::Matchers::Contains;

namespace {

/// A folder with a history, and one with a backup of an earlier state of it.
class household {
 public:
  household() {
    std::filesystem::create_directory(data());
    keep(how(), {said(1, "lobby", "one"), said(2, "lobby", "two")});
    back_up(how(), backup());
    message_store more(how());
    more.commit(std::vector<operation>{said(3, "lobby", "three")}, 3);
    more.note_highest(900);
  }
  std::filesystem::path data() const { return place_.folder() / "data"; }
  std::filesystem::path backup() const { return place_.folder() / "backup"; }
  options in(const std::filesystem::path& folder) const {
    options there = place_.history();
    there.file = folder / "history.db";
    return there;
  }
  options how() const { return in(data()); }

 private:
  scratch place_;
};

std::string exported(const options& how) {
  std::ostringstream out;
  export_messages(how, out);
  return out.str();
}

std::size_t names_in(const std::filesystem::path& folder) {
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder), {}));
}

}  // namespace

TEST_CASE("restore: the backup is the history, what was there is aside under the time, ids go on above both",
          "[restore]") {
  const household home;
  const moment now = time_of(3600);
  const restored done = restore(home.how(), home.backup(), now);
  CHECK(done.messages == 2);
  CHECK(done.aside == home.data() / "replaced-2026-01-01T010000Z");
  CHECK(exported(home.how()) == exported(home.in(home.backup())));
  CHECK_THAT(exported(home.in(done.aside)), Contains("three"));
  CHECK(check(home.how()).empty());
  CHECK(check(home.in(done.aside)).empty());
  using std::filesystem::perms;
  CHECK((std::filesystem::status(home.how().file).permissions() & perms::all) == perms(0600));
  CHECK((std::filesystem::status(done.aside).permissions() & perms::all) == perms::owner_all);
  {
    const writer goes_on(home.how(), {});
    CHECK(goes_on.highest_id() >= 900);
  }
  // And back again, within the same second.
  const restored again = restore(home.how(), done.aside, now);
  CHECK(again.messages == 3);
  CHECK(again.aside == home.data() / "replaced-2026-01-01T010000Z.2");
  CHECK_THAT(exported(home.how()), Contains("three"));
  CHECK_THAT(exported(home.in(again.aside)), !Contains("three"));
}

TEST_CASE("restore: a write-ahead log that a killed server has left is not mixed in, and kept aside", "[restore]") {
  const household home;
  const std::string log = home.how().file.string() + "-wal";
  const std::string kept = home.how().file.string() + ".kept";
  // As kill -9 leaves it: a copy made while the files are open.
  {
    message_store open(home.how());
    open.commit(std::vector<operation>{said(4, "lobby", "said after the backup")}, 4);
    for (const char* const ending : {"", "-wal"}) {
      std::filesystem::copy_file(home.how().file.string() + ending, kept + ending);
    }
  }
  for (const char* const ending : {"", "-wal"}) {
    std::filesystem::rename(kept + ending, home.how().file.string() + ending);
  }
  REQUIRE(std::filesystem::exists(log));
  const restored done = restore(home.how(), home.backup(), time_of(1));
  CHECK_FALSE(std::filesystem::exists(log));
  CHECK(exported(home.how()) == exported(home.in(home.backup())));
  CHECK_THAT(exported(home.in(done.aside)), Contains("said after the backup"));
  const message_store opened(home.how());
  CHECK(opened.highest_id() >= 900);
}

TEST_CASE("restore: also over a history that is damaged, whose files stay together", "[restore]") {
  const household home;
  const std::string garbage(10'000, 'x');
  for (const char* const ending : {"", "-wal", "-shm"}) {
    std::ofstream(home.how().file.string() + ending, std::ios::trunc) << garbage;
  }
  const restored done = restore(home.how(), home.backup(), time_of(1));
  CHECK(done.messages == 2);
  CHECK(check(home.how()).empty());
  for (const char* const ending : {"", "-wal"}) {
    CHECK(std::filesystem::file_size((done.aside / "history.db").string() + ending) == garbage.size());
  }
  for (const char* const ending : {"-wal", "-shm"}) {
    CHECK_FALSE(std::filesystem::exists(home.how().file.string() + ending));
  }
}

TEST_CASE("restore: with no history there, and no folder", "[restore]") {
  const household home;
  std::filesystem::remove_all(home.data());
  const restored done = restore(home.how(), home.backup(), time_of(1));
  CHECK(done.messages == 2);
  CHECK(done.aside.empty());
  CHECK(check(home.how()).empty());
}

TEST_CASE("restore: what cannot be is said, and nothing is changed", "[restore]") {
  const household home;
  const std::string before = exported(home.how());
  const auto refused = [&](const std::filesystem::path& from, const std::string& why) {
    for (int i = 0; i < 2; ++i) CHECK_THROWS_WITH(restore(home.how(), from, time_of(1)), Contains(why));
    CHECK(exported(home.how()) == before);
    CHECK(names_in(home.data()) <= 2);  // the database and, where it got so far, the lock file
  };
  refused(home.data() / "none", "no backup in");
  refused(home.data(), "where the history is");
  {
    const writer at_work(home.how(), {});
    CHECK_THROWS_WITH(restore(home.how(), home.backup(), time_of(1)), Contains("another confab"));
  }
  {
    database db(home.in(home.backup()), database::access::write);
    db.execute("UPDATE messages SET text = 'changed' WHERE id = 1");
  }
  refused(home.backup(), "not restored, the backup is not whole: the search index");
  std::ofstream(home.backup() / "history.db", std::ios::trunc) << std::string(5000, 'x');
  refused(home.backup(),
          (home.backup() / "history.db").string() + " cannot be restored: history: file is not a database");
  std::ofstream(home.backup() / "history.db", std::ios::trunc) << "";
  refused(home.backup(),
          (home.backup() / "history.db").string() + " cannot be restored: history: the database is empty");
}

TEST_CASE("restore: on a disk that is full nothing is changed, twice", "[restore]") {
  const household home;
  const std::string before = exported(home.how());
  for (int round = 0; round < 2; ++round) {
    const small_disk full(10'000);
    CHECK_THROWS_AS(restore(home.how(), home.backup(), time_of(1)), store_error);
  }
  CHECK(exported(home.how()) == before);
  CHECK(names_in(home.data()) == 2);
  CHECK(restore(home.how(), home.backup(), time_of(1)).messages == 2);
}

TEST_CASE("restore: a reserve that cannot be is not taken over", "[restore]") {
  const household home;
  {
    database db(home.how(), database::access::write);
    db.execute("UPDATE meta SET value = 9223372036854775807 WHERE name = 'reserved'");
  }
  restore(home.how(), home.backup(), time_of(1));
  const message_store opened(home.how());
  CHECK(opened.highest_id() == 2);
}

TEST_CASE("restore: as root, the files belong to the owner of the folder", "[restore]") {
  if (::geteuid() != 0) return;
  const household home;
  REQUIRE(::chown(home.data().c_str(), 65534, 65534) == 0);
  const restored done = restore(home.how(), home.backup(), time_of(1));
  for (const auto& each : {home.how().file, std::filesystem::path(home.how().file.string() + ".lock"), done.aside}) {
    struct stat found {};
    REQUIRE(::stat(each.c_str(), &found) == 0);
    CHECK(found.st_uid == 65534);
  }
}
