#include "client/model/history_merge.hpp"

#include <deque>
#include <vector>

#include "tests/support/catch.hpp"

using namespace confab::client;
using namespace std::chrono_literals;

namespace {

using verdict = history_merge::verdict;
const history_merge::time_point morning{std::chrono::sys_days{std::chrono::year{2026} / 11 / 21} + 9h};

/// Message `id`, said so many seconds after the start as its number is.
server_event message_of(std::uint64_t id, bool past) {
  server_event what;
  what.said.time = morning + std::chrono::seconds(id);
  what.said.id = id;
  what.said.body = message{.from = "bob", .past = past};
  return what;
}

std::vector<std::uint64_t> ids(const std::deque<server_event>& messages) {
  std::vector<std::uint64_t> found;
  for (const server_event& each : messages) found.push_back(each.said.id);
  return found;
}

}  // namespace

TEST_CASE("history merge: what is said meanwhile and what the history tells is held, and shown once and in order",
          "[history_merge]") {
  history_merge here;
  here.begin();
  CHECK(here.judge(message_of(8, false)) == verdict::hold);
  CHECK(here.judge(message_of(9, false)) == verdict::hold);
  CHECK(here.judge(message_of(7, true)) == verdict::hold);
  CHECK(here.judge(message_of(8, true)) == verdict::hold);
  CHECK(here.judge(message_of(5, true)) == verdict::hold);  // an older page comes later
  CHECK(here.judge(message_of(6, true)) == verdict::hold);
  CHECK(ids(here.release(true)) == std::vector<std::uint64_t>{5, 6, 7, 8, 9});
  CHECK(here.judge(message_of(10, false)) == verdict::show);
  CHECK(here.judge(message_of(7, true)) == verdict::show);  // somebody asks for the history
}

TEST_CASE("history merge: coming back, only what is new is shown", "[history_merge]") {
  history_merge here;
  here.judge(message_of(5, false));
  here.begin();
  CHECK(here.judge(message_of(4, true)) == verdict::drop);
  CHECK(here.judge(message_of(5, true)) == verdict::drop);
  CHECK(here.judge(message_of(6, true)) == verdict::hold);
  CHECK(here.judge(message_of(6, true)) == verdict::drop);  // a room tells it on entering, and its history again
  CHECK_FALSE(here.has_gap({.messages = 3, .more = true}));
  CHECK(ids(here.release(true)) == std::vector<std::uint64_t>{6});
}

TEST_CASE("history merge: a history that does not reach back to what was shown has a gap", "[history_merge]") {
  history_merge here;
  SECTION("to a message") {
    here.judge(message_of(5, false));
  }
  SECTION("or to when we came, where nothing was said") {
    here.was_there_since(morning + 5s);
  }
  here.begin();
  here.judge(message_of(7, true));
  CHECK(here.has_gap({.messages = 1, .more = true}));
  here.judge(message_of(7, true));
  CHECK_FALSE(here.has_gap({.messages = 1, .more = false}));
  here.judge(message_of(5, true));
  here.judge(message_of(7, true));
  CHECK_FALSE(here.has_gap({.messages = 2, .more = true}));
}

TEST_CASE("history merge: who comes first misses nothing", "[history_merge]") {
  history_merge here;
  here.begin();
  here.judge(message_of(7, true));
  CHECK_FALSE(here.has_gap({.messages = 1, .more = true}));
}

TEST_CASE("history merge: ids that start anew do not hide what was said", "[history_merge]") {
  history_merge here;
  here.judge(message_of(500, false));
  here.begin();
  server_event later = message_of(2, true);
  later.said.time = morning + 600s;
  CHECK(here.judge(later) == verdict::hold);
  CHECK(here.release(true).size() == 1);
  here.begin();
  CHECK(here.judge(later) == verdict::drop);
}

TEST_CASE("history merge: one that was cut short is taken up where it ended", "[history_merge]") {
  history_merge here;
  here.judge(message_of(5, false));
  here.begin();
  CHECK(here.judge(message_of(9, false)) == verdict::hold);
  CHECK(here.judge(message_of(6, true)) == verdict::hold);
  CHECK(ids(here.release(false)) == std::vector<std::uint64_t>{6, 9});
  here.begin();
  CHECK(here.judge(message_of(6, true)) == verdict::drop);
  CHECK(here.judge(message_of(7, true)) == verdict::hold);
  CHECK(here.judge(message_of(9, true)) == verdict::drop);
  CHECK(ids(here.release(true)) == std::vector<std::uint64_t>{7});
}

TEST_CASE("history merge: what was said before we came is not missed", "[history_merge]") {
  history_merge here;
  here.was_there_since(morning + 10s);
  here.begin();
  CHECK(here.judge(message_of(9, true)) == verdict::drop);
  CHECK(here.judge(message_of(11, true)) == verdict::hold);
}

TEST_CASE("history merge: our own words and whispers are never held", "[history_merge]") {
  history_merge here;
  here.begin();
  server_event own = message_of(8, false);
  own.answers = request{};
  CHECK(here.judge(own) == verdict::show);
  server_event direct = message_of(9, false);
  direct.said.body = whisper{.from = "bob"};
  CHECK(here.judge(direct) == verdict::show);
}

TEST_CASE("history merge: all that a message has counts as held, and one that is there already costs nothing",
          "[history_merge]") {
  for (std::string message::*const part : {&message::addr, &message::room, &message::own_tag, &message::from}) {
    for (const bool past : {false, true}) {
      history_merge here;
      here.begin();
      server_event big = message_of(1, past);
      (std::get<message>(big.said.body).*part).assign(1024 * 1024, 'x');
      std::uint64_t held = 0;
      while (held < 1000 && here.judge(big) == verdict::hold) ++big.said.id, ++held;
      CHECK(held == history_merge::most_held / (1024 * 1024) - 1);
    }
  }
  history_merge here;
  here.begin();
  server_event big = message_of(1, true);
  std::get<message>(big.said.body).text.assign(1024 * 1024, 'x');
  CHECK(here.judge(big) == verdict::hold);
  for (int again = 0; again < 100; ++again) CHECK(here.judge(big) == verdict::drop);
  CHECK(here.judge(message_of(2, true)) == verdict::hold);
}

TEST_CASE("history merge: what does not fit into what is held is shown at once", "[history_merge]") {
  const bool past = GENERATE(true, false);
  history_merge here;
  here.begin();
  server_event big = message_of(1, past);
  std::get<message>(big.said.body).text.assign(1024 * 1024, 'x');
  std::uint64_t held = 0;
  while (here.judge(big) == verdict::hold) ++big.said.id, ++held;
  CHECK(held == history_merge::most_held / (1024 * 1024) - 1);  // each takes a little more than its text
  CHECK(here.judge(message_of(1000, past)) == verdict::hold);   // a small one still fits
  CHECK(here.release(true).size() == held + 1);
  here.begin();
  CHECK(here.judge(message_of(2000, past)) == verdict::hold);
}
