// Numbers that cannot be: a damaged file, or one that somebody has changed.
#include <sstream>

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

void change(const options& how, const std::string& sql) {
  database db(how, database::access::write);
  db.execute("PRAGMA ignore_check_constraints=ON; " + sql);
}

options with_two(const scratch& place) {
  keep(place.history(), {said(1, "lobby", "one"), said(2, "lobby", "two")});
  return place.history();
}

}  // namespace

TEST_CASE("sane numbers: an id that nobody gave refuses the history, with the ways out", "[numbers]") {
  const scratch place;
  const options how = with_two(place);
  const std::string id = GENERATE(as<std::string>{}, "9223372036854775807", "9223372036854775806", "4503599627370497",
                                  "0", "-1", "-9223372036854775808");
  change(how, "UPDATE messages SET id = " + id + " WHERE id = 2");
  for (int i = 0; i < 2; ++i) {
    CHECK_THROWS_WITH(writer(how, {}), Contains(id) && Contains("--restore") && Contains("--export"));
  }
  CHECK_FALSE(check(how).empty());
  // What the advice says can be done.
  std::ostringstream out;
  CHECK_NOTHROW(export_messages(how, out));
  CHECK_THAT(out.str(), Contains("one"));
}

TEST_CASE("sane numbers: the highest id that can be is one", "[numbers]") {
  const scratch place;
  const options how = with_two(place);
  change(how,
         "UPDATE messages SET id = 4503599627370496 WHERE id = 2;"
         "UPDATE meta SET value = 4503599627370496 WHERE name = 'reserved'");
  witness seen;
  writer to(how, seen.events());
  const std::uint64_t next = to.highest_id() + 1;
  REQUIRE(next == (std::uint64_t{1} << 52U) + 1);
  to.append({said(next, "lobby", "three")});
  REQUIRE(seen.settled(1));
  CHECK(seen.verdicts().back().kept);
}

TEST_CASE("sane numbers: a note of used ids that cannot be is made good", "[numbers]") {
  const scratch place;
  const options how = with_two(place);
  const std::string value = GENERATE(as<std::string>{}, "9223372036854775807", "-1", "-9223372036854775808",
                                     "4503599627370497", "x'ff'", "'many'");
  change(how, "UPDATE meta SET value = " + value + " WHERE name = 'reserved'");
  for (int round = 0; round < 2; ++round) {
    witness seen;
    writer to(how, seen.events());
    CHECK(to.highest_id() >= 2);
    CHECK(to.highest_id() < 100'000);
    to.append({said(to.highest_id() + 1, "lobby", "goes on")});
    REQUIRE(seen.settled(1));
    CHECK(seen.verdicts().back().kept);
  }
  CHECK(check(how).empty());
}

TEST_CASE("sane numbers: an index that claims what cannot be is made anew", "[numbers]") {
  const scratch place;
  const options how = with_two(place);
  const std::string value = GENERATE(as<std::string>{}, "9223372036854775807", "-1", "1000000");
  change(how, "UPDATE meta SET value = " + value + " WHERE name = 'indexed'");
  message_store made(how);
  CHECK(made.index_lag() == 2);
  while (made.index_due()) made.index_some(std::chrono::steady_clock::now());
  CHECK(check(how).empty());
}

TEST_CASE("sane numbers: absurd times are kept out of all that reckons with them", "[numbers]") {
  const scratch place;
  options how = with_two(place);
  const std::string time = GENERATE(as<std::string>{}, "9223372036854775807", "-9223372036854775808", "'noon'");
  change(how, "UPDATE messages SET time = " + time + " WHERE id = 2");
  how.keep_for = std::chrono::hours(24 * 36500);
  witness seen;
  writer to(how, seen.events());
  reader whom(how);
  page_request wanted;
  wanted.room = "lobby";
  CHECK(ask(whom, wanted).error.empty());
  wanted.where = page_request::from::before_time;
  wanted.time = time_of(100);
  CHECK(ask(whom, wanted).error.empty());
  std::ostringstream out;
  CHECK_NOTHROW(export_messages(how, out));
  to.append({said(to.highest_id() + 1, "lobby", "goes on")});
  REQUIRE(seen.settled(1));
  CHECK(seen.verdicts().back().kept);
}
