// Telling a dead client from a silent one.

#include <chrono>
#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/running_server.hpp"
#include "tests/support/tcp_table.hpp"

using namespace confab::test;
using namespace std::chrono_literals;
using clock_type = std::chrono::steady_clock;
using lines = std::vector<std::string>;

namespace {

/// Late by as much as a busy machine may be.
constexpr auto slack = sanitized ? 12s : 5s;

}  // namespace

TEST_CASE("heartbeat: who promised one and has missed two is given up", "[heartbeat]") {
  running_server server({.arguments = {"--resume-window", "0", "--idle-timeout", "0"}});
  peer watcher = joined(server);
  peer ann = joined(server);
  watcher.heard();
  ann.json_on();
  ann.say("/tag h /heartbeat 1");
  CHECK(ann.event("ok")["tag"] == "h");
  const auto promised = clock_type::now();
  const json bye = json::parse(ann.lines_until_end().back());
  CHECK(bye["type"] == "bye");
  CHECK(bye["reason"] == "error");
  const auto took = clock_type::now() - promised;
  CHECK(took >= 1900ms);
  CHECK(took <= 3s + slack);
  CHECK(watcher.line() == ann.as() + "is offline");
}

TEST_CASE("heartbeat: any line is one", "[heartbeat]") {
  running_server server({.arguments = {"--idle-timeout", "0"}});
  peer ann = joined(server);
  peer silent = joined(server);
  ann.heard();
  ann.json_on();
  for (peer* const each : {&ann, &silent}) each->say("/heartbeat 2");
  CHECK(ann.event("ok")["type"] == "ok");
  // One who promised the same and says nothing has missed two meanwhile.
  std::size_t beats = 0;
  json left;
  for (const deadline until; left.is_null() && !until.passed(); ++beats) {
    ann.say("/ping beat");
    while (const auto line = ann.line_within(200ms)) {
      const json event = json::parse(*line);
      REQUIRE(event["type"] != "bye");
      if (event["type"] == "left") left = event;
    }
  }
  CHECK(beats > 1);
  CHECK(left["name"] == silent.address());
  CHECK(left["reason"] == "error");
  CHECK(ann.heard() == lines{});
}

TEST_CASE("heartbeat: with --dead-after 0, or without a promise, nobody is given up", "[heartbeat]") {
  const bool promised = GENERATE(false, true);
  CAPTURE(promised);
  running_server server({.arguments = {"--idle-timeout", "3", "--dead-after", promised ? "0" : "1"}});
  peer ann = joined(server);
  ann.json_on();
  if (promised) {
    ann.say("/heartbeat 1");
    ann.event("ok");
  }
  // It stays until it has been silent for too long; who is given up goes earlier, and for another reason.
  const json bye = json::parse(ann.lines_until_end().back());
  CHECK(bye["type"] == "bye");
  CHECK(bye["reason"] == "idle");
}

TEST_CASE("heartbeat: one given up can resume", "[heartbeat][resume]") {
  running_server server({.arguments = {"--idle-timeout", "0", "--threads", "2"}});
  peer watcher = joined(server);
  peer ann = joined(server);
  watcher.heard();
  const std::string token = ann.json_on()["token"];
  ann.say("/heartbeat 1");
  ann.event("ok");
  CHECK(json::parse(ann.lines_until_end().back())["type"] == "bye");
  watcher.say("missed");
  CHECK(watcher.heard() == lines{watcher.as() + "missed"});
  peer again(server);
  again.say("/resume " + token + " 0");
  CHECK(again.event("welcome")["resumed"] == true);
  CHECK(again.event("message")["text"] == "missed");
  watcher.expect_quiet();
}

TEST_CASE("heartbeat: arguments", "[heartbeat]") {
  const std::string language = GENERATE("en", "zh");
  running_server server({.language = language});
  const std::string said =
      language == "zh" ? "内容不对，用法：/heartbeat SECONDS" : "That does not fit. Usage: /heartbeat SECONDS";
  peer ann = joined(server);
  for (const char* const bad : {"/heartbeat x", "/heartbeat -1", "/heartbeat 3601"}) {
    ann.say(bad);
    CHECK(ann.heard() == lines{said});
  }
  for (const char* const good : {"0", "3600"}) {
    ann.say("/tag t /heartbeat " + std::string(good));
    CHECK(ann.heard() == lines{"t ok"});
  }
}

TEST_CASE("heartbeat: the kernel looks after every connection", "[heartbeat]") {
  running_server server;
  peer ann = joined(server);
  std::string timer;
  // While data is under way another timer runs.
  for (const deadline until; timer.rfind("02:", 0) != 0 && !until.passed();)
    timer = tcp_timer_of_server(server, ann.address());
  INFO(timer);
  REQUIRE(timer.rfind("02:", 0) == 0);
  // In hundredths of a second; the first look is to come well within two minutes.
  CHECK(std::stoul(timer.substr(3), nullptr, 16) <= 6100);
}
