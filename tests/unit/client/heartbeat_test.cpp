#include "client/heartbeat.hpp"

#include "tests/support/catch.hpp"

using confab::client::heartbeat;
using namespace std::chrono_literals;
using verdict = heartbeat::verdict;

namespace {
const heartbeat::time_point start{std::chrono::hours(1)};
}

TEST_CASE("heartbeat: rests until it is started", "[heartbeat]") {
  heartbeat beat;
  CHECK_FALSE(beat.deadline());
  CHECK(beat.tick(start) == verdict::nothing);
}

TEST_CASE("heartbeat: pings at every beat, busy link or not", "[heartbeat]") {
  heartbeat beat;
  beat.start(start, 0s);
  CHECK(beat.deadline() == start + 8s);
  CHECK(beat.tick(start + 7999ms) == verdict::nothing);
  CHECK(beat.tick(start + 8000ms) == verdict::ping);
  beat.heard();
  CHECK(beat.deadline() == start + 16s);
  CHECK(beat.tick(start + 16s) == verdict::ping);
}

TEST_CASE("heartbeat: a link that dies right after an answer is noticed within 20 seconds", "[heartbeat]") {
  heartbeat beat;
  beat.start(start, 0s);
  beat.heard();
  auto now = start;
  auto last = verdict::nothing;
  while (last != verdict::dead && now < start + 1min) {
    REQUIRE(beat.deadline());
    now = *beat.deadline();
    last = beat.tick(now);
  }
  CHECK(last == verdict::dead);
  CHECK(now - start <= 20s);
}

TEST_CASE("heartbeat: a machine that slept asks again before it gives up", "[heartbeat]") {
  heartbeat beat;
  beat.start(start, 0s);
  REQUIRE(beat.tick(start + 8s) == verdict::ping);
  SECTION("two seconds late is dead") {
    CHECK(beat.tick(start + 18s) == verdict::dead);
  }
  SECTION("later is not") {
    CHECK(beat.tick(start + 18s + 1ms) == verdict::ping);
    CHECK(beat.tick(start + 26s + 1ms) == verdict::dead);
  }
}

TEST_CASE("heartbeat: beats at least twice within the server's patience", "[heartbeat]") {
  heartbeat beat;
  beat.start(start, 4s);
  CHECK(beat.deadline() == start + 2s);
  beat.start(start, 15s);
  CHECK(beat.deadline() == start + 7500ms);
  beat.start(start, 16s);
  CHECK(beat.deadline() == start + 8s);
  beat.start(start, 300s);
  CHECK(beat.deadline() == start + 8s);
  beat.stop();
  CHECK_FALSE(beat.deadline());
}
