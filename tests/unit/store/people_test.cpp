#include "server/store/people.hpp"

#include <string>

#include "server/store/check.hpp"
#include "server/store/message_store.hpp"
#include "server/store/queries.hpp"
#include "server/store/schema.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/store/store_support.hpp"

using namespace confab::store;
using namespace confab::store::testing;

namespace {

using id_list = std::vector<std::uint64_t>;

std::int64_t people_in(const options& how) {
  return database(how, database::access::read).integer("SELECT count(*) FROM people");
}

message message_from(const std::string& key, std::uint64_t id) {
  message what = said(id, "lobby", "hello");
  what.from_key = key;
  return what;
}

void prune(message_store& what) {
  while (what.prune_due(std::nullopt)) what.prune_some(std::nullopt, no_hurry);
}

}  // namespace

TEST_CASE("people: each has one number, however often and as whom they are there", "[people]") {
  const scratch place;
  const options how = place.history();
  {
    message_store made(how);
    made.commit(std::vector<operation>{message_from("ann", 1), message_from("bob", 2), message_from("ann", 3),
                                       whispered(4, "Ann", "Bob", "x")},
                0);
  }
  {
    message_store again(how);
    again.commit(std::vector<operation>{message_from("bob", 20'000), whispered(20'001, "Bob", "Cas", "y")}, 0);
  }
  CHECK(people_in(how) == 3);
  CHECK(check(how).empty());
}

TEST_CASE("people: those who are in a commit that fails are not known afterwards", "[people]") {
  const scratch place;
  const options how = place.history();
  message_store made(how);
  made.commit(std::vector<operation>{message_from("ann", 1)}, 0);
  CHECK_THROWS_AS(made.commit(std::vector<operation>{message_from("bob", 2), message_from("cas", 1)}, 0), store_error);
  CHECK(people_in(how) == 1);
  made.commit(std::vector<operation>{message_from("cas", 2), message_from("bob", 3)}, 0);
  CHECK(check(how).empty());
  page_request wanted;
  wanted.room = "lobby";
  const page all = queries(how).read_page(wanted);
  REQUIRE(all.messages.size() == 3);
  CHECK(all.messages[1].from_key == "cas");
  CHECK(all.messages[2].from_key == "bob");
}

TEST_CASE("people: so many are known without looking, and not one more", "[people]") {
  const scratch place;
  { const message_store made(place.history()); }
  database db(place.history(), database::access::write);
  people all(db);
  const transaction change(db, transaction::kind::write);
  const auto number = [&all](std::size_t which) { return all.number_of("person " + std::to_string(which), 1); };
  for (std::size_t each = 1; each <= people::max_known; ++each) {
    if (number(each) != static_cast<std::int64_t>(each)) FAIL("number of person " << each);
  }
  CHECK(all.known() == people::max_known);
  CHECK(number(people::max_known + 1) == people::max_known + 1);
  CHECK(all.known() == 1);
  CHECK(number(1) == 1);
  CHECK(number(people::max_known) == people::max_known);
  CHECK(all.known() == 3);
}

TEST_CASE("people: go when none of their messages can be there any more, and not before", "[people]") {
  const scratch place;
  options how = place.history();
  how.keep_messages = 2;
  message_store made(how);
  // The last message of Bob is in the same span as that of Cas, that of Ann is in the one before.
  made.commit(std::vector<operation>{message_from("ann", span_ids - 1), message_from("bob", span_ids),
                                     message_from("cas", span_ids + 1)},
              0);
  prune(made);
  CHECK(people_in(how) == 2);
  made.commit(std::vector<operation>{message_from("cas", 2 * span_ids - 1)}, 0);
  prune(made);
  CHECK(people_in(how) == 2);
  made.commit(std::vector<operation>{message_from("cas", 3 * span_ids), message_from("dan", 3 * span_ids + 1)}, 0);
  prune(made);
  CHECK(people_in(how) == 2);
  made.commit(std::vector<operation>{message_from("bob", 3 * span_ids + 2)}, 0);
  prune(made);
  CHECK(people_in(how) == 3);
  CHECK(check(how).empty());
}

TEST_CASE("people: go too when messages go for their age, however many", "[people]") {
  const scratch place;
  options how = place.history();
  how.keep_for = std::chrono::hours(1);
  message_store made(how);
  std::vector<operation> many;
  for (std::uint64_t id = 1; id <= 1000; ++id) many.emplace_back(message_from("person " + std::to_string(id), id));
  made.commit(many, 0);
  made.commit(std::vector<operation>{message_from("ann", 2 * span_ids)}, 0);
  const moment now = time_of(2 * span_ids) + std::chrono::minutes(30);
  while (made.prune_due(now)) made.prune_some(now, no_hurry);
  CHECK(people_in(how) == 1);
  CHECK(check(how).empty());
}
