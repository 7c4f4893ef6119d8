#include "server/store/wall_watch.hpp"

#include <atomic>

#include "server/store/database.hpp"
#include "server/store/writer.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/deadline.hpp"
#include "tests/unit/store/store_support.hpp"

using namespace confab::store;
using namespace confab::store::testing;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;

namespace {

// Two clocks, of which one can be set.
struct two_clocks {
  moment wall = time_of(0);
  wall_watch::steady_time steady{1000h};

  wall_watch::reading now() const { return {wall, steady}; }
  void pass(std::chrono::milliseconds time) {
    wall += time;
    steady += time;
  }
};

}  // namespace

TEST_CASE("wall watch: a clock that goes steadily is trusted, and may be corrected a little", "[wall_watch]") {
  two_clocks here;
  wall_watch watch(1h);
  CHECK(watch.begin(here.now(), here.wall - 5min));
  for (int i = 0; i < 1000; ++i) {
    here.pass(10min);
    here.wall += i % 2 == 0 ? 30s : -30s;
    CHECK_FALSE(watch.look(here.now()));
    CHECK(watch.time() == here.wall);
  }
}

TEST_CASE("wall watch: after a jump of a minute or more it is not trusted for an hour", "[wall_watch]") {
  const std::chrono::milliseconds jump = GENERATE(60s, -60s, 5'184'000s, -5'184'000s);
  two_clocks here;
  wall_watch watch(1h);
  watch.begin(here.now(), std::nullopt);
  here.pass(1s);
  here.wall += jump > 0s ? 59'999ms : -59'999ms;
  CHECK_FALSE(watch.look(here.now()));
  here.wall += jump - (jump > 0s ? 59'999ms : -59'999ms);
  CHECK(watch.look(here.now()) == jump);
  CHECK_FALSE(watch.time());
  here.pass(1h - 1ms);
  CHECK_FALSE(watch.look(here.now()));
  CHECK_FALSE(watch.time());
  here.pass(1ms);
  CHECK_FALSE(watch.look(here.now()));
  CHECK(watch.time() == here.wall);
  // And back: that is another one.
  here.wall -= jump;
  CHECK(watch.look(here.now()) == -jump);
  CHECK_FALSE(watch.time());
}

TEST_CASE("wall watch: slow steps in one direction add up", "[wall_watch]") {
  two_clocks here;
  wall_watch watch(1h);
  watch.begin(here.now(), std::nullopt);
  for (int i = 1; i < 6; ++i) {
    here.wall += 10s;
    CHECK_FALSE(watch.look(here.now()));
  }
  here.wall += 10s;
  CHECK(watch.look(here.now()) == 60s);
}

TEST_CASE("wall watch: at the start a clock far from the last message is not believed at once", "[wall_watch]") {
  two_clocks here;
  struct example {
    std::chrono::milliseconds ahead;  // of the last message
    bool believed;
  };
  for (const example& each : {example{0ms, true}, example{24h, true}, example{24h + 1ms, false}, example{1440h, false},
                              example{-60s, true}, example{-60s - 1ms, false}}) {
    INFO(each.ahead.count());
    wall_watch watch(1h);
    CHECK(watch.begin(here.now(), here.wall - each.ahead) == each.believed);
    CHECK(watch.time().has_value() == each.believed);
    here.pass(1h);
    CHECK_FALSE(watch.look(here.now()));
    CHECK(watch.time() == here.wall);
  }
  wall_watch fresh(1h);
  CHECK(fresh.begin(here.now(), std::nullopt));
}

TEST_CASE("writer: a clock that is sixty days ahead for a moment removes nothing", "[wall_watch]") {
  const scratch place;
  options how = place.history();
  how.keep_for = 24h * 30;
  std::atomic<std::chrono::milliseconds::rep> ahead{0};
  const auto start = std::chrono::steady_clock::now();
  how.wall_clock = [&] {
    const auto passed = std::chrono::steady_clock::now() - start;
    return time_of(10) + std::chrono::floor<std::chrono::milliseconds>(passed) + std::chrono::milliseconds(ahead);
  };
  keep(how, {said(1, "lobby", "one"), said(2, "lobby", "two")});
  const bool recovers = GENERATE(false, true);
  how.clock_patience = recovers ? 50ms : 3'600'000ms;
  witness seen;
  std::mutex mutex;
  std::vector<std::string> notes;
  const auto noted = [&] {
    const std::lock_guard lock(mutex);
    return notes.size();
  };
  writer::events events = seen.events();
  events.note = [&](const std::string& text) {
    const std::lock_guard lock(mutex);
    notes.push_back(text);
  };
  writer to(how, events);
  database db(how, database::access::read);
  const auto left = [&db] { return db.integer("SELECT count(*) FROM messages"); };
  const auto wait_for = [](const auto& what) {
    const confab::test::deadline until;
    while (!what() && !until.passed()) std::this_thread::sleep_for(1ms);
    return what();
  };
  CHECK(noted() == 0);
  ahead = std::chrono::milliseconds(24h * 60).count();
  const bool told = wait_for([&] { return noted() == 1; });
  {
    const std::lock_guard lock(mutex);
    for (const auto& n : notes) UNSCOPED_INFO(n);
    REQUIRE(told);
  }
  {
    const std::lock_guard lock(mutex);
    CHECK_THAT(notes[0], Contains("5184000 s ahead") && Contains("nothing is removed"));
  }
  if (recovers) {
    // The clock stays where it is: then it is the time.
    CHECK(wait_for([&] { return left() == 0; }));
    return;
  }
  ahead = 0;
  REQUIRE(wait_for([&] { return noted() == 2; }));
  to.append({said(3, "lobby", "three")});
  REQUIRE(seen.settled(1));
  CHECK(left() == 3);
}
