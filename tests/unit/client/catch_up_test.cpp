#include "client/catch_up.hpp"

#include "tests/support/catch.hpp"

using namespace confab::client;
using namespace std::chrono_literals;

namespace {

using verdict = catch_up::verdict;
const catch_up::time_point morning{std::chrono::sys_days{std::chrono::year{2026} / 11 / 21} + 9h};

/// Message `id`, said so many seconds after the start as its number is.
heard message(std::uint64_t id, bool past) {
  heard what;
  what.said.time = morning + std::chrono::seconds(id);
  what.said.id = id;
  what.said.body = public_message{.from = "bob", .past = past};
  return what;
}

}  // namespace

TEST_CASE("catch up: what is said meanwhile is held, and shown once and last", "[catch_up]") {
  catch_up here;
  here.begin();
  CHECK(here.judge(message(8, false)) == verdict::hold);
  CHECK(here.judge(message(9, false)) == verdict::hold);
  CHECK(here.judge(message(7, true)) == verdict::show);
  CHECK(here.judge(message(8, true)) == verdict::show);
  const auto rest = here.release(true);
  REQUIRE(rest.size() == 1);
  CHECK(rest[0].said.id == 9);
  CHECK(here.judge(message(10, false)) == verdict::show);
  CHECK(here.judge(message(7, true)) == verdict::show);  // somebody asks for the history
}

TEST_CASE("catch up: coming back, only what is new is shown", "[catch_up]") {
  catch_up here;
  here.judge(message(5, false));
  here.begin();
  CHECK(here.judge(message(4, true)) == verdict::drop);
  CHECK(here.judge(message(5, true)) == verdict::drop);
  CHECK(here.judge(message(6, true)) == verdict::show);
  CHECK(here.judge(message(6, true)) == verdict::drop);  // a room tells it on entering, and its history again
  CHECK_FALSE(here.has_gap({.messages = 3, .more = true}));
}

TEST_CASE("catch up: a history that does not reach back to what was shown has a gap", "[catch_up]") {
  catch_up here;
  here.judge(message(5, false));
  here.begin();
  here.judge(message(7, true));
  CHECK(here.has_gap({.messages = 1, .more = true}));
  here.judge(message(7, true));
  CHECK_FALSE(here.has_gap({.messages = 1, .more = false}));
}

TEST_CASE("catch up: ids that start anew do not hide what was said", "[catch_up]") {
  catch_up here;
  here.judge(message(500, false));
  here.begin();
  heard later = message(2, true);
  later.said.time = morning + 600s;
  CHECK(here.judge(later) == verdict::show);
  here.release(true);
  here.begin();
  CHECK(here.judge(later) == verdict::drop);
}

TEST_CASE("catch up: one that was cut short is taken up where it ended", "[catch_up]") {
  catch_up here;
  here.judge(message(5, false));
  here.begin();
  CHECK(here.judge(message(9, false)) == verdict::hold);
  CHECK(here.judge(message(6, true)) == verdict::show);
  CHECK(here.release(false).size() == 1);
  here.begin();
  CHECK(here.judge(message(6, true)) == verdict::drop);
  CHECK(here.judge(message(7, true)) == verdict::show);
  CHECK(here.judge(message(9, true)) == verdict::drop);
}

TEST_CASE("catch up: what was said before we came is not missed", "[catch_up]") {
  catch_up here;
  here.was_there_since(morning + 10s);
  here.begin();
  CHECK(here.judge(message(9, true)) == verdict::drop);
  CHECK(here.judge(message(11, true)) == verdict::show);
}

TEST_CASE("catch up: our own words and whispers are never held", "[catch_up]") {
  catch_up here;
  here.begin();
  heard own = message(8, false);
  own.answers = request{};
  CHECK(here.judge(own) == verdict::show);
  heard whisper = message(9, false);
  whisper.said.body = private_message{.from = "bob"};
  CHECK(here.judge(whisper) == verdict::show);
}
