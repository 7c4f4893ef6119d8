// Options, and what the server says when it starts or cannot.

#include <fstream>
#include <signal.h>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/running_server.hpp"

using namespace confab::test;
using lines = std::vector<std::string>;

TEST_CASE("start: says where it listens, and nothing else on standard output", "[start]") {
  running_server server;
  CHECK(server.announcement() == "listening on 127.0.0.1:" + std::to_string(server.at().port));
  CHECK(server.at().port != 0);
  joined(server).say("hello");
  CHECK(server.stop() == 0);
  CHECK(server.program().rest_of_output().empty());
}

TEST_CASE("start: the single-dash long options of the original work", "[start]") {
  const lines arguments =
      GENERATE(lines{"-ip", "127.0.0.1", "-port", "0"}, lines{"-ip=127.0.0.1", "-port=0"},
               lines{"-ip", "127.0.0.1", "-port=0"}, lines{"--ip=127.0.0.1", "--port=0"}, lines{"-port", "0"});
  const scratch_directory state;
  process program(server_launch(arguments, state));
  CHECK(program.output_line().rfind("listening on 127.0.0.1:", 0) == 0);
}

TEST_CASE("start: another local address", "[start]") {
  running_server server({.ip = "127.0.0.2"});
  CHECK(server.announcement() == "listening on 127.0.0.2:" + std::to_string(server.at().port));
  CHECK_FALSE(accepts_connections({"127.0.0.1", server.at().port}));
  CHECK(accepts_connections(server.at()));
}

TEST_CASE("start: the address that is printed can be given back", "[start]") {
  const std::string ip = GENERATE("127.0.0.1", "::1", "[::1]:0", "127.0.0.1:0");
  const scratch_directory state;
  std::string printed;
  {
    launch what = server_launch({"--ip", ip}, state);
    if (ip.find("]:") == std::string::npos && ip.find(".1:") == std::string::npos)
      what.arguments.insert(what.arguments.end(), {"--port", "0"});
    process first(what);
    printed = first.output_line();
    CHECK(printed.starts_with("listening on "));
    first.signal(SIGTERM);
    CHECK(first.wait() == 0);
  }
  process second(server_launch({"-ip", printed.substr(13)}, state));
  CHECK(second.output_line() == printed);
}

TEST_CASE("start: an address of one network needs its interface", "[start]") {
  const outcome without = run_server({"--ip", "fe80::1", "--port", "0"});
  CHECK(without.status == 2);
  CHECK(without.errors.find("add the network interface, as in fe80::1%eth0") != std::string::npos);
  const outcome unknown = run_server({"--ip", "fe80::1%no-such-thing", "--port", "0"});
  CHECK(unknown.status == 1);
  CHECK(lines_of(unknown.errors).size() == 1);
  CHECK(unknown.errors.find("there is no network interface no-such-thing") != std::string::npos);
}

TEST_CASE("start: a wrong option or value is one line and exit code 2", "[start]") {
  const lines arguments =
      GENERATE(lines{"--nonsense"}, lines{"-nonsense"}, lines{"--port"}, lines{"--port", "abc"}, lines{"--port", "-1"},
               lines{"--port", "65536"}, lines{"--port", "80x"}, lines{"--ip", "nonsense"}, lines{"--ip", "1.2.3.4.5"},
               lines{"--ip", ""}, lines{"--ip", "localhost:80"}, lines{"--ip", "127.0.0.1:1", "--port", "2"},
               lines{"--lang", "fr"}, lines{"--idle-timeout", "-1"}, lines{"--idle-timeout", "soon"},
               lines{"--max-line", "0"}, lines{"--max-users", "0"}, lines{"--max-users", "-5"},
               lines{"--send-queue", "lots"}, lines{"--write-timeout", "x"}, lines{"--log-level", "loud"},
               lines{"--log-format", "xml"}, lines{"stray"}, lines{"--port", "0", "8888"}, lines{"--data-dir", ""},
               lines{"--export", ""}, lines{"--check-data", "--export", "-"}, lines{"--backup", ""},
               lines{"--restore", ""}, lines{"--backup", "x", "--restore", "y"}, lines{"--backup", "x", "--check-data"},
               lines{"--restore", "x", "--export", "-"}, lines{"--data-dir=", "--check-data"},
               lines{"--config=", "--print-config"}, lines{"-port=", "-ip=::1"});
  CAPTURE(arguments);
  const outcome result = run_server(arguments);
  CAPTURE(result.errors);
  CHECK(result.status == 2);
  CHECK(result.output.empty());
  CHECK(lines_of(result.errors).size() == 1);
}

TEST_CASE("start: an address in use or not ours is one line and exit code 1", "[start]") {
  SECTION("in use") {
    running_server first;
    const std::string port = std::to_string(first.at().port);
    const outcome result = run_server({"--ip", "127.0.0.1", "--port", port});
    CAPTURE(result.errors);
    CHECK(result.status == 1);
    CHECK(result.output.empty());
    CHECK(lines_of(result.errors).size() == 1);
    CHECK(result.errors.find(port) != std::string::npos);
    joined(first).expect_quiet();
  }
  SECTION("not ours") {
    const outcome result = run_server({"--ip", "192.0.2.1", "--port", "0"});
    CAPTURE(result.errors);
    CHECK(result.status == 1);
    CHECK(result.output.empty());
    CHECK(lines_of(result.errors).size() == 1);
    CHECK(result.errors.find("192.0.2.1") != std::string::npos);
  }
}

TEST_CASE("start: too few open files for --max-users are warned of, just enough are not", "[start]") {
  // 200 users and 30 besides, with one thread.
  const std::size_t files = GENERATE(60U, 229U, 230U, 231U);
  CAPTURE(files);
  running_server server({.arguments = {"--max-users", "200", "--threads", "1"}, .open_files = files});
  joined(server);
  CHECK(server.stop() == 0);
  const std::string log = server.program().errors();
  const bool warned = log.find("warning only " + std::to_string(files) + " files may be open, room for about " +
                               std::to_string(files - 30) + " of 200 users") != std::string::npos;
  CHECK(warned == (files < 230));
}

TEST_CASE("start: the limit on open files is raised as far as it may be", "[start]") {
  const scratch_directory state;
  launch what = server_launch({"-c", "ulimit -Sn 60; exec \"$0\" \"$@\"", CONFAB_SERVER_PROGRAM, "--port", "0",
                               "--max-users", "200", "--threads", "1"},
                              state);
  what.program = "sh";
  process program(what);
  CHECK(program.output_line().rfind("listening", 0) == 0);
  program.signal(SIGTERM);
  CHECK(program.wait() == 0);
  CHECK(program.errors().find("files may be open") == std::string::npos);
}

TEST_CASE("start: a port is free again at once after the end", "[start]") {
  std::string port;
  {
    running_server first;
    port = std::to_string(first.at().port);
    peer a = joined(first);
    first.program().signal(SIGTERM);  // the server closes first: its end stays behind in TIME_WAIT
    CHECK(first.program().wait() == 0);
    first.expect_ended();
  }
  const scratch_directory state;
  process second(server_launch({"--port", port}, state));
  CHECK(second.output_line() == "listening on 127.0.0.1:" + port);
}

TEST_CASE("start: --version and --help", "[start]") {
  const outcome version = run_server({"--version"});
  CHECK(version.status == 0);
  CHECK(lines_of(version.output).size() == 1);
  CHECK(version.output.find(CONFAB_VERSION) != std::string::npos);

  const outcome help = run_server({"--help"});
  CHECK(help.status == 0);
  for (const std::string& option :
       lines{"--ip", "--port", "--lang", "--idle-timeout", "--max-line", "--max-users", "--send-queue",
             "--write-timeout", "--motd", "--name", "--log-level", "--version", "8888", "10000", "300", "4096"}) {
    CAPTURE(option);
    CHECK(help.output.find(option) != std::string::npos);
  }
}

TEST_CASE("start: the message of the day is shown to who connects", "[start]") {
  const scratch_directory folder;
  const std::string motd = folder.path() + "/motd";
  std::ofstream(motd) << "Welcome!\n第二行\nno line end";
  running_server server({.arguments = {"--motd", motd}});
  peer a(server);
  const lines heard = a.heard();
  CAPTURE(heard);
  REQUIRE(heard.size() == 4);
  lines shown;
  for (const auto& line : heard)
    if (line != a.as() + "is online") shown.push_back(line);
  REQUIRE(shown.size() == 3);
  CHECK(shown[0].find("Welcome!") != std::string::npos);
  CHECK(shown[1].find("第二行") != std::string::npos);
  CHECK(shown[2].find("no line end") != std::string::npos);
  peer b = joined(server);
  CHECK(a.heard() == lines{b.as() + "is online"});
}

TEST_CASE("start: a message of the day that is not UTF-8 is refused", "[start]") {
  const scratch_directory folder;
  const std::string motd = folder.path() + "/motd";
  std::ofstream(motd) << "Welcome!\n\xBB\xB6\xD3\xAD\n";
  const outcome out = run(server_launch({"--port", "0", "--motd", motd}, folder));
  CHECK(out.status == 1);
  CHECK(lines_of(out.errors).size() == 1);
  CHECK(out.errors.find("line 2 of the message of the day in " + motd + " is not UTF-8") != std::string::npos);
}

TEST_CASE("start: a byte order mark is no part of the message of the day", "[start]") {
  const scratch_directory folder;
  const std::string motd = folder.path() + "/motd";
  std::ofstream(motd) << "\xEF\xBB\xBFWelcome!\r\n";
  running_server server({.arguments = {"--motd", motd}});
  peer a(server);
  CHECK(a.line() == "Welcome!");
}

TEST_CASE("start: a message of the day that cannot be read is one line and exit code 1", "[start]") {
  const scratch_directory folder;
  const std::string motd = folder.path() + GENERATE(as<std::string>{}, "", "/none");
  const outcome result = run_server({"--port", "0", "--motd", motd});
  CAPTURE(result.errors);
  CHECK(result.status == 1);
  CHECK(result.output.empty());
  REQUIRE(lines_of(result.errors).size() == 1);
  CHECK(result.errors.find("message of the day from " + motd) != std::string::npos);
}

TEST_CASE("start: a server whose log has nowhere to go serves on", "[start]") {
  const error_output errors = GENERATE(error_output::closed, error_output::full);
  running_server server({.arguments = {"--log-level", "debug"}, .errors = errors});
  peer a = joined(server);
  for (int i = 0; i < 20; ++i) {
    peer b = joined(server);
    CHECK(a.line() == b.as() + "is online");
    b.send(std::string(5000, 'x') + "\n\xC3\x28\n/nonsense\n");
    CHECK(b.heard().size() == 3);
    i % 2 == 0 ? b.reset() : b.close();
    CHECK(a.line() == b.as() + "is offline");
    peer web(server);
    web.send("GET / HTTP/1.1\r\n\r\n");
    CHECK(web.bytes_until_end().find("HTTP/1.") == 0);
  }
  CHECK(a.heard() == lines{});
}

TEST_CASE("start: a standard stream that is closed at the start is never taken for something else", "[start]") {
  const auto [closed, number] = GENERATE(table<std::string, int>({{"<&-", 0}, {"2>&-", 2}, {"<&- 2>&-", 0}}));
  CAPTURE(closed);
  const scratch_directory state;
  const launch direct = server_launch({"--port", "0"}, state);
  launch through_shell = direct;
  through_shell.program = "/bin/sh";
  through_shell.arguments = {"-c", "exec \"$0\" \"$@\" " + closed, direct.program};
  through_shell.arguments.insert(through_shell.arguments.end(), direct.arguments.begin(), direct.arguments.end());
  process program(through_shell);
  CHECK(program.output_line().rfind("listening on", 0) == 0);
  CHECK(program.opened(number) == "/dev/null");
  CHECK(program.opened(2) != program.opened(3));
  program.signal(SIGTERM);
  CHECK(program.wait() == 0);
}

TEST_CASE("start: --threads is how many serve users", "[start]") {
  const auto threads_with = [](const char* count) {
    running_server server({.arguments = {"--threads", count, "--history", "off"}});
    const peer a = joined(server);
    return server.program().threads();
  };
  const std::size_t with_one = threads_with("1");
  CHECK(threads_with("2") == with_one + 1);
  CHECK(threads_with("5") == with_one + 4);
}

TEST_CASE("start: --log-level is what the log is kept down to", "[start]") {
  const auto [level, logged] = GENERATE(table<std::string, bool>({{"debug", true}, {"info", true}, {"warn", false}}));
  CAPTURE(level);
  running_server server({.arguments = {"--log-level", level}});
  peer web(server);
  web.send("GET / HTTP/1.1\r\n\r\n");
  web.bytes_until_end();
  CHECK(server.stop() == 0);
  CHECK((server.program().errors().find("info ") != std::string::npos) == logged);
  CHECK((server.program().errors().find("an HTTP request") != std::string::npos) == logged);
}

TEST_CASE("start: an exception that nobody foresaw is told, with one thread and with two", "[start]") {
  if (sanitized) return;  // a sanitizer must be the first library
  const auto [threads, where] =
      GENERATE(std::pair<std::string, std::string>{"1", "main"}, std::pair<std::string, std::string>{"2", "main"},
               std::pair<std::string, std::string>{"2", "other"});
  CAPTURE(threads, where);
  running_server server({.arguments = {"--threads", threads},
                         .environment = {{"LD_PRELOAD", CONFAB_THROWING_SEND}, {"CONFAB_THROW_ON", where}}});
  peer a = joined(server);
  peer b = joined(server);
  a.say("all well");
  a.heard();
  a.say("boom");
  CHECK(server.program().wait() == 128 + SIGABRT);
  server.expect_ended();
  const std::string errors = server.program().errors();
  CAPTURE(errors);
  CHECK(errors.find("server: fatal: std::runtime_error: the sky is falling\n") != std::string::npos);
  CHECK(errors.find("critical fatal: std::runtime_error: the sky is falling\n") != std::string::npos);
}
