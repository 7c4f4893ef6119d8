// SIGHUP at awkward moments, and where nothing is to be reloaded.

#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "tests/integration/reloadable.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/running_server.hpp"

using namespace confab::test;
using namespace std::chrono_literals;

TEST_CASE("reload: a SIGHUP just before and during the end holds it up no more than any other time", "[reload]") {
  for (int round = 0; round < 8; ++round) {
    CAPTURE(round);
    reloadable with("name = 'x'\n");
    peer somebody = joined(with.server);
    process& program = with.server.program();
    for (int i = 0; i < round % 3; ++i) program.signal(SIGHUP);
    if (round >= 4) {
      REQUIRE((round % 3 == 0 || with.logged("reloaded")));
    }
    program.signal(SIGTERM);
    program.signal(SIGHUP);
    CHECK(somebody.lines_until_end().back().find("shutting down") != std::string::npos);
    program.signal(SIGHUP);
    somebody.close();
    while (program.running()) program.signal(SIGHUP);
    CHECK(program.wait() == 0);
    with.server.expect_ended();
  }
}

TEST_CASE("reload: a SIGHUP while the server starts is not lost, and does not end it", "[reload]") {
  const scratch_directory folder;
  const std::string file = folder.path() + "/c.toml";
  std::ofstream(file) << "name = 'x'\nport = 0\n";
  process program(server_launch({"--config", file}, folder));
  // From its first moment on it blocks the signal.
  const auto blocks = [&] {
    std::ifstream status("/proc/" + std::to_string(program.id()) + "/status");
    for (std::string line; std::getline(status, line);) {
      if (line.starts_with("SigBlk:") && line.back() == '1') return true;
    }
    return false;
  };
  const deadline until;
  while (!blocks() && !until.passed()) {
  }
  program.signal(SIGHUP);
  CHECK(program.output_line().starts_with("listening on "));
  bool told = false;
  while (!told && !until.passed()) told = program.errors().find("reloaded " + file) != std::string::npos;
  CHECK(told);
  program.signal(SIGTERM);
  CHECK(program.wait() == 0);
}

TEST_CASE("reload: without a configuration file SIGHUP ends a server as SIGTERM does", "[reload]") {
  running_server server;
  peer somebody = joined(server);
  const outcome asked =
      run({.program = CONFAB_SERVER_PROGRAM, .arguments = {"--reload", std::to_string(server.program().id())}});
  CHECK(asked.status == 1);
  CHECK(asked.errors == "server: process " + std::to_string(server.program().id()) +
                            " does not reload: it was started without --config, or is no confabd\n");
  somebody.expect_quiet();
  server.program().signal(SIGHUP);
  CHECK(somebody.lines_until_end().back().find("shutting down") != std::string::npos);
  somebody.close();
  CHECK(server.program().wait() == 0);
  server.expect_ended();
}

TEST_CASE("reload: where SIGHUP is ignored, as by nohup, a server without a file goes on", "[reload]") {
  const scratch_directory state;
  launch what = server_launch({"-c", "trap '' HUP; exec \"$0\" --port 0", CONFAB_SERVER_PROGRAM}, state);
  what.program = "sh";
  process program(what);
  const std::string line = program.output_line();
  peer somebody = joined({"127.0.0.1", static_cast<std::uint16_t>(std::stoi(line.substr(line.rfind(':') + 1)))});
  program.signal(SIGHUP);
  somebody.expect_quiet();
  somebody.close();
  program.signal(SIGTERM);
  CHECK(program.wait() == 0);
}

TEST_CASE("reload: --reload takes a process that is there, and nothing else beside it", "[reload]") {
  for (const std::string wrong : {"0", "-1", "x", ""}) CHECK(run_server({"--reload", wrong}).status == 2);
  CHECK(run_server({"--reload", "1", "--check-config"}).status == 2);
  const outcome gone = run_server({"--reload", "2147483647"});
  CHECK(gone.status == 1);
  CHECK(gone.errors == "server: there is no process 2147483647\n");
}
