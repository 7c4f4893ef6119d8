// Several places to listen at once.

#include <filesystem>
#include <fstream>
#include <signal.h>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/http.hpp"
#include "tests/support/running_server.hpp"
#include "tests/support/tls_peer.hpp"

using namespace confab::test;
using namespace std::chrono_literals;
using lines = std::vector<std::string>;

namespace {

bool has_ipv6() {
  const launch probe{.program = "sh", .arguments = {"-c", "grep -q '^0*1 ' /proc/net/if_inet6"}};
  return run(probe).status == 0;
}

/// Reads the next line of the program's output, which must say that it listens there.
endpoint unix_place(process& program, const std::string& path) {
  endpoint out{.path = path};
  REQUIRE(program.output_line() == "listening on " + out.text());
  return out;
}

/// Starts a program with sockets that listen, as systemd does: one on loopback and one at `path`, which wait from then
/// on. Prints the port of the first.
constexpr const char* launcher = R"(
import os, socket, sys
port = socket.create_server(("127.0.0.1", 0))
local = socket.socket(socket.AF_UNIX)
local.bind(sys.argv[1])
local.listen()
print(port.getsockname()[1], flush=True)
os.dup2(port.fileno(), 100)
os.dup2(local.fileno(), 101)
os.dup2(100, 3)
os.dup2(101, 4)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="2", LISTEN_FDNAMES=sys.argv[2])
os.execvp(sys.argv[3], sys.argv[3:])
)";

launch launched_with(const std::string& path, const std::string& names, const lines& arguments,
                     const scratch_directory& state) {
  const launch server = server_launch(arguments, state);
  launch out = server;
  out.program = "python3";
  out.arguments = {"-c", launcher, path, names, server.program};
  out.arguments.insert(out.arguments.end(), server.arguments.begin(), server.arguments.end());
  return out;
}

/// Permissions of a file.
unsigned mode_of(const std::string& path) {
  return static_cast<unsigned>(std::filesystem::status(path).permissions());
}

/// Where the next line of the program's output says that it listens.
endpoint next_place(process& program, const std::string& ip) {
  const std::string line = program.output_line();
  const std::string start = "listening on " + endpoint{.ip = ip}.text();
  const std::size_t colon = line.rfind(':');
  REQUIRE(line.substr(0, colon + 1) == start.substr(0, start.size() - 1));
  return {.ip = ip, .port = static_cast<std::uint16_t>(std::stoi(line.substr(colon + 1)))};
}

}  // namespace

TEST_CASE("listeners: people who come over IPv4 and over IPv6 are in one chat", "[listeners]") {
  if (!has_ipv6()) {
    WARN("no IPv6 loopback on this machine: not tested");
    return;
  }
  const std::string threads = GENERATE("1", "3");
  running_server server({.arguments = {"--threads", threads, "--listen", "line:[::1]:0", "--listen=line:127.0.0.2:0"}});
  const endpoint six = next_place(server.program(), "::1");
  const endpoint third = next_place(server.program(), "127.0.0.2");
  peer ann = joined_as(server, "ann");
  peer bob = joined_as(six, "bob");
  peer eve = joined_as(third, "eve");
  for (peer* each : {&ann, &bob, &eve}) each->heard();  // who has come, and what they are called
  CHECK(bob.address().starts_with("[::1]:"));
  bob.say("hello from six");
  const std::string said = bob.as("bob") + "hello from six";
  CHECK(ann.line() == said);
  CHECK(bob.line() == said);
  CHECK(eve.line() == said);
  eve.say("to bob psst");
  CHECK(bob.line() == "eve whispers to you: psst");
  CHECK(ann.heard() == lines{});
}

TEST_CASE("listeners: --listen alone replaces the default, and all of them are closed at the end", "[listeners]") {
  const scratch_directory state;
  process program(server_launch({"--listen", "line:127.0.0.2:0", "-listen", "line:127.0.0.3:0"}, state));
  const endpoint first = next_place(program, "127.0.0.2");
  const endpoint second = next_place(program, "127.0.0.3");
  CHECK(accepts_connections(first));
  CHECK(accepts_connections(second));
  CHECK_FALSE(accepts_connections({"127.0.0.2", second.port}));
  program.signal(SIGTERM);
  CHECK(program.wait() == 0);
  CHECK(program.rest_of_output().empty());
  CHECK_FALSE(accepts_connections(first));
  CHECK_FALSE(accepts_connections(second));
}

TEST_CASE("listeners: one that cannot be bound refuses the start", "[listeners]") {
  running_server first;
  const std::string place = "line:127.0.0.1:" + std::to_string(first.at().port);
  const outcome result = run_server({"--listen", "line:127.0.0.2:0", "--listen", place});
  CAPTURE(result.errors);
  CHECK(result.status == 1);
  CHECK(result.output.empty());
  REQUIRE(lines_of(result.errors).size() == 1);
  CHECK(result.errors.starts_with("server: cannot serve: --listen " + place + ": Address already in use: choose "));
  joined(first).expect_quiet();
}

TEST_CASE("listeners: people who come over a unix socket are in the same chat, and called unix", "[listeners]") {
  const scratch_directory folder;
  const std::string threads = GENERATE("1", "3");
  const std::string path = folder.path() + "/chat.sock";
  running_server server({.arguments = {"--threads", threads, "--listen", "line:unix:" + path}});
  const endpoint local = unix_place(server.program(), path);
  CHECK(mode_of(path) == 0600);
  peer ann = joined_as(server, "ann");
  peer bob = joined(local);
  CHECK(bob.address() == "unix");
  peer eve(local);
  eve.line();
  eve.say("rename unix.2");
  CHECK(eve.line().find("cannot look like an address") != std::string::npos);
  for (peer* each : {&ann, &bob, &eve}) each->heard();
  bob.say("hello from here");
  const std::string said = bob.as() + "hello from here";
  for (peer* each : {&ann, &bob, &eve}) CHECK(each->line() == said);
  ann.say("to unix.2 psst");
  CHECK(eve.line() == "ann whispers to you: psst");
  eve.say("me too");
  CHECK(bob.line() == "[unix.2]unix.2: me too");
  for (peer* each : {&ann, &bob, &eve}) each->close();  // or the end waits for them
  CHECK(server.stop() == 0);
  CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("listeners: a unix socket alone replaces the default, with the mode that is asked for", "[listeners]") {
  const scratch_directory state;
  const scratch_directory folder;
  const std::string path = folder.path() + "/chat.sock";
  launch how = server_launch({"--listen", "line:unix:" + path + ",mode=0666"}, state);
  how.mask = 077;
  process program(how);
  const endpoint local = unix_place(program, path);
  CHECK(mode_of(path) == 0666);
  CHECK(accepts_connections(local));
  program.signal(SIGTERM);
  CHECK(program.wait() == 0);
  CHECK(program.rest_of_output().empty());
}

TEST_CASE("listeners: the unix socket of a server that was killed is replaced, that of one that runs is not",
          "[listeners]") {
  const scratch_directory state;
  const scratch_directory folder;
  const std::string path = folder.path() + "/chat.sock";
  const std::vector<std::string> arguments{"--history", "off", "--listen", "line:unix:" + path};
  {
    process killed(server_launch(arguments, state));
    unix_place(killed, path);
    const outcome second = run_server(arguments);
    CHECK(second.status == 1);
    CHECK(second.errors.starts_with("server: cannot serve: --listen line:unix:" + path + ": Address already in use: "));
    CHECK(lines_of(second.errors).size() == 1);
    killed.signal(SIGKILL);
    killed.wait();
  }
  CHECK(std::filesystem::exists(path));
  process next(server_launch(arguments, state));
  const endpoint local = unix_place(next, path);
  joined(local).expect_quiet();
  std::filesystem::remove(path);
  std::ofstream(path) << "somebody else's";
  next.signal(SIGTERM);
  CHECK(next.wait() == 0);
  CHECK(std::filesystem::exists(path));
}

TEST_CASE("listeners: sockets that somebody else has opened are served, and left when it ends", "[listeners]") {
  const scratch_directory state;
  const scratch_directory folder;
  const std::string path = folder.path() + "/chat.sock";
  const lines more = GENERATE(lines{}, lines{"--listen", "line:127.0.0.2:0"});
  process program(launched_with(path, "line:confabd.socket", more, state));
  const endpoint first{.ip = "127.0.0.1", .port = static_cast<std::uint16_t>(std::stoi(program.output_line()))};
  peer early(first);  // waits, as the server need not be there yet
  if (!more.empty()) next_place(program, "127.0.0.2");
  CHECK(program.output_line() == "listening on " + first.text());
  const endpoint local = unix_place(program, path);
  early.line();
  peer bob = joined(local);
  early.heard();
  bob.say("hello");
  CHECK(early.line() == "[unix]unix: hello");
  for (peer* each : {&early, &bob}) each->close();
  program.signal(SIGTERM);
  CHECK(program.wait() == 0);
  CHECK(program.rest_of_output().empty());
  CHECK_FALSE(accepts_connections(first));
  CHECK(std::filesystem::exists(path));
}

TEST_CASE("listeners: a socket for admin that somebody else has opened answers, and nobody chats there",
          "[listeners]") {
  const scratch_directory state;
  const scratch_directory folder;
  const std::string path = folder.path() + "/admin.sock";
  process program(launched_with(path, "line:admin", {}, state));
  const endpoint first{.ip = "127.0.0.1", .port = static_cast<std::uint16_t>(std::stoi(program.output_line()))};
  CHECK(program.output_line() == "listening on " + first.text());
  CHECK(program.output_line() == "admin listening on unix:" + path);
  CHECK(ask_http({.path = path}, "/readyz").body == "ok\n");
  program.signal(SIGTERM);
  CHECK(program.wait() == 0);
  CHECK(std::filesystem::exists(path));
}

TEST_CASE("listeners: a socket for TLS that somebody else has opened is served, also after a reload",
          "[listeners][tls]") {
  const scratch_directory state;
  const scratch_directory folder;
  const std::string cert = folder.path() + "/cert.pem";
  const std::string key = folder.path() + "/key.pem";
  const identity one = make_identity();
  write_file(cert, one.certificate);
  write_file(key, one.key);
  const std::string file = folder.path() + "/c.toml";
  std::ofstream(file) << "tls-cert = '" << cert << "'\ntls-key = '" << key << "'\n";
  const std::string path = folder.path() + "/chat.sock";
  process program(launched_with(path, "line:tls", {"--config", file}, state));
  program.output_line();
  program.output_line();
  CHECK(program.output_line() == "listening on unix:" + path);
  for (const bool reloaded : {false, true}) {
    if (reloaded) CHECK(run_server({"--reload", std::to_string(program.id())}).status == 0);
    tls_peer who({.path = path});
    who.say("hello");
    const std::string said = who.line_where([](std::string_view each) { return each.ends_with(": hello"); });
    CHECK(said.find("[unix") != std::string::npos);
  }
  program.signal(SIGTERM);
  CHECK(program.wait() == 0);
}

TEST_CASE("listeners: a socket for what the server does not speak is one line and exit code 2", "[listeners]") {
  const scratch_directory state;
  const scratch_directory folder;
  const outcome result = run(launched_with(folder.path() + "/chat.sock", "line:gopher", {}, state));
  CHECK(result.status == 2);
  CHECK(result.errors.starts_with("server: the name gopher in LISTEN_FDNAMES (FileDescriptorName= in a unit) is no "));
  CHECK(lines_of(result.errors).size() == 1);
}

TEST_CASE("listeners: systemd starts it when the first user comes", "[listeners]") {
  if (run({.program = "sh", .arguments = {"-c", "command -v systemd-socket-activate"}}).status != 0) {
    WARN("systemd-socket-activate is not installed: not tested");
    return;
  }
  const scratch_directory state;
  const scratch_directory folder;
  const std::string path = folder.path() + "/chat.sock";
  const launch server = server_launch({"--data-dir", state.path()}, state);
  launch how = server;
  how.program = "systemd-socket-activate";
  how.arguments = {"-l", path, "--fdname=line", server.program};
  how.arguments.insert(how.arguments.end(), server.arguments.begin(), server.arguments.end());
  process program(how);
  for (const deadline until; !until.passed() && program.errors().find("Listening on ") == std::string::npos;) {
    std::this_thread::sleep_for(1ms);
  }
  peer ann = joined({.path = path});
  ann.say("hello");
  CHECK(ann.line() == "[unix]unix: hello");
  CHECK(program.output_line() == "listening on unix:" + path);
  ann.close();
  program.signal(SIGTERM);
  CHECK(program.wait() == 0);
}

TEST_CASE("listeners: what is no place is one line and exit code 2", "[listeners]") {
  const std::string place = GENERATE("irc:127.0.0.1:0", "127.0.0.1:0", "line:127.0.0.1", "line:::1:0", "",
                                     "line:unix:chat.sock", "line:unix:/run/chat.sock,mode=rw");
  const outcome result = run_server({"--listen", place});
  CAPTURE(place, result.errors);
  CHECK(result.status == 2);
  CHECK(result.output.empty());
  CHECK(lines_of(result.errors).size() == 1);
  CHECK(result.errors.find("--listen") != std::string::npos);
}

TEST_CASE("listeners: those that systemd has opened stay over a reload", "[listeners]") {
  const scratch_directory state;
  const std::string file = state.path() + "/c.toml";
  const std::string path = state.path() + "/chat.sock";
  std::ofstream(file) << "name = 'one'\n";
  process program(launched_with(path, "line:line", {"--config", file}, state));
  const endpoint first{.ip = "127.0.0.1", .port = static_cast<std::uint16_t>(std::stoi(program.output_line()))};
  CHECK(program.output_line() == "listening on " + first.text());
  CHECK(program.output_line() == "listening on unix:" + path);
  peer ann = joined(first);
  std::ofstream(file) << "name = 'two'\nlisten = ['line:127.0.0.9:0']\n";
  for (int i = 0; i < 2; ++i) {
    const launch asks{.program = CONFAB_SERVER_PROGRAM, .arguments = {"--reload", std::to_string(program.id())}};
    const outcome result = run(asks);
    CAPTURE(result.errors);
    CHECK(result.status == 0);
    CHECK(result.output == "reloaded " + file + (i == 0 ? ": listen, name\n" : ": nothing is different\n"));
  }
  peer bob = joined({.path = path});
  CHECK(ann.line().ends_with("is online"));
  CHECK(joined(first).json_on()["server"] == "two");
  program.signal(SIGTERM);
  bob.close();
  ann.close();
  CHECK(program.wait() == 0);
}

TEST_CASE("listeners: a proxy in front of a socket that somebody else has opened, also by a reload", "[listeners]") {
  const scratch_directory state;
  const std::string file = state.path() + "/c.toml";
  const std::string path = state.path() + "/chat.sock";
  std::ofstream(file) << "listen = ['line:unix:" + path + ",proxy=unix']\n";
  process program(launched_with(path, "line:line", {"--config", file}, state));
  const endpoint first{.ip = "127.0.0.1", .port = static_cast<std::uint16_t>(std::stoi(program.output_line()))};
  CHECK(program.output_line() == "listening on " + first.text());
  CHECK(program.output_line() == "listening on unix:" + path);
  const auto through = [](const endpoint& where) {
    peer out(where);
    out.send("PROXY TCP4 203.0.113.7 192.0.2.1 1000 8888\r\n");
    CHECK(out.line() == "[203.0.113.7:1000]203.0.113.7:1000: is online");
    out.say("/quit");
    out.bytes_until_end();
  };
  through({.path = path});
  joined(first).expect_quiet();
  const std::string place = "line:127.0.0.1:" + std::to_string(first.port) + ",proxy=127.0.0.0/8";
  std::ofstream(file) << "listen = ['" + place + "']\n";
  const launch asks{.program = CONFAB_SERVER_PROGRAM, .arguments = {"--reload", std::to_string(program.id())}};
  CHECK(run(asks).output == "reloaded " + file + ": listen\n");
  through(first);
  joined({.path = path}).expect_quiet();
  program.signal(SIGTERM);
  CHECK(program.wait() == 0);
}
