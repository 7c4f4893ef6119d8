#include "client/model/catch_up.hpp"

#include <deque>
#include <vector>

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

std::vector<std::uint64_t> ids(const std::deque<heard>& messages) {
  std::vector<std::uint64_t> found;
  for (const heard& each : messages) found.push_back(each.said.id);
  return found;
}

}  // namespace

TEST_CASE("catch up: what is said meanwhile and what the history tells is held, and shown once and in order",
          "[catch_up]") {
  catch_up here;
  here.begin();
  CHECK(here.judge(message(8, false)) == verdict::hold);
  CHECK(here.judge(message(9, false)) == verdict::hold);
  CHECK(here.judge(message(7, true)) == verdict::hold);
  CHECK(here.judge(message(8, true)) == verdict::hold);
  CHECK(here.judge(message(5, true)) == verdict::hold);  // an older page comes later
  CHECK(here.judge(message(6, true)) == verdict::hold);
  CHECK(ids(here.release(true)) == std::vector<std::uint64_t>{5, 6, 7, 8, 9});
  CHECK(here.judge(message(10, false)) == verdict::show);
  CHECK(here.judge(message(7, true)) == verdict::show);  // somebody asks for the history
}

TEST_CASE("catch up: coming back, only what is new is shown", "[catch_up]") {
  catch_up here;
  here.judge(message(5, false));
  here.begin();
  CHECK(here.judge(message(4, true)) == verdict::drop);
  CHECK(here.judge(message(5, true)) == verdict::drop);
  CHECK(here.judge(message(6, true)) == verdict::hold);
  CHECK(here.judge(message(6, true)) == verdict::hold);  // a room tells it on entering, and its history again
  CHECK_FALSE(here.has_gap({.messages = 3, .more = true}));
  CHECK(ids(here.release(true)) == std::vector<std::uint64_t>{6});
}

TEST_CASE("catch up: a history that does not reach back to what was shown has a gap", "[catch_up]") {
  catch_up here;
  SECTION("to a message") {
    here.judge(message(5, false));
  }
  SECTION("or to when we came, where nothing was said") {
    here.was_there_since(morning + 5s);
  }
  here.begin();
  here.judge(message(7, true));
  CHECK(here.has_gap({.messages = 1, .more = true}));
  here.judge(message(7, true));
  CHECK_FALSE(here.has_gap({.messages = 1, .more = false}));
  here.judge(message(5, true));
  here.judge(message(7, true));
  CHECK_FALSE(here.has_gap({.messages = 2, .more = true}));
}

TEST_CASE("catch up: who comes first misses nothing", "[catch_up]") {
  catch_up here;
  here.begin();
  here.judge(message(7, true));
  CHECK_FALSE(here.has_gap({.messages = 1, .more = true}));
}

TEST_CASE("catch up: ids that start anew do not hide what was said", "[catch_up]") {
  catch_up here;
  here.judge(message(500, false));
  here.begin();
  heard later = message(2, true);
  later.said.time = morning + 600s;
  CHECK(here.judge(later) == verdict::hold);
  CHECK(here.release(true).size() == 1);
  here.begin();
  CHECK(here.judge(later) == verdict::drop);
}

TEST_CASE("catch up: one that was cut short is taken up where it ended", "[catch_up]") {
  catch_up here;
  here.judge(message(5, false));
  here.begin();
  CHECK(here.judge(message(9, false)) == verdict::hold);
  CHECK(here.judge(message(6, true)) == verdict::hold);
  CHECK(ids(here.release(false)) == std::vector<std::uint64_t>{6, 9});
  here.begin();
  CHECK(here.judge(message(6, true)) == verdict::drop);
  CHECK(here.judge(message(7, true)) == verdict::hold);
  CHECK(here.judge(message(9, true)) == verdict::drop);
  CHECK(ids(here.release(true)) == std::vector<std::uint64_t>{7});
}

TEST_CASE("catch up: what was said before we came is not missed", "[catch_up]") {
  catch_up here;
  here.was_there_since(morning + 10s);
  here.begin();
  CHECK(here.judge(message(9, true)) == verdict::drop);
  CHECK(here.judge(message(11, true)) == verdict::hold);
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

TEST_CASE("catch up: what does not fit into what is held is shown at once", "[catch_up]") {
  const bool past = GENERATE(true, false);
  catch_up here;
  here.begin();
  heard big = message(1, past);
  std::get<public_message>(big.said.body).text.assign(1024 * 1024, 'x');
  std::uint64_t held = 0;
  while (here.judge(big) == verdict::hold) ++big.said.id, ++held;
  CHECK(held == catch_up::most_held / (1024 * 1024) - 1);   // each takes a little more than its text
  CHECK(here.judge(message(1000, past)) == verdict::hold);  // a small one still fits
  CHECK(here.release(true).size() == held + 1);
  here.begin();
  CHECK(here.judge(message(2000, past)) == verdict::hold);
}
