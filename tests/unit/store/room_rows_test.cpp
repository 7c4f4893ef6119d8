#include "server/store/room_rows.hpp"

#include <string>

#include "server/store/check.hpp"
#include "server/store/message_store.hpp"
#include "server/store/queries.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/store/store_support.hpp"

using namespace confab::store;
using namespace confab::store::testing;

namespace {

using id_list = std::vector<std::uint64_t>;
using room_refs = std::vector<room_ref>;

message in(const room_ref& room, std::uint64_t id, const std::string& text = "green tea") {
  message what = said(id, "", text);
  what.room = room;
  return what;
}

id_list page_of(const options& how, const room_ref& room) {
  page_request wanted;
  wanted.room = room;
  return ids(queries(how).read_page(wanted));
}

id_list find(const options& how, const room_ref& room) {
  return ids(queries(how).search(search_request{{{room}, ""}, "tea"}, std::atomic<bool>(false)));
}

void index_all(message_store& what) {
  while (what.index_due()) what.index_some(no_hurry);
}

}  // namespace

TEST_CASE("rooms: one that is made anew shows nothing of the one before, nor the other way round", "[rooms]") {
  const scratch place;
  const options how = place.history();
  const room_ref first = "tea";
  const room_ref second("tea", 3);
  message_store made(how);
  made.commit(std::vector<operation>{in(first, 1), in("lobby", 2), room_end{first}, in(second, 4), in(second, 5)}, 0);
  const bool indexed = GENERATE(false, true);
  if (indexed) index_all(made);
  CHECK(page_of(how, first) == id_list{1});
  CHECK(page_of(how, second) == id_list{4, 5});
  CHECK(find(how, first) == id_list{1});
  CHECK(find(how, second) == id_list{4, 5});
  CHECK(page_of(how, room_ref("tea", 4)).empty());
  CHECK(find(how, room_ref("tea", 4)).empty());
  CHECK(queries(how).rooms().rooms == room_refs{"lobby", second});
  CHECK(check(how).empty());
}

TEST_CASE("rooms: one that has ended is none any more, also after a restart", "[rooms]") {
  const scratch place;
  const options how = place.history();
  {
    message_store made(how);
    made.commit(std::vector<operation>{in("nap", 1), in("tea", 2)}, 0);
    made.commit(std::vector<operation>{room_end{"tea"}, room_end{"never"}, room_end{room_ref("nap", 7)}}, 0);
    CHECK(queries(how).rooms().rooms == room_refs{"nap"});
  }
  const message_store again(how);
  CHECK(queries(how).rooms().rooms == room_refs{"nap"});
  CHECK(page_of(how, "tea") == id_list{2});  // it is still kept
}

TEST_CASE("rooms: of one name only the last is one, though nobody said that the others ended", "[rooms]") {
  const scratch place;
  const options how = place.history();
  {
    message_store made(how);
    made.commit(std::vector<operation>{in("tea", 1)}, 0);
  }
  message_store again(how);
  again.commit(std::vector<operation>{in(room_ref("tea", 9), 10)}, 0);
  again.commit(std::vector<operation>{in(room_ref("tea", 12), 12)}, 0);
  CHECK(queries(how).rooms().rooms == room_refs{room_ref("tea", 12)});
}

TEST_CASE("rooms: go with the last of their messages", "[rooms]") {
  const scratch place;
  options how = place.history();
  message_store made(how);
  made.commit(std::vector<operation>{in("nap", 1), in("tea", 2), in("tea", 3), in("den", 4)}, 0);
  made.commit(std::vector<operation>{recall{1, time_of(1), "Ann", "addr"}, recall{2, time_of(1), "Ann", "addr"}}, 0);
  CHECK(queries(how).rooms().rooms == room_refs{"den", "tea"});
  CHECK(check(how).empty());
  // And come again when something is said in them.
  made.commit(std::vector<operation>{recall{3, time_of(1), "Ann", "addr"}, in("tea", 5), in("nap", 6)}, 0);
  CHECK(queries(how).rooms().rooms == room_refs{"den", "nap", "tea"});
  CHECK(page_of(how, "tea") == id_list{5});
  CHECK(check(how).empty());
}

TEST_CASE("rooms: those that messages are pruned of go too", "[rooms]") {
  const scratch place;
  options how = place.history();
  how.keep_messages = 1;
  message_store made(how);
  std::vector<operation> many;
  for (std::uint64_t id = 1; id <= 50; ++id) many.emplace_back(in("room " + std::to_string(id), id));
  made.commit(many, 0);
  while (made.prune_due(std::nullopt)) made.prune_some(std::nullopt, no_hurry);
  CHECK(queries(how).rooms().rooms == room_refs{"room 50"});
  CHECK(database(how, database::access::read).integer("SELECT count(*) FROM rooms") == 1);
  made.commit(std::vector<operation>{in("room 7", 51)}, 0);
  CHECK(check(how).empty());
}

TEST_CASE("rooms: so many are known without looking, and not one more", "[rooms]") {
  const scratch place;
  { const message_store made(place.history()); }
  database db(place.history(), database::access::write);
  room_rows all(db);
  const transaction change(db, transaction::kind::write);
  const auto number = [&all](std::size_t which) { return all.number_of(room_ref("room", which)); };
  for (std::size_t each = 1; each <= room_rows::max_known; ++each) {
    if (number(each) != static_cast<std::int64_t>(each)) FAIL("number of room " << each);
  }
  CHECK(all.known() == room_rows::max_known);
  CHECK(number(room_rows::max_known + 1) == room_rows::max_known + 1);
  CHECK(all.known() == 1);
  CHECK(number(1) == 1);
  CHECK(number(room_rows::max_known) == room_rows::max_known);
}
