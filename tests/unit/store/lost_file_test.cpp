// A history.db that is missing or empty, with and without what it left beside it: what each way to open it does.
#include "server/store/lost_file.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "server/store/backup.hpp"
#include "server/store/check.hpp"
#include "server/store/database.hpp"
#include "server/store/export.hpp"
#include "server/store/message_store.hpp"
#include "server/store/opening.hpp"
#include "server/store/queries.hpp"
#include "server/store/restore.hpp"
#include "server/store/writer.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/store/store_support.hpp"

using namespace confab::store;
using namespace confab::store::testing;
using Catch::Matchers::Contains;

namespace {

namespace fs = std::filesystem;

std::string bytes_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write(const fs::path& file, const std::string& bytes) {
  std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
}

fs::path beside(const options& how, const char* ending) {
  return fs::path(how.file) += ending;
}

/// Names and contents of what is in a folder, but for the lock and what restoring sets aside.
std::map<std::string, std::string> files_in(const fs::path& folder) {
  std::map<std::string, std::string> all;
  for (const auto& each : fs::directory_iterator(folder)) {
    if (each.is_regular_file() && each.path().extension() != ".lock") {
      all[each.path().filename()] = bytes_of(each.path());
    }
  }
  return all;
}

/// What a killed server leaves beside its database: a write-ahead log with the last messages.
std::string log_of_killed() {
  const scratch place;
  const options how = place.history();
  message_store open(how);
  open.commit(std::vector<operation>{said(1, "lobby", "only in the log")}, 1);
  return bytes_of(beside(how, "-wal"));
}

/// The rollback journal of a database that had `pages` before.
std::string journal_of(char pages) {
  std::string bytes = "\xd9\xd5\x05\xf9\x20\xa1\x63\xd7";
  bytes += std::string(
               "\0\0\0\1"
               "nonc"
               "\0\0\0",
               11) +
           pages + std::string("\0\0\2\0\0\0\x10\0", 8);
  bytes.resize(512 + 8 + 4096);
  return bytes;
}

/// The same as it is before SQLite has filled in the magic and the count of records.
std::string begun_journal_of(char pages) {
  return std::string(12, '\0') + journal_of(pages).substr(12);
}

struct scene {
  bool empty;  // the database is there with 0 bytes; otherwise it is missing
  const char* ending;
  std::string log;
};

void set(const options& how, const scene& what) {
  if (what.empty) write(how.file, "");
  if (*what.ending != '\0') write(beside(how, what.ending), what.log);
}

/// That it is lost, because of which file, and the ways out.
class says_so : public Catch::MatcherBase<std::string> {
 public:
  says_so(const options& how, const scene& what)
      : parts_{how.file.string() + (what.empty ? " is empty" : " is missing"),
               beside(how, what.ending).string() + " beside it", "--restore", "aside"} {}
  bool match(const std::string& text) const override {
    return std::all_of(parts_.begin(), parts_.end(),
                       [&](const std::string& each) { return text.find(each) != std::string::npos; });
  }
  std::string describe() const override { return "says that it is lost, and the ways out"; }

 private:
  std::vector<std::string> parts_;
};

/// What the log says about a server that starts there; it keeps and finds what is said then.
std::string notes_of_start(const options& how) {
  std::string notes;
  witness seen;
  writer::events events = seen.events();
  events.note = [&notes](const std::string& text) { notes += text + "\n"; };
  {
    writer to(how, events);
    CHECK(to.highest_id() == 0);
    to.append({said(1, "lobby", "fresh")});
    CHECK(seen.settled(1));
    CHECK(to.count().lost == 0);
  }
  CHECK(check(how).empty());
  std::ostringstream out;
  CHECK(export_messages(how, out).messages == 1);
  return notes;
}

}  // namespace

TEST_CASE("lost file: what is left of a lost database is not replaced in silence, whoever opens it", "[lost]") {
  const std::string log = log_of_killed();
  REQUIRE(log.size() > 4096);
  for (const scene& each : std::vector<scene>{{true, "-wal", log},
                                              {false, "-wal", log},
                                              {true, "-wal", "x"},
                                              {false, "-wal", "x"},
                                              {true, "-journal", journal_of(1)},
                                              {false, "-journal", journal_of(1)},
                                              {true, "-journal", begun_journal_of(1)},
                                              {true, "-journal", std::string(512, '\0')},
                                              {false, "-journal", journal_of(0).substr(0, 19)}}) {
    const scratch place;
    const options how = place.history();
    INFO((each.empty ? "empty, " : "missing, ") << each.ending << ' ' << each.log.size());
    set(how, each);
    const auto before = files_in(place.folder());
    REQUIRE(before.size() == (each.empty ? 2U : 1U));
    CHECK_THROWS_WITH(writer(how, {}), says_so(how, each));
    CHECK_THROWS_WITH(message_store(how, care::none), says_so(how, each));
    CHECK_THROWS_WITH(message_store(how, care::mend), says_so(how, each));
    CHECK_THROWS_WITH(queries(how), says_so(how, each));
    CHECK_THROWS_WITH(check(how), says_so(how, each));
    std::ostringstream out;
    CHECK_THROWS_WITH(export_messages(how, out), says_so(how, each));
    CHECK_THROWS_WITH(export_to_file(how, place.folder() / "out.jsonl"), says_so(how, each));
    CHECK_THROWS_WITH(back_up(how, place.folder() / "backup"), says_so(how, each));
    CHECK(out.str().empty());
    CHECK(files_in(place.folder()) == before);
    CHECK_FALSE(fs::exists(place.folder() / "backup"));

    // The ways out: putting it aside, and restoring.
    fs::rename(beside(how, each.ending), place.folder() / "aside");
    CHECK_THAT(notes_of_start(how), Contains("new history"));
    CHECK(bytes_of(place.folder() / "aside") == each.log);
  }
}

TEST_CASE("lost file: what is left of a database behind links is not replaced either", "[lost]") {
  const std::string log = log_of_killed();
  const scratch place;
  const options how = place.history();
  const fs::path disk = place.folder() / "disk";
  fs::create_directory(disk);
  fs::create_symlink("second", how.file);
  fs::create_symlink(disk / "real.db", place.folder() / "second");
  write(disk / "real.db-wal", log);
  if (GENERATE(false, true)) write(disk / "real.db", "");
  const auto before = files_in(disk);
  CHECK_THROWS_WITH(writer(how, {}), Contains((disk / "real.db-wal").string()) && Contains("--restore"));
  CHECK_THROWS_WITH(check(how), Contains((disk / "real.db-wal").string()));
  CHECK(files_in(disk) == before);
}

TEST_CASE("lost file: looking at what a killed server left changes neither the database nor its log", "[lost]") {
  const scratch running;
  const options at_work = running.history();
  const scratch place;
  const options how = place.history();
  {
    message_store open(at_work);
    open.commit(std::vector<operation>{said(1, "lobby", "only in the log")}, 1);
    for (const char* const ending : {"", "-wal"}) write(beside(how, ending), bytes_of(beside(at_work, ending)));
  }
  const std::string database_before = bytes_of(how.file);
  const std::string log_before = bytes_of(beside(how, "-wal"));
  REQUIRE(log_before.size() > 4096);
  const auto unchanged = [&] {
    return bytes_of(how.file) == database_before && bytes_of(beside(how, "-wal")) == log_before;
  };
  check_opening(how);
  CHECK(unchanged());
  CHECK(check(how).empty());
  CHECK(unchanged());
  std::ostringstream out;
  CHECK(export_messages(how, out).messages == 1);
  CHECK(unchanged());
  CHECK(back_up(how, place.folder() / "backup") == 1);
  CHECK(unchanged());
  const writer starts(how, {});
  CHECK(starts.highest_id() >= 1);
}

TEST_CASE("lost file: a restored backup is not mixed with what is left of a lost database", "[lost][restore]") {
  const scratch place;
  options good = place.history();
  good.file = place.folder() / "good" / "history.db";
  fs::create_directory(good.file.parent_path());
  keep(good, {said(1, "lobby", "one"), said(2, "lobby", "two")});
  const fs::path backup = place.folder() / "backup";
  back_up(good, backup);
  const std::string log = log_of_killed();
  int round = 0;
  for (const scene& each : std::vector<scene>{{true, "-wal", log},
                                              {false, "-wal", log},
                                              {true, "-journal", journal_of(1)},
                                              {false, "-journal", journal_of(1)},
                                              {true, "", ""},
                                              {false, "", ""},
                                              {false, "-wal", ""}}) {
    INFO((each.empty ? "empty, " : "missing, ") << each.ending << ' ' << each.log.size());
    options how = good;
    how.file = place.folder() / std::to_string(++round) / "history.db";
    fs::create_directory(how.file.parent_path());
    set(how, each);
    const restored done = restore(how, backup, time_of(1));
    CHECK(done.messages == 2);
    const bool nothing_beside = each.log.empty() && *each.ending != '\0';  // an empty log belongs to any database
    CHECK(files_in(how.file.parent_path()).size() == (nothing_beside ? 2U : 1U));
    if (each.empty || !each.log.empty()) {
      std::map<std::string, std::string> kept = files_in(done.aside);
      CHECK(kept.count("history.db") == (each.empty ? 1U : 0U));
      if (*each.ending != '\0') CHECK(kept[std::string("history.db") + each.ending] == each.log);
    } else {
      CHECK(done.aside.empty());
    }
    CHECK(check(how).empty());
    std::ostringstream out;
    CHECK(export_messages(how, out).messages == 2);
    const writer starts(how, {});
    CHECK(starts.highest_id() >= 2);
  }
}

TEST_CASE("lost file: a backup is not made or taken beside what is left of another history", "[lost][backup]") {
  const scratch place;
  const options how = place.history();
  keep(how, {said(1, "lobby", "one")});
  const char* const ending = GENERATE("-wal", "-journal");
  INFO(ending);
  const fs::path to = place.folder() / "backup";
  fs::create_directory(to);
  write(to / ("history.db" + std::string(ending)), journal_of(1));
  CHECK_THROWS_WITH(back_up(how, to), Contains("in use"));
  write(to / "history.db", "");
  options other = how;
  other.file = place.folder() / "other" / "history.db";
  CHECK_THROWS_WITH(restore(other, to, time_of(1)), Contains("is empty, and"));
  CHECK_FALSE(fs::exists(other.file));
  CHECK(bytes_of(to / ("history.db" + std::string(ending))) == journal_of(1));
}

TEST_CASE("lost file: an empty file begins a new history, and the log says so", "[lost]") {
  for (const scene& each : std::vector<scene>{{true, "", ""},
                                              {true, "-wal", ""},
                                              {true, "-journal", ""},
                                              {true, "-journal", journal_of(0)},
                                              {true, "-journal", begun_journal_of(0)},
                                              {true, "-journal", begun_journal_of(0).substr(0, 512)}}) {
    const scratch place;
    const options how = place.history();
    INFO(each.ending << ' ' << each.log.size());
    set(how, each);
    CHECK_THROWS_WITH(check(how), Contains("the database is empty"));
    std::ostringstream out;
    CHECK_THROWS_WITH(export_messages(how, out), Contains("the database is empty"));
    CHECK_THROWS_WITH(back_up(how, place.folder() / "backup"), Contains("the database is empty"));
    CHECK_THAT(notes_of_start(how),
               Contains(how.file.string() + " is empty: a new history begins") && Contains("--restore"));
  }
}

TEST_CASE("lost file: a file that is missing where a server was before is told, the first start of all is not",
          "[lost]") {
  const scratch place;
  const options how = place.history();
  CHECK(notes_of_start(how).empty());
  {
    // Nor a start on what is there.
    std::string notes;
    writer::events events;
    events.note = [&notes](const std::string& text) { notes += text; };
    const writer again(how, events);
    CHECK(notes.empty());
  }
  fs::remove(how.file);
  CHECK_THAT(notes_of_start(how), Contains(how.file.string() + " is missing") && Contains("a new history begins"));
}

TEST_CASE("lost file: a log is put aside under a name that is free, and its index goes", "[lost]") {
  const scratch place;
  const auto log = place.folder() / "history.db-wal";
  const auto index = place.folder() / "history.db-shm";
  CHECK(put_log_aside(log, index).empty());  // there is none
  for (const char* const name : {"history.db-wal.aside", "history.db-wal.aside2", "history.db-wal.aside3"}) {
    std::ofstream(log) << name;
    std::ofstream(index) << "x";
    CHECK(put_log_aside(log, index) == place.folder() / name);
    CHECK(bytes_of(place.folder() / name) == name);
    CHECK_FALSE(std::filesystem::exists(log));
    CHECK_FALSE(std::filesystem::exists(index));
  }
  std::ofstream(log) << "";
  CHECK(put_log_aside(log, index).empty());
  CHECK_FALSE(std::filesystem::exists(log));  // nothing was in it
  std::filesystem::create_directory(index);
  std::ofstream(index / "in the way") << "x";
  CHECK_THROWS_WITH(put_log_aside(log, index), Contains("cannot move " + log.string() + " aside"));
}
