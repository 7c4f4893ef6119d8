#include "client/protocol/heartbeat.hpp"

#include "tests/support/catch.hpp"

using confab::client::heartbeat;
using namespace std::chrono_literals;

namespace {
const heartbeat::time_point heartbeat_start{std::chrono::hours(1)};
}

TEST_CASE("heartbeat: rests until it is started", "[heartbeat]") {
  heartbeat beat;
  CHECK_FALSE(beat.deadline());
  CHECK(beat.tick(heartbeat_start) == heartbeat::verdict::nothing);
}

TEST_CASE("heartbeat: pings at every beat, busy link or not", "[heartbeat]") {
  heartbeat beat;
  beat.start(heartbeat_start, 0s);
  CHECK(beat.deadline() == heartbeat_start + 8s);
  CHECK(beat.tick(heartbeat_start + 7999ms) == heartbeat::verdict::nothing);
  CHECK(beat.tick(heartbeat_start + 8000ms) == heartbeat::verdict::ping);
  beat.received();
  CHECK(beat.deadline() == heartbeat_start + 16s);
  CHECK(beat.tick(heartbeat_start + 16s) == heartbeat::verdict::ping);
}

TEST_CASE("heartbeat: a link that dies right after an answer is noticed within 20 seconds", "[heartbeat]") {
  heartbeat beat;
  beat.start(heartbeat_start, 0s);
  beat.received();
  auto now = heartbeat_start;
  auto last = heartbeat::verdict::nothing;
  while (last != heartbeat::verdict::dead && now < heartbeat_start + 1min) {
    REQUIRE(beat.deadline());
    now = *beat.deadline();
    last = beat.tick(now);
  }
  CHECK(last == heartbeat::verdict::dead);
  CHECK(now - heartbeat_start <= 20s);
}

TEST_CASE("heartbeat: a machine that slept asks again before it gives up", "[heartbeat]") {
  heartbeat beat;
  beat.start(heartbeat_start, 0s);
  REQUIRE(beat.tick(heartbeat_start + 8s) == heartbeat::verdict::ping);
  SECTION("two seconds late is dead") {
    CHECK(beat.tick(heartbeat_start + 18s) == heartbeat::verdict::dead);
  }
  SECTION("later is not") {
    CHECK(beat.tick(heartbeat_start + 18s + 1ms) == heartbeat::verdict::ping);
    CHECK(beat.tick(heartbeat_start + 26s + 1ms) == heartbeat::verdict::dead);
  }
}

TEST_CASE("heartbeat: beats at least twice within the server's patience", "[heartbeat]") {
  heartbeat beat;
  beat.start(heartbeat_start, 4s);
  CHECK(beat.deadline() == heartbeat_start + 2s);
  beat.start(heartbeat_start, 15s);
  CHECK(beat.deadline() == heartbeat_start + 7500ms);
  beat.start(heartbeat_start, 16s);
  CHECK(beat.deadline() == heartbeat_start + 8s);
  beat.start(heartbeat_start, 300s);
  CHECK(beat.deadline() == heartbeat_start + 8s);
  beat.stop();
  CHECK_FALSE(beat.deadline());
}
