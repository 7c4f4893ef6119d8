#include "server/store/message_store.hpp"

#include <fstream>
#include <iterator>

#include "server/store/check.hpp"
#include "server/store/queries.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/store/store_support.hpp"

using namespace confab::store;
using namespace confab::store::testing;

namespace {

std::vector<std::uint64_t> all_ids(const options& how) {
  page_request wanted;
  wanted.room = "lobby";
  wanted.limit = max_limit;
  return ids(queries(how).read_page(wanted));
}

std::vector<std::uint64_t> find(const options& how, const std::string& words) {
  search_request wanted;
  wanted.who.rooms = {"lobby"};
  wanted.words = words;
  return ids(queries(how).search(wanted, std::atomic<bool>(false)));
}

recall recall_of(std::uint64_t id) {
  return {id, time_of(id + 5), "Ann", "127.0.0.1:4000"};
}

std::vector<message> lobby(std::uint64_t first, std::uint64_t last) {
  std::vector<message> all;
  for (std::uint64_t id = first; id <= last; ++id) all.push_back(said(id, "lobby", "number " + std::to_string(id)));
  return all;
}

void prune(message_store& what, moment now) {
  while (what.prune_due(now)) what.prune_some(now, at_once);
}

}  // namespace

TEST_CASE("message store: ids go on after an orderly end, a recall and a prune", "[message_store]") {
  const scratch place;
  {
    message_store made(place.history());
    CHECK(made.highest_id() == 0);
    made.commit(std::vector<operation>{said(1, "lobby", "a"), said(5, "lobby", "b"), recall_of(5)}, 5);
    made.note_highest(5);
  }
  {
    message_store again(place.history());
    CHECK(again.highest_id() == 5);
    again.note_highest(9);  // four that were not kept
  }
  message_store once_more(place.history());
  CHECK(once_more.highest_id() == 9);
}

TEST_CASE("message store: after a crash ids go on above all that were used", "[message_store]") {
  const scratch place;
  {
    message_store made(place.history());
    made.commit(std::vector<operation>{said(1, "lobby", "a")}, 1);
    made.commit(std::vector<operation>{said(2, "lobby", "b")}, 500);
    // No note_highest: this is the crash.
  }
  {
    message_store again(place.history());
    CHECK(again.highest_id() == 1 + message_store::id_reserve);
    again.commit(std::vector<operation>{said(again.highest_id() + 1, "lobby", "c")}, 0);
  }
  message_store once_more(place.history());
  CHECK(once_more.highest_id() == 2 + 2 * message_store::id_reserve);
}

TEST_CASE("message store: at least half of the ids in reserve are left after every commit", "[message_store]") {
  const scratch place;
  constexpr std::uint64_t half = message_store::id_reserve / 2;
  const std::uint64_t used = GENERATE_COPY(std::uint64_t{2}, half, half + 1, half + 2, 2 * half, 2 * half + 1);
  {
    message_store made(place.history());
    made.commit(std::vector<operation>{said(1, "lobby", "a")}, 1);
    made.commit(std::vector<operation>{said(used, "lobby", "b")}, used);
  }
  const message_store again(place.history());
  CHECK(again.highest_id() >= used + half);
  CHECK(again.highest_id() <= used + message_store::id_reserve);
}

TEST_CASE("message store: a probe notes the ids used meanwhile, and the end after it makes them exact",
          "[message_store]") {
  const scratch place;
  const bool orderly = GENERATE(false, true);
  keep(place.history(), {said(1, "lobby", "a")});
  {
    message_store made(place.history());
    made.commit(std::vector<operation>{said(2, "lobby", "b")}, 2);
  }
  {
    message_store anew(place.history());
    anew.probe(30'000);
    if (orderly) anew.note_highest(30'000);
  }
  const message_store again(place.history());
  CHECK(again.highest_id() == (orderly ? 30'000 : 30'000 + message_store::id_reserve));
}

TEST_CASE("message store: a recalled message is gone, indexed or not, and the recall is on record", "[message_store]") {
  const scratch place;
  const bool indexed_before = GENERATE(false, true);
  const options how = place.history();
  {
    message_store made(how);
    made.commit(std::vector<operation>{said(1, "lobby", "stays"), said(2, "lobby", "xylophone secret")}, 0);
    if (indexed_before) made.index_some(no_hurry);
    made.commit(std::vector<operation>{recall_of(2)}, 0);
    made.commit(std::vector<operation>{recall_of(2), recall_of(77)}, 0);  // once more, and of what never was
    if (!indexed_before) made.index_some(no_hurry);
    CHECK_FALSE(made.index_due());
  }
  CHECK(all_ids(how) == std::vector<std::uint64_t>{1});
  CHECK(find(how, "xylophone").empty());
  CHECK(find(how, "stays") == std::vector<std::uint64_t>{1});
  CHECK(check(how).empty());
  database db(how, database::access::read);
  statement row = db.prepare("SELECT id, time, name, addr FROM recalls ORDER BY id");
  REQUIRE(row.step());
  CHECK(row.integer(0) == 2);
  CHECK(row.integer(1) == time_of(7).time_since_epoch().count());
  CHECK(row.text(2) == "Ann");
  CHECK(row.text(3) == "127.0.0.1:4000");
  REQUIRE(row.step());
  CHECK(row.integer(0) == 77);
  CHECK_FALSE(row.step());
}

TEST_CASE("message store: nothing of a recalled text is left in the file of a history at rest", "[message_store]") {
  const scratch place;
  {
    message_store made(place.history());
    made.commit(std::vector<operation>{said(1, "lobby", "the password is Qwertzuiop!"), said(2, "lobby", "oops")}, 0);
    made.commit(std::vector<operation>{recall_of(1)}, 0);
  }
  std::ifstream file(place.history().file, std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(file)), {});
  CHECK(bytes.find("oops") != std::string::npos);
  CHECK(bytes.find("Qwertzuiop") == std::string::npos);
}

TEST_CASE("message store: a commit that fails changes nothing", "[message_store]") {
  const scratch place;
  message_store made(place.history());
  made.commit(std::vector<operation>{said(1, "lobby", "a")}, 0);
  CHECK_THROWS_AS(made.commit(std::vector<operation>{said(2, "lobby", "b"), said(1, "lobby", "again")}, 0),
                  store_error);
  CHECK(all_ids(place.history()) == std::vector<std::uint64_t>{1});
  made.commit(std::vector<operation>{said(2, "lobby", "b")}, 0);
  CHECK(all_ids(place.history()) == std::vector<std::uint64_t>{1, 2});
}

TEST_CASE("message store: beyond the number to be kept the oldest go", "[message_store]") {
  const scratch place;
  options how = place.history();
  how.keep_messages = 3;
  const std::uint64_t written = GENERATE(2U, 3U, 4U, 10U);
  message_store made(how);
  const auto messages = lobby(1, written);
  made.commit(std::vector<operation>(messages.begin(), messages.end()), 0);
  made.index_some(no_hurry);
  CHECK(made.prune_due(time_of(0)) == (written > 3));
  prune(made, time_of(0));
  const auto left = all_ids(how);
  CHECK(left.size() == std::min<std::uint64_t>(written, 3));
  CHECK(left.back() == written);
  CHECK(find(how, "number") == left);
  CHECK(check(how).empty());
}

TEST_CASE("message store: recalls and earlier runs count for the number to be kept", "[message_store]") {
  const scratch place;
  options how = place.history();
  keep(how, lobby(1, 4));
  how.keep_messages = 3;
  message_store made(how);
  made.commit(std::vector<operation>{said(5, "lobby", "x"), recall_of(5), recall_of(4)}, 0);
  CHECK_FALSE(made.prune_due(time_of(0)));
  made.commit(std::vector<operation>{said(6, "lobby", "y")}, 0);
  prune(made, time_of(0));
  CHECK(all_ids(how) == std::vector<std::uint64_t>{2, 3, 6});
}

TEST_CASE("message store: what is older than the time to be kept goes", "[message_store]") {
  const scratch place;
  options how = place.history();
  how.keep_for = std::chrono::hours(24);
  message_store made(how);
  const auto messages = lobby(1, 5);
  made.commit(std::vector<operation>(messages.begin(), messages.end()), 0);
  const moment now = time_of(3) + how.keep_for;  // message 3 is exactly as old as allowed
  CHECK_FALSE(made.prune_due(time_of(1) + how.keep_for));
  CHECK(made.prune_due(time_of(1) + how.keep_for + std::chrono::milliseconds(1)));
  prune(made, now);
  CHECK(all_ids(how) == std::vector<std::uint64_t>{3, 4, 5});
  prune(made, now + how.keep_for);
  CHECK(all_ids(how).empty());
  CHECK_FALSE(made.prune_due(now + how.keep_for));
}

TEST_CASE("message store: a step does at least one message and no more when its time is over", "[message_store]") {
  const scratch place;
  options how = place.history();
  how.keep_messages = 1;
  message_store made(how);
  const auto messages = lobby(1, 3);
  made.commit(std::vector<operation>(messages.begin(), messages.end()), 0);
  CHECK(made.index_lag() == 3);
  made.index_some(at_once);
  CHECK(made.index_lag() == 2);
  made.prune_some(time_of(0), at_once);
  CHECK(all_ids(how) == std::vector<std::uint64_t>{2, 3});
  made.prune_some(time_of(0), no_hurry);
  CHECK(all_ids(how) == std::vector<std::uint64_t>{3});
}

TEST_CASE("message store: the index is kept in few pieces", "[message_store]") {
  const scratch place;
  const options how = place.history();
  message_store made(how);
  const auto messages = lobby(1, 300);
  made.commit(std::vector<operation>(messages.begin(), messages.end()), 0);
  while (made.index_due()) made.index_some(at_once);
  CHECK(made.merge_due());
  database db(how, database::access::read);
  const auto pieces = "SELECT count(DISTINCT segid) FROM search_idx";
  CHECK(db.integer(pieces) == 300);
  while (made.merge_due()) made.merge_some(at_once);
  CHECK(db.integer(pieces) < 20);
  CHECK(find(how, "number 7") == std::vector<std::uint64_t>{7});
  CHECK(check(how).empty());
}

TEST_CASE("message store: an index made by other rules is made anew", "[message_store]") {
  const scratch place;
  const options how = place.history();
  keep(how, lobby(1, 3));
  {
    database db(how, database::access::write);
    db.execute(
        "UPDATE meta SET value = 'old' WHERE name = 'terms';"
        "INSERT INTO search(search) VALUES ('delete-all');"
        "INSERT INTO search(rowid, terms) VALUES (1, 'nonsense')");
  }
  CHECK(check(how).empty());  // nothing is wrong with one that is due to be made anew
  message_store again(how);
  CHECK(again.index_lag() == 3);
  CHECK(find(how, "2") == std::vector<std::uint64_t>{2});  // found all the same
  again.index_some(no_hurry);
  CHECK(find(how, "2") == std::vector<std::uint64_t>{2});
  CHECK(check(how).empty());
}
