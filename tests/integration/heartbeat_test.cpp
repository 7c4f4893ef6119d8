// Telling a dead client from a silent one.

#include <chrono>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/running_server.hpp"

using namespace confab::test;
using namespace std::chrono_literals;
using clock_type = std::chrono::steady_clock;
using lines = std::vector<std::string>;

namespace {

/// Late by as much as a busy machine may be.
constexpr auto slack = sanitized ? 12s : 5s;

/// The state of the kernel's timer of the server's end of a connection (/proc/net/tcp): 2 is keepalive.
std::string server_timer(const endpoint& server, const std::string& peer_address) {
  const auto hex_port = [](unsigned port) {
    std::ostringstream out;
    out << std::hex << std::uppercase << port;
    std::string text = out.str();
    return ':' + std::string(4 - text.size(), '0') + text;
  };
  const auto port = static_cast<unsigned>(std::stoul(peer_address.substr(peer_address.rfind(':') + 1)));
  std::ifstream table("/proc/net/tcp");
  for (std::string line; std::getline(table, line);) {
    std::istringstream columns(line);
    std::string number, local, remote, state, queues, timer;
    columns >> number >> local >> remote >> state >> queues >> timer;
    if (local.ends_with(hex_port(server.port)) && remote.ends_with(hex_port(port))) return timer;
  }
  return {};
}

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
  ann.json_on();
  ann.say("/heartbeat 2");
  ann.event("ok");
  const auto start = clock_type::now();
  while (clock_type::now() - start < 6s) {
    ann.say("/ping beat");
    CHECK(ann.event().value("type", "") != "bye");
    ann.line_within(200ms);
  }
  ann.heard();
}

TEST_CASE("heartbeat: with --dead-after 0, or without a promise, nobody is given up", "[heartbeat]") {
  const bool promised = GENERATE(false, true);
  running_server server({.arguments = {"--idle-timeout", "0", "--dead-after", promised ? "0" : "1"}});
  peer ann = joined(server);
  ann.json_on();
  if (promised) {
    ann.say("/heartbeat 1");
    ann.event("ok");
  }
  const auto start = clock_type::now();
  while (clock_type::now() - start < 3500ms)
    if (const auto line = ann.line_within(500ms)) CHECK(json::parse(*line)["type"] == "count");
  ann.heard();
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
  const std::string said = language == "zh" ? "请输入间隔秒数（0 到 3600）：/heartbeat 秒数"
                                            : "Say how often, 0 to 3600: /heartbeat SECONDS";
  peer ann = joined(server);
  for (const char* const bad : {"/heartbeat", "/heartbeat x", "/heartbeat -1", "/heartbeat 3601"}) {
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
    timer = server_timer(server, ann.address());
  INFO(timer);
  REQUIRE(timer.rfind("02:", 0) == 0);
  // In hundredths of a second; the first look is to come well within two minutes.
  CHECK(std::stoul(timer.substr(3), nullptr, 16) <= 6100);
}
