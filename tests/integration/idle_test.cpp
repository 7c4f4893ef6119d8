// Users who say nothing for too long.

#include <chrono>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/running_server.hpp"

using namespace confab::test;
using namespace std::chrono_literals;
using lines = std::vector<std::string>;
using steady = std::chrono::steady_clock;

namespace {

/// Keeps a user active with a line ten times a second, and collects what it hears, until it has heard `last`.
lines awake_until(peer& user, const std::string& last) {
  const deadline until;
  lines heard;
  while (!until.passed()) {
    user.say("/ping");
    while (auto line = user.line_within(100ms)) {
      if (*line == "pong") continue;
      heard.push_back(*line);
      if (*line == last) return heard;
    }
  }
  throw std::runtime_error("not heard: " + last);
}

}  // namespace

TEST_CASE("idle: the silent are told and go, the others hear it once", "[idle]") {
  struct variant {
    std::string language;
    std::chrono::seconds timeout;
    std::string told, offline;
  };
  const variant given = GENERATE(variant{"en", 1s, "You were disconnected: idle for 1 s", "is offline"},
                                 variant{"en", 2s, "You were disconnected: idle for 2 s", "is offline"},
                                 variant{"zh", 1s, "你被踢了", "下线"});
  CAPTURE(given.told);
  running_server server(
      {.arguments = {"--idle-timeout", std::to_string(given.timeout.count())}, .language = given.language});
  peer awake = joined(server);
  peer silent = joined(server);
  silent.say("/ping last");
  CHECK(silent.line() == "pong last");
  const auto start = steady::now();

  const lines heard = awake_until(awake, silent.as() + given.offline);
  CHECK(heard.size() == 2);  // coming and going
  const auto took = steady::now() - start;
  CHECK(took >= given.timeout - 100ms);
  CHECK(took <= given.timeout + (sanitized ? 10s : 3s));
  CHECK(silent.lines_until_end() == lines{given.told});
  CHECK(awake.heard() == lines{});
}

TEST_CASE("idle: half a line is no sign of life, any whole line is", "[idle]") {
  running_server server({.arguments = {"--idle-timeout", "2"}});
  peer quick = joined(server);
  peer dribbling = joined(server);
  peer empty = joined(server);
  quick.heard();
  dribbling.heard();
  const auto start = steady::now();
  lines heard;
  bool connected = true;
  while (steady::now() - start < 5s) {
    quick.say("/ping");
    empty.send("\n");
    connected = connected && dribbling.send_anyway("x");
    while (auto line = quick.line_within(100ms))
      if (*line != "pong") heard.push_back(*line);
  }
  CHECK(heard == lines{dribbling.as() + "is offline"});
  CHECK(empty.heard() == lines{dribbling.as() + "is offline"});
  CHECK(dribbling.lines_until_end() == lines{"You were disconnected: idle for 2 s"});
}

TEST_CASE("idle: in JSON the reason is given to both", "[idle][json]") {
  running_server server({.arguments = {"--idle-timeout", "1"}});
  peer awake = joined(server);
  peer silent = joined(server);
  awake.heard();
  awake.json_on();
  silent.json_on();
  json left;
  const deadline until;
  while (left.is_null() && !until.passed()) {
    awake.say("/count");
    while (auto line = awake.line_within(100ms))
      if (json event = json::parse(*line); event["type"] == "left") left = event;
  }
  CHECK(left["name"] == silent.address());
  CHECK(left["reason"] == "idle");
  const lines last = silent.lines_until_end();
  REQUIRE_FALSE(last.empty());
  CHECK(json::parse(last.back())["type"] == "bye");
  CHECK(json::parse(last.back())["reason"] == "idle");
}

TEST_CASE("idle: one who reads nothing and says nothing goes too", "[idle]") {
  running_server server({.arguments = {"--idle-timeout", "1"}});
  peer awake = joined(server);
  peer stuck(server, 4096);
  CHECK(awake.line() == stuck.as() + "is online");
  const lines heard = awake_until(awake, stuck.as() + "is offline");
  CHECK(heard.size() == 1);
}

TEST_CASE("idle: a timeout of 0 is none", "[idle]") {
  running_server server({.arguments = {"--idle-timeout", "0", "--dead-after", "2"}});
  peer a = joined(server);
  CHECK(a.json_on()["limits"]["idle"] == 0);
  // Seconds pass in the server: one who promised to be heard each second is given up.
  peer promised = joined(server);
  a.event("joined");
  promised.say("/heartbeat 1");
  CHECK(a.event("left")["reason"] == "error");
  a.expect_quiet();
}
