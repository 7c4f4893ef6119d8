// Machines that vanish, in a network of the test's own: a namespace with nothing but a loopback interface, whose
// packets can be dropped. Where that is not permitted these tests say so and are through.

#include <cerrno>
#include <exception>
#include <functional>
#include <sched.h>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/running_server.hpp"

using namespace confab::test;
using namespace std::chrono_literals;
using lines = std::vector<std::string>;

namespace {

// Connecting to an address of this machine makes it one's own, too.
constexpr const char* theirs = "10.77.0.2";

bool done(const std::string& program, const lines& arguments) {
  return run({.program = program, .arguments = arguments}).status == 0;
}

/// Runs `what` on a thread whose network, and that of the programs it starts, is its own. False where there can be
/// none.
bool in_own_network(const std::function<void()>& what) {
  bool possible = false;
  std::exception_ptr failure;
  std::thread([&] {
    try {
      if (::unshare(CLONE_NEWNET) != 0) {
        WARN("no network of our own: " << std::generic_category().message(errno));
        return;
      }
      if (!done("ip", {"link", "set", "lo", "up"}) ||
          !done("ip", {"address", "add", std::string(theirs) + "/32", "dev", "lo"}) ||
          !done("nft", {"add table inet test; add chain inet test in { type filter hook input priority 0 ; }"})) {
        WARN("no network of our own: ip or nft fails");
        return;
      }
      possible = true;
      what();
    } catch (...) {
      failure = std::current_exception();
    }
  }).join();
  if (failure) std::rethrow_exception(failure);
  return possible;
}

/// From here on nothing that their machine sends arrives, nor what is sent to it.
void make_them_vanish() {
  REQUIRE(done("nft", {std::string("add rule inet test in ip daddr ") + theirs + " drop"}));
}

/// Waits until `watcher` hears that somebody has left; `meanwhile` is done again and again.
json departure(peer& watcher, const std::function<void()>& meanwhile) {
  for (const deadline until; !until.passed();) {
    meanwhile();
    while (const auto line = watcher.line_within(50ms)) {
      json event = json::parse(*line);
      if (event["type"] == "left") return event;
    }
  }
  throw std::runtime_error("nobody has left");
}

}  // namespace

TEST_CASE("network: a machine that vanishes is given up, whether others talk or not", "[network][slow]") {
  const bool talk = GENERATE(true, false);
  CAPTURE(talk);
  in_own_network([&] {
    running_server server(
        {.arguments = {"--vanished-after", "2", "--write-timeout", "1", "--idle-timeout", "0"}, .ip = "0.0.0.0"});
    const endpoint here{"127.0.0.1", server.at().port};
    peer watcher = joined(here);
    watcher.json_on();
    peer talker = joined(here);
    peer gone = joined_as({theirs, server.at().port}, "gone");
    gone.say("the last of me");
    while (watcher.event()["type"] != "message") {
    }
    make_them_vanish();
    int number = 0;
    const json left = departure(watcher, [&] {
      if (talk) talker.say("line " + std::to_string(++number));
    });
    CHECK(left["name"] == "gone");
    CHECK(left["reason"] == "error");
    // Nobody else is taken for one who has vanished.
    watcher.say("/ping still here");
    while (watcher.event()["type"] != "pong") {
    }
    talker.heard();
  });
}

TEST_CASE("network: who reads nothing is given up as well, after the longer of two times", "[network][slow]") {
  running_server server({.arguments = {"--vanished-after", "2", "--write-timeout", "3", "--idle-timeout", "0"}});
  peer watcher = joined(server);
  watcher.json_on();
  peer stuck(server, 4096);
  stuck.say("rename stuck");
  for (json heard; heard["name"] != "stuck";) heard = watcher.event();
  // More than its own kernel takes, and less than the server's: nothing waits in the server itself.
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < 20; ++i) watcher.say(std::string(1000, 'x'));
  const json left = departure(watcher, [] {});
  CHECK(left["name"] == "stuck");
  CHECK(left["reason"] == "error");
  CHECK(std::chrono::steady_clock::now() - start >= 3s);
}

TEST_CASE("network: a link-local address with its interface works, and can be given back", "[network]") {
  in_own_network([&] {
    if (!done("ip", {"address", "add", "fe80::77/64", "dev", "lo", "nodad"})) {
      WARN("no IPv6");
      return;
    }
    const scratch_directory state;
    process first(server_launch({"--ip", "fe80::77%lo", "--port", "0"}, state));
    const std::string printed = first.output_line();
    CHECK(printed.starts_with("listening on [fe80::77%lo]:"));
    first.signal(15);
    CHECK(first.wait() == 0);
    process second(server_launch({"--ip", printed.substr(13)}, state));
    CHECK(second.output_line() == printed);
  });
}
