// What a server tells the program that runs it as a service.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <signal.h>
#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/notify_socket.hpp"
#include "tests/support/running_server.hpp"
#include "tests/support/stopped_thread.hpp"

using namespace confab::test;
using namespace std::chrono_literals;
using lines = std::vector<std::string>;

namespace {

bool has(const lines& told, const std::string& line) {
  return std::find(told.begin(), told.end(), line) != told.end();
}

}  // namespace

TEST_CASE("service: says when it is ready, and that it ends", "[service]") {
  notify_socket manager(GENERATE(false, true));
  const scratch_directory state;
  launch how = server_launch({"--port", "0"}, state);
  how.environment.emplace_back("NOTIFY_SOCKET", manager.address());
  process program(how);
  CHECK(manager.next() == "READY=1");
  CHECK(program.output_line().starts_with("listening on 127.0.0.1:"));
  // The history is there by then.
  CHECK(std::filesystem::exists(state.path() + "/confab/history.db"));
  program.signal(SIGTERM);
  manager.until("STOPPING=1");
  CHECK(program.wait() == 0);
  CHECK(manager.so_far().empty());
}

TEST_CASE("service: a server that cannot serve is never ready, and what only looks says nothing", "[service]") {
  notify_socket manager;
  const scratch_directory state;
  const lines arguments = GENERATE(lines{"--listen", "line:192.0.2.1:0"}, lines{"--check-config", "--port", "0"},
                                   lines{"--check-data"}, lines{"--help"});
  launch how = server_launch(arguments, state);
  how.environment.emplace_back("NOTIFY_SOCKET", manager.address());
  run(how);
  CHECK(manager.so_far().empty());
}

TEST_CASE("service: a manager that has gone, or never reads, holds nobody up", "[service]") {
  notify_socket manager;
  const bool gone = GENERATE(true, false);
  manager.fill();
  running_server server(
      {.environment = {{"NOTIFY_SOCKET", gone ? "/nowhere/at/all" : manager.address()}, {"WATCHDOG_USEC", "1000"}}});
  peer ann = joined(server);
  ann.say("hello");
  CHECK(ann.line() == ann.as() + "hello");
}

TEST_CASE("service: a thread that stands still silences the watchdog, until it goes on", "[service]") {
  notify_socket manager;
  running_server server({.arguments = {"--threads", "3"},
                         .environment = {{"NOTIFY_SOCKET", manager.address()}, {"WATCHDOG_USEC", "4000000"}}});
  manager.until("WATCHDOG=1");
  stopped_thread stuck(server.program().thread_named("shard 2"));
  if (!stuck.is_permitted()) {
    WARN("no thread of another process can be stopped here (ptrace): not tested");
    return;
  }
  manager.until("STATUS=thread 2 of 3 does not answer");
  // The main thread goes on looking, and finds the same each second.
  CHECK_THROWS(manager.next(deadline(1500ms)));
  stuck.go_on();
  const lines silent = manager.until("STATUS=0 users online");
  CHECK_FALSE(has(silent, "WATCHDOG=1"));
  manager.until("WATCHDOG=1");
}

TEST_CASE("service: a reload is told when it begins and when it is over, whatever comes of it", "[service]") {
  notify_socket manager;
  const scratch_directory state;
  const std::string file = state.path() + "/c.toml";
  const auto write = [&](const std::string& text) { std::ofstream(file) << text; };
  write("name = 'one'\n");
  launch how = server_launch({"--config", file, "--port", "0"}, state);
  how.environment.emplace_back("NOTIFY_SOCKET", manager.address());
  process program(how);
  manager.until("READY=1");
  for (const std::string text : {"name = 'two'\n", "nam = 'two'\n"}) {
    write(text);
    program.signal(SIGHUP);
    const lines before = manager.until("READY=1");
    REQUIRE_FALSE(before.empty());
    CHECK(before.back().starts_with("RELOADING=1\nMONOTONIC_USEC="));
  }
  // A reload that the end overtakes is not over: the server is never ready again.
  program.signal(SIGSTOP);
  program.signal(SIGHUP);
  program.signal(SIGTERM);
  program.signal(SIGCONT);
  manager.until("STOPPING=1");
  CHECK(program.wait() == 0);
  CHECK_FALSE(has(manager.so_far(), "READY=1"));
}
