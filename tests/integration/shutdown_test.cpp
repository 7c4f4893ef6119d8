// The end of the server.

#include <chrono>
#include <signal.h>
#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/running_server.hpp"

using namespace confab::test;
using namespace std::chrono_literals;
using lines = std::vector<std::string>;
using steady = std::chrono::steady_clock;

namespace {

/// A user that has far more due than the system takes in, and reads nothing of it. The others have read all of theirs.
/// `window`: bytes that its own system takes.
peer stuck_user(running_server& server, peer& talker, int window = 4096) {
  peer stuck(server, window);
  stuck.heard();
  const std::string text(4000, 'x');
  // More than the largest send buffer of the system (tcp_wmem), and less than its queue in the server.
  for (int i = 0; i < 2500; ++i) {
    talker.say(text);
    while (talker.line() != talker.as() + text) {
    }
  }
  return stuck;
}

const server_setup large_queues{.arguments = {"--send-queue", "67108864", "--write-timeout", "60"}};

}  // namespace

TEST_CASE("shutdown: a signal tells everyone, refuses newcomers and ends with 0", "[shutdown]") {
  const int number = GENERATE(SIGTERM, SIGINT);
  running_server server;
  peer plain = joined(server);
  peer machine = joined(server);
  plain.heard();
  machine.json_on();
  server.program().signal(number);

  const lines last = plain.lines_until_end();
  CHECK_FALSE(last.empty());
  const lines events = machine.lines_until_end();
  REQUIRE_FALSE(events.empty());
  CHECK(json::parse(events.back())["type"] == "bye");
  CHECK(json::parse(events.back())["reason"] == "shutdown");
  CHECK(server.program().wait() == 0);
  CHECK_FALSE(accepts_connections(server));
  server.expect_ended();
}

TEST_CASE("shutdown: with nobody there, and with many", "[shutdown]") {
  const std::size_t count = GENERATE(0U, 1U, 300U);
  running_server server;
  std::vector<peer> users = joined_many(server, count);
  const auto start = steady::now();
  CHECK(server.stop() == 0);
  CHECK(steady::now() - start < (sanitized ? 20s : 4s));
  for (auto& user : users) CHECK_FALSE(user.lines_until_end().empty());
}

TEST_CASE("shutdown: what was said before still arrives", "[shutdown]") {
  running_server server;
  peer a = joined(server);
  peer b = joined(server);
  a.heard();
  for (int i = 0; i < 500; ++i) a.say("line " + std::to_string(i));
  CHECK(a.heard().size() == 500);
  server.program().signal(SIGTERM);
  const lines heard = b.lines_until_end();
  REQUIRE(heard.size() > 500);
  for (std::size_t i = 0; i < 500; ++i) REQUIRE(heard[i] == a.as() + "line " + std::to_string(i));
  CHECK(server.program().wait() == 0);
  server.expect_ended();
}

TEST_CASE("shutdown: whoever reads slowly gets all that was said before, and the goodbye", "[shutdown]") {
  running_server server(large_queues);
  peer talker = joined(server);
  peer slow = stuck_user(server, talker, 65536);
  server.program().signal(SIGTERM);
  const deadline until;
  while (accepts_connections(server) && !until.passed()) {
  }
  const lines heard = slow.lines_until_end();
  REQUIRE(heard.size() > 2500);
  CHECK(heard[heard.size() - 2].ends_with("xxx"));
  CHECK(heard.back().find("shutting down") != std::string::npos);
  CHECK(server.program().wait() == 0);
  server.expect_ended();
}

TEST_CASE("shutdown: a peer that does not read delays it for 5 s at most", "[shutdown]") {
  running_server server(large_queues);
  peer talker = joined(server);
  peer stuck = stuck_user(server, talker);
  const auto start = steady::now();
  CHECK(server.stop() == 0);
  CHECK(steady::now() - start < (sanitized ? 20s : 8s));
}

TEST_CASE("shutdown: a second signal ends it at once", "[shutdown]") {
  running_server server(large_queues);
  peer talker = joined(server);
  peer stuck = stuck_user(server, talker);
  server.program().signal(SIGTERM);
  const deadline until;
  while (accepts_connections(server) && !until.passed()) {
  }
  CHECK(server.program().running());
  const auto start = steady::now();
  server.program().signal(GENERATE(SIGTERM, SIGINT));
  server.program().wait();
  CHECK(steady::now() - start < 2s);
  server.expect_ended();
}

TEST_CASE("shutdown: SIGPIPE of whatever it writes to does not end it", "[shutdown]") {
  running_server server;
  peer a = joined(server);
  server.program().signal(SIGPIPE);
  a.say("still here");
  CHECK(a.line() == a.as() + "still here");
}
