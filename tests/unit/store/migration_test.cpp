// A history of the first release, made by its server: what it holds must be there in every later one.
#include <algorithm>
#include <signal.h>
#include <sstream>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server/store/check.hpp"
#include "server/store/export.hpp"
#include "server/store/message_row.hpp"
#include "server/store/message_store.hpp"
#include "server/store/queries.hpp"
#include "server/store/schema.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/store/store_support.hpp"

using namespace confab::store;
using namespace confab::store::testing;
using Catch::Matchers::Contains;

namespace {

using id_list = std::vector<std::uint64_t>;

options first_release(const scratch& place) {
  const options how = place.history();
  std::filesystem::copy_file(std::filesystem::path(CONFAB_TEST_DATA) / "first_release.db", how.file);
  return how;
}

id_list room(const options& how, const std::string& name) {
  page_request wanted;
  wanted.room = name;
  return ids(queries(how).read_page(wanted));
}

void index_all(message_store& what) {
  while (what.index_due()) what.index_some(std::chrono::steady_clock::now() + std::chrono::seconds(1));
}

}  // namespace

TEST_CASE("migration: a history of the first release is all there afterwards", "[migration]") {
  const scratch place;
  const options how = first_release(place);
  CHECK_THROWS_WITH(queries(how), Contains("older confab"));
  {
    message_store now(how);
    CHECK(now.highest_id() == 8);
    index_all(now);
    message fresh = said(9, "tea", "with a tag");
    fresh.scope = 5;
    fresh.tag = std::string("x");
    now.commit(std::vector<operation>{fresh}, 9);
    index_all(now);
  }
  CHECK(check(how).empty());
  CHECK(room(how, "lobby") == id_list{1, 2, 7});
  CHECK(room(how, "tea") == id_list{3, 4, 9});
  const auto find = [&](const std::string& words) {
    return ids(queries(how).search(search_request{{{"lobby", "tea"}, ""}, words}, std::atomic<bool>(false)));
  };
  CHECK(find("first release") == id_list{1});
  CHECK(find("绿茶") == id_list{4});
  CHECK(find("tag") == id_list{9});
  const page tagged = queries(how).tagged({});
  REQUIRE(tagged.messages.size() == 1);
  CHECK(tagged.messages[0].tag == "x");
  database db(how, database::access::read);
  CHECK(schema_version(db) == static_cast<int>(migrations().size()));
  CHECK(db.integer("SELECT count(*) FROM recalls") == 2);
  CHECK(db.integer("SELECT count(*) FROM sqlite_schema WHERE name LIKE 'whispers%'") == 0);
}

TEST_CASE("migration: every message of the first release is what it was, to the last field", "[migration]") {
  const scratch place;
  const options how = first_release(place);
  const auto all = [&how] {
    database db(how, database::access::read);
    statement next = db.prepare(select_messages_of(schema_version(db), "ORDER BY id"));
    std::vector<message> found;
    while (next.step()) found.push_back(read_message(next));
    return found;
  };
  const std::vector<message> before = all();
  std::ostringstream exported;
  export_messages(how, exported);
  REQUIRE(before.size() == 6);
  CHECK(before[0].from_key == "4a0537eae15fafdc.1");
  const message& whisper = before.back();
  CHECK(whisper.is_whisper());
  CHECK(whisper.from == "bob");
  CHECK(whisper.to == "ann");
  CHECK(whisper.to_key == "4a0537eae15fafdc.1");
  { const message_store now(how); }
  CHECK(all() == before);
  std::ostringstream again;
  export_messages(how, again);
  CHECK(again.str() == exported.str());
  CHECK_THAT(exported.str(), Contains("绿茶很好喝"));
  const auto rooms = queries(how).rooms().rooms;
  CHECK(rooms == std::vector<room_ref>{"lobby", "tea"});
  database db(how, database::access::read);
  CHECK(db.integer("SELECT count(*) FROM people") == 2);
  CHECK(db.integer("SELECT count(*) FROM spans") == 1);
}

TEST_CASE("migration: before a large history is written anew, the log says what the start waits for", "[migration]") {
  const scratch place;
  options how = first_release(place);
  how.large_file = std::filesystem::file_size(how.file);
  std::vector<std::string> notes;
  writer::events events;
  events.note = [&notes](const std::string& text) { notes.push_back(text); };
  { const writer first(how, events); }
  REQUIRE(notes.size() == 2);
  CHECK_THAT(notes[0], Contains("written anew"));
  notes.clear();
  { const writer again(how, events); }
  REQUIRE(notes.size() == 1);
  CHECK_THAT(notes[0], Contains("looked at"));
}

TEST_CASE("migration: leaves nothing that is made another way in a new history", "[migration]") {
  const auto made = [](const options& how) {
    database db(how, database::access::read);
    std::vector<std::string> all;
    statement next = db.prepare("SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_schema ORDER BY 1");
    while (next.step()) all.emplace_back(next.text(0));
    return all;
  };
  const scratch old_place;
  const scratch new_place;
  const options old = first_release(old_place);
  { const message_store migrated(old); }
  { const message_store fresh(new_place.history()); }
  CHECK(made(old) == made(new_place.history()));
}

TEST_CASE("migration: may be killed at any moment and is done by the next start", "[migration]") {
  for (int round = 0; round < 12; ++round) {
    INFO("round " << round);
    const scratch place;
    const options how = first_release(place);
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      // Killed after so much work of its own, which does not depend on how busy the machine is.
      const itimerval end{{0, 0}, {0, 100 + round * 400}};
      ::setitimer(ITIMER_PROF, &end, nullptr);  // SIGPROF ends the process
      ::alarm(20);
      for (;;) {
        message_store now(how);
        index_all(now);
      }
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    CHECK(WIFSIGNALED(status));
    CHECK(WTERMSIG(status) == SIGPROF);
    {
      message_store now(how);
      index_all(now);
    }
    CHECK(check(how).empty());
    CHECK(room(how, "lobby") == id_list{1, 2, 7});
  }
}

TEST_CASE("migration: the second version becomes the third, and its spans stay true", "[migration]") {
  const scratch place;
  const options how = place.history();
  {
    database before(how, database::access::write);
    migrate(before, migrations().first(2));
    before.execute(
        "INSERT INTO people VALUES (1, 'ann', 0); INSERT INTO rooms VALUES (1, 'lobby', 0, 0);"
        "INSERT INTO messages VALUES (7, 1767225600000, 0, 1, 1, 'Ann', '127.0.0.1:1', NULL, '', 'before', 0, '');");
  }
  message_store now(how);
  message late = said(8, "lobby", "after");
  late.time = moment(std::chrono::milliseconds(5));
  now.commit(std::vector<operation>{late}, 8);
  index_all(now);
  CHECK(check(how).empty());
  CHECK(room(how, "lobby") == id_list{7, 8});
  database db(how, database::access::read);
  CHECK(schema_version(db) == 3);
  CHECK(db.integer("SELECT oldest FROM spans") == 5);
}
