// Another program that writes to the history of a server at work: one that knows no lock, say.
#include "server/store/check.hpp"
#include "server/store/database.hpp"
#include "server/store/message_store.hpp"
#include "server/store/writer.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/deadline.hpp"
#include "tests/unit/store/store_support.hpp"

using namespace confab::store;
using namespace confab::store::testing;
using Catch::Matchers::Contains;

namespace {

std::vector<std::uint64_t> found(const options& how, const std::string& words) {
  reader whom(how);
  return ids(ask(whom, search_request{{{"lobby"}, ""}, words}));
}

}  // namespace

TEST_CASE("two writers: a second one is noticed with the next commit, and the index is made anew", "[two]") {
  const scratch place;
  const options how = place.history();
  message_store one(how);
  one.commit(std::vector<operation>{said(1, "lobby", "word 1")}, 1);
  CHECK_FALSE(one.spoiled());
  {
    message_store two(how);
    const std::uint64_t above = two.highest_id() + 1;
    two.commit(std::vector<operation>{said(above, "lobby", "word two")}, above);
    while (two.index_due()) two.index_some(std::chrono::steady_clock::now());
  }
  one.commit(std::vector<operation>{said(2, "lobby", "word 2")}, 2);
  CHECK(one.spoiled());
  // It would never have been indexed: the other has noted that it has come further.
  message_store again(how);
  CHECK(again.index_lag() > 0);
  while (again.index_due()) again.index_some(std::chrono::steady_clock::now() + std::chrono::seconds(1));
  CHECK(found(how, "word").size() == 3);
  CHECK(found(how, "2") == std::vector<std::uint64_t>{2});
  CHECK(check(how).empty());
  again.commit(std::vector<operation>{}, 0);
  CHECK_FALSE(again.spoiled());
}

TEST_CASE("two writers: who only reads, checks or tidies up is no second writer", "[two]") {
  const scratch place;
  const options how = place.history();
  message_store one(how);
  std::uint64_t id = 0;
  const auto commit = [&] {
    ++id;
    one.commit(std::vector<operation>{said(id, "lobby", "word")}, id);
    if (id % 2 == 0) one.index_some(std::chrono::steady_clock::now() + std::chrono::seconds(1));
  };
  for (int i = 0; i < 3; ++i) {
    commit();
    CHECK(check(how).empty());
    CHECK(found(how, "word").size() == id);
    database(how, database::access::write).execute("PRAGMA wal_checkpoint(TRUNCATE)");
    commit();
    one.merge_some(std::chrono::steady_clock::now());
    one.probe(id);
    commit();
    one.note_highest(id);
    commit();
  }
  CHECK_FALSE(one.spoiled());
}

TEST_CASE("two writers: a server stops keeping when another's ids are above its own, until it is restarted", "[two]") {
  const scratch place;
  const options how = place.history();
  std::vector<std::uint64_t> kept{1};
  {
    witness seen;
    writer to(how, seen.events());
    to.append({said(1, "lobby", "word 1")});
    REQUIRE(seen.settled(1));
    {
      database other(how, database::access::write);
      other.execute(
          "INSERT INTO messages SELECT 50000, time, kind, room, sender, sender_name, addr, receiver, "
          "receiver_name, 'word 50000', scope, tag FROM messages");
    }
    to.append({said(2, "lobby", "word 2")});
    REQUIRE(seen.settled(2));
    // Maintenance may have noticed before.
    if (seen.verdicts().back().kept) kept.push_back(2);
    REQUIRE(seen.health(false));
    const confab::test::deadline until;
    while (seen.reason().find("please restart") == std::string::npos && !until.passed())
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    CHECK_THAT(seen.reason(), Contains("please restart"));
    to.append({said(3, "lobby", "word 3")});
    REQUIRE(seen.settled(3));
    CHECK_FALSE(seen.verdicts().back().kept);
  }
  witness seen;
  writer again(how, seen.events());
  CHECK(again.highest_id() >= 50'000);
  const std::uint64_t next = again.highest_id() + 1;
  again.append({said(next, "lobby", "word again")});
  REQUIRE(seen.settled(1));
  kept.insert(kept.end(), {50'000, next});
  CHECK(found(how, "word") == kept);
}

TEST_CASE("two writers: a note that another has changed is made good while the server is at work, twice", "[two]") {
  const scratch place;
  const options how = place.history();
  witness seen;
  writer to(how, seen.events());
  std::uint64_t id = 0;
  for (int round = 0; round < 2; ++round) {
    ++id;
    to.append({said(id, "lobby", "word")});
    REQUIRE(seen.settled(id));
    {
      database other(how, database::access::write);
      other.execute("UPDATE meta SET value = 5000 WHERE name = 'indexed'");
    }
    ++id;
    to.append({said(id, "lobby", "word")});
    REQUIRE(seen.settled(id));
    CHECK(seen.verdicts().back().kept);
    const confab::test::deadline until;
    while (seen.health_changes().size() < 2 * static_cast<std::size_t>(round + 1) && !until.passed())
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    CHECK(seen.health_changes().size() == 2 * static_cast<std::size_t>(round + 1));
    CHECK_THAT(seen.reason(), Contains("another program has written"));
  }
  CHECK(found(how, "word").size() == 4);
}
