// What takes something away, a recall or the end of a room, is written in the end, whenever writing failed.
#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "server/store/check.hpp"
#include "server/store/database.hpp"
#include "server/store/message_store.hpp"
#include "server/store/queries.hpp"
#include "server/store/writer.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/deadline.hpp"
#include "tests/unit/store/store_support.hpp"

using namespace confab::store;
using namespace confab::store::testing;

namespace {

const room_ref old_tea("tea", 3);
const room_ref new_tea("tea", 2000);

message said_in(const room_ref& room, std::uint64_t id, std::size_t size = 10) {
  message what = said(id, room.name, std::string(size, 'x'));
  what.room = room;
  return what;
}

/// A history with talk in a room and in the lobby.
void begin(const options& how) {
  std::vector<message> all;
  for (std::uint64_t id = 3; id < 20; ++id) all.push_back(said_in(id % 2 == 0 ? room_ref("lobby") : old_tea, id));
  keep(how, all);
}

bool lists(const options& how, const room_ref& room) {
  const auto rooms = queries(how).rooms().rooms;
  return std::find(rooms.begin(), rooms.end(), room) != rooms.end();
}

bool has(const options& how, std::uint64_t id) {
  database db(how, database::access::read);
  return db.integer("SELECT count(*) FROM messages WHERE id = " + std::to_string(id)) == 1;
}

recall gone(std::uint64_t id) {
  return {id, time_of(1), "Ann", "addr"};
}

/// Talk, a recall of message 4 and the end of the room, as they come from a server. Returns the number of the last.
std::uint64_t go_on(writer& to) {
  const std::uint64_t first = to.highest_id() + 1;
  to.append({said_in("lobby", first, 3000), said_in("lobby", first + 1, 3000)});
  to.recall_message(gone(4));
  to.append({said_in("lobby", first + 2, 3000)});
  to.end_room({old_tea});
  return to.append({said_in("lobby", first + 3, 3000)});
}

/// For a writer at work, which tries again by itself.
void wait_until_ended(const options& how) {
  for (const confab::test::deadline until; lists(how, old_tea) && !until.passed();) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

void check_paid(const options& how) {
  CHECK_FALSE(lists(how, old_tea));
  CHECK(lists(how, "lobby"));
  CHECK_FALSE(has(how, 4));
  CHECK(has(how, 5));
  CHECK(check(how) == std::vector<std::string>{});
}

}  // namespace

TEST_CASE("owed: a recall and the end of a room are written once a full disk has space, whenever it was full",
          "[owed][failure]") {
  // At the end of the server, before it has tried again by itself, or as soon as it has.
  const bool at_end = GENERATE(true, false);
  bool failed = true;
  int failures = 0;
  for (std::uintmax_t room = 1; failed; room += 3000) {
    INFO((at_end ? "at the end, " : "at work, ") << "files of up to " << room << " bytes");
    REQUIRE(room < 1'000'000);
    const scratch place;
    options how = place.history();
    begin(how);
    if (at_end) how.retry_pause = std::chrono::hours(1);
    witness seen;
    std::optional<writer> to(std::in_place, how, seen.events());
    {
      const small_disk full(room);
      REQUIRE(seen.settled(go_on(*to)));
    }
    failed = to->count().lost > 0;
    failures += failed ? 1 : 0;
    if (failed && !at_end) {
      wait_until_ended(how);
      check_paid(how);
    }
    to.reset();
    check_paid(how);
  }
  CHECK(failures >= 5);
}

TEST_CASE("owed: what found no room, or met a lock, is written with the next that does", "[owed][failure]") {
  const scratch place;
  options how = place.history();
  begin(how);
  how.commit_wait = std::chrono::milliseconds(1);
  const bool locked = GENERATE(false, true);
  INFO((locked ? "locked" : "no room"));
  how.max_queue_bytes = locked ? how.max_queue_bytes : 1;
  witness seen;
  writer to(how, seen.events());
  {
    std::optional<database> other;
    std::optional<transaction> holding;
    if (locked) {
      other.emplace(how, database::access::write);
      holding.emplace(*other, transaction::kind::write);
    }
    REQUIRE(seen.settled(go_on(to)));
    CHECK(to.count().lost == 6);
  }
  wait_until_ended(how);
  check_paid(how);
}

TEST_CASE("owed: the end of a room is not taken for that of the next of its name", "[owed][failure]") {
  const scratch place;
  options how = place.history();
  begin(how);
  how.commit_wait = std::chrono::milliseconds(1);
  witness seen;
  writer to(how, seen.events());
  {
    database other(how, database::access::write);
    const transaction holding(other, transaction::kind::write);
    to.end_room({old_tea});
    REQUIRE(seen.settled(1));
  }
  // Perhaps before it is paid, perhaps after.
  const std::uint64_t number = to.append({said_in(new_tea, to.highest_id() + new_tea.generation)});
  REQUIRE(seen.settled(number));
  wait_until_ended(how);
  const bool kept = to.count().kept > 0;
  CHECK(lists(how, new_tea) == kept);
  CHECK_FALSE(lists(how, old_tea));
}

TEST_CASE("owed: at most so many are remembered", "[owed][failure]") {
  const std::size_t count = GENERATE(std::size_t{4}, std::size_t{5}, std::size_t{6});
  const bool queue_full = GENERATE(false, true);
  INFO(count << (queue_full ? ", no room" : ", full disk"));
  const scratch place;
  options how = place.history();
  begin(how);
  how.max_owed = 5;
  if (queue_full) how.max_queue_bytes = 1;
  {
    how.retry_pause = std::chrono::hours(1);
    witness seen;
    writer to(how, seen.events());
    std::optional<small_disk> full;
    if (!queue_full) full.emplace(1);
    std::uint64_t number = to.append({said_in("lobby", to.highest_id() + 1)});
    for (std::size_t i = 0; i < count; ++i) number = to.recall_message(gone(4 + i));
    REQUIRE(seen.settled(number));
  }
  std::size_t removed = 0;
  for (std::size_t i = 0; i < count; ++i) removed += has(how, 4 + i) ? 0U : 1U;
  if (!queue_full) CHECK(removed == std::min<std::size_t>(count, 5));
  // The thread may have taken some before the others came.
  if (queue_full) CHECK(removed >= std::min<std::size_t>(count, 5));
}
