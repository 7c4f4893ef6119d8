#include "server/vital_signs.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/notify_socket.hpp"

using namespace confab;
using namespace confab::test;
using namespace std::chrono_literals;
using lines = std::vector<std::string>;

namespace {

/// Somebody who looks after a server, and a clock that moves when told.
class nurse {
 public:
  explicit nurse(std::chrono::microseconds watchdog = {}) : to_(manager.address(), watchdog), signs(to_) {}

  /// So much later, with the hub and the threads as old as that; what is told.
  lines look(std::chrono::milliseconds later, std::size_t users, std::chrono::milliseconds hub = {},
             const std::vector<std::chrono::milliseconds>& threads = {0ms}) {
    now_ += later;
    std::vector<vital_signs::clock::time_point> at;
    for (const auto& each : threads) at.push_back(now_ - each);
    signs.look(now_, users, now_ - hub, at);
    return manager.so_far();
  }

 private:
  notify_socket manager;
  notifier to_;
  vital_signs::clock::time_point now_ = vital_signs::clock::now();

 public:
  vital_signs signs;
};

bool says(const lines& told, const std::string& line) {
  return std::find(told.begin(), told.end(), line) != told.end();
}

}  // namespace

TEST_CASE("vital signs: users are told at most every five seconds, and only when they are others", "[vital_signs]") {
  nurse by;
  CHECK(by.look(1s, 1) == lines{"STATUS=1 user online"});
  CHECK(by.look(4999ms, 0).empty());
  CHECK(by.look(1ms, 2) == lines{"STATUS=2 users online"});
  CHECK(by.look(1h, 2).empty());
  CHECK(by.look(1s, 0) == lines{"STATUS=0 users online"});
  CHECK(by.signs.beat() == 0ms);
}

TEST_CASE("vital signs: the watchdog is told in each third of its time, not more often", "[vital_signs]") {
  nurse by(30s);
  CHECK(says(by.look(1s, 1), "WATCHDOG=1"));
  CHECK(by.look(9999ms, 1).empty());
  CHECK(by.look(1ms, 1) == lines{"WATCHDOG=1"});
  CHECK(by.look(10s, 1) == lines{"WATCHDOG=1"});
}

TEST_CASE("vital signs: a thread that is silent for ten seconds silences the watchdog until it goes on",
          "[vital_signs]") {
  nurse by(60s);
  by.look(1s, 5);
  CHECK(by.look(20s, 5, 0ms, {0ms, 9999ms, 0ms}) == lines{"WATCHDOG=1"});
  CHECK(by.look(20s, 5, 0ms, {0ms, 10s, 0ms}) == lines{"STATUS=thread 2 of 3 does not answer"});
  CHECK(by.look(20s, 6, 0ms, {0ms, 30s, 0ms}).empty());
  CHECK(by.look(1s, 6, 0ms, {0ms, 0ms, 0ms}) == lines{"STATUS=6 users online", "WATCHDOG=1"});
  CHECK(by.look(1s, 6, 0ms, {0ms, 0ms, 11s}) == lines{"STATUS=thread 3 of 3 does not answer"});
}

TEST_CASE("vital signs: so does a chat that stands still", "[vital_signs]") {
  nurse by(60s);
  by.look(1s, 5);
  CHECK(by.look(20s, 5, 9999ms) == lines{"WATCHDOG=1"});
  CHECK(by.look(20s, 5, 10s) == lines{"STATUS=the chat stands still"});
  CHECK(by.look(1s, 5) == lines{"STATUS=5 users online", "WATCHDOG=1"});
}

TEST_CASE("vital signs: with a short watchdog half of its time is too long, and threads beat more often",
          "[vital_signs]") {
  nurse by(3s);
  CHECK(by.signs.beat() == 375ms);
  by.look(1s, 5);
  CHECK(by.look(1s, 5, 0ms, {1499ms}) == lines{"WATCHDOG=1"});
  CHECK(by.look(1s, 5, 0ms, {1500ms}) == lines{"STATUS=thread 1 of 1 does not answer"});
  CHECK(nurse(20s).signs.beat() == 1s);
  CHECK(nurse(1us).signs.beat() == 1ms);
}

TEST_CASE("vital signs: without a watchdog nobody is asked", "[vital_signs]") {
  nurse by;
  CHECK(by.look(1s, 1, 1h, {1h}) == lines{"STATUS=1 user online"});
}
