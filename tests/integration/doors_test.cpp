// Connections that have to show something before they are anybody: those that a proxy makes.

#include <string>
#include <vector>

#include "tests/integration/reloadable.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/exposition_reader.hpp"
#include "tests/support/http.hpp"
#include "tests/support/running_server.hpp"
#include "tests/support/tls_peer.hpp"

using namespace confab::test;
using namespace std::chrono_literals;
using lines = std::vector<std::string>;

namespace {

/// The next line of the program's output says that it listens at `ip`: where.
endpoint next_door(process& program, const std::string& ip = "127.0.0.1") {
  const std::string line = program.output_line();
  CAPTURE(line);
  REQUIRE(line.find("listening on " + ip + ":") != std::string::npos);
  return {.ip = ip, .port = static_cast<std::uint16_t>(std::stoi(line.substr(line.rfind(':') + 1)))};
}

/// A header of the PROXY protocol for a person at that address.
std::string shown_as(const std::string& ip, int port) {
  return "PROXY TCP4 " + ip + " 192.0.2.1 " + std::to_string(port) + " 8888\r\n";
}

/// Somebody who comes through a proxy, and has read that it has come.
peer through(const endpoint& where, const std::string& ip, int port) {
  peer out(where);
  out.send(shown_as(ip, port));
  CHECK(out.line() == "[" + ip + ":" + std::to_string(port) + "]" + ip + ":" + std::to_string(port) + ": is online");
  return out;
}

/// A health check in version 2.
const std::string check_v2("\r\n\r\n\0\r\nQUIT\n\x20\0\0\0", 16);

/// A header of version 2 for 203.0.113.7:1000, who came to the proxy over TLS or not.
std::string shown_in_v2(bool over_tls) {
  std::string out("\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x14\xcb\0\x71\x07\xc0\0\x02\x01\x03\xe8\x22\xb8\x20\0\x05", 31);
  out += over_tls ? '\x01' : '\0';
  return out + std::string(4, '\0');
}

const std::string says_encrypted = " Your text goes to the lobby. The connection is encrypted";
const std::string says_open = " Your text goes to the lobby. The connection is not encrypted";

}  // namespace

TEST_CASE("doors: people behind a proxy have their own addresses, and its checks are nobody", "[doors]") {
  const std::string threads = GENERATE("1", "3");
  running_server server({.arguments = {"--threads", threads, "--listen", "line:127.0.0.1:0,proxy=127.0.0.1"}});
  const endpoint behind = next_door(server.program());
  peer direct = joined(server);
  for (int i = 0; i < 3; ++i) {
    peer check(behind);
    check.send(check_v2);
    check.half_close();
    CHECK(check.bytes_until_end().empty());
  }
  peer ann = through(behind, "203.0.113.7", 1000);
  CHECK(direct.line() == "[203.0.113.7:1000]203.0.113.7:1000: is online");
  ann.say("hello");
  CHECK(direct.line() == "[203.0.113.7:1000]203.0.113.7:1000: hello");
  CHECK(ann.line() == "[203.0.113.7:1000]203.0.113.7:1000: hello");
  peer twin(behind);
  twin.send(shown_as("203.0.113.7", 1000) + "me too\n");
  CHECK(direct.line() == "[203.0.113.7:1000.2]203.0.113.7:1000.2: is online");
  CHECK(direct.line() == "[203.0.113.7:1000.2]203.0.113.7:1000.2: me too");
  direct.expect_quiet();
  CHECK(server.program().errors().find("warn") == std::string::npos);
}

TEST_CASE("doors: who is no proxy needs no header, and whoever is one needs it", "[doors]") {
  running_server server({.arguments = {"--listen", "line:127.0.0.1:0,proxy=10.0.0.0/8", "--listen",
                                       "line:127.0.0.1:0,proxy=127.0.0.0/8"}});
  const endpoint open = next_door(server.program());
  const endpoint behind = next_door(server.program());
  peer ann = joined(open);
  peer forger(open);
  forger.send(shown_as("203.0.113.7", 1000) + "hello\n");
  CHECK(forger.bytes_until_end().empty());
  peer bare(behind);
  bare.send("hello\n");
  CHECK(bare.bytes_until_end().empty());
  ann.expect_quiet();
}

TEST_CASE("doors: the proxy before a unix socket", "[doors]") {
  const scratch_directory folder;
  const std::string path = folder.path() + "/chat.sock";
  running_server server({.arguments = {"--listen", "line:unix:" + path + ",proxy=unix"}});
  CHECK(server.program().output_line() == "listening on unix:" + path);
  peer ann = through({.path = path}, "203.0.113.7", 1000);
  peer bare({.path = path});
  bare.send("hello\n");
  CHECK(bare.bytes_until_end().empty());
  ann.expect_quiet();
}

TEST_CASE("doors: a reload says anew who is a proxy, for those who come then", "[doors]") {
  reloadable with("listen = ['line:127.0.0.1:0']\n");
  const endpoint where = next_door(with.server.program());
  peer ann = joined(where);
  CHECK(with.reloaded("listen = ['line:127.0.0.1:0,proxy=127.0.0.1']\n") == "reloaded " + with.file + ": listen\n");
  peer slow(where);
  peer bob = through(where, "203.0.113.7", 1000);
  CHECK(ann.line() == "[203.0.113.7:1000]203.0.113.7:1000: is online");
  CHECK(with.reloaded("listen = ['line:127.0.0.1:0']\n") == "reloaded " + with.file + ": listen\n");
  peer eve = joined(where);
  CHECK(ann.line() == eve.as() + "is online");
  slow.send(shown_as("203.0.113.8", 1001) + "here at last\n");
  CHECK(ann.line() == "[203.0.113.8:1001]203.0.113.8:1001: is online");
}

TEST_CASE("doors: those who have shown nothing yet do not keep the server from ending", "[doors]") {
  running_server server({.arguments = {"--listen", "line:127.0.0.1:0,proxy=127.0.0.1"}});
  const endpoint behind = next_door(server.program());
  peer mute(behind);
  peer half(behind);
  half.send("PROXY TCP4");
  peer check(behind);
  check.send(check_v2);
  peer ann = through(behind, "203.0.113.7", 1000);  // and so the others have been seen
  ann.close();
  CHECK(server.stop() == 0);
  for (peer* each : {&mute, &half, &check}) CHECK(each->bytes_until_end().empty());
}

TEST_CASE("doors: what becomes of those who come by one is counted", "[doors]") {
  running_server server(
      {.arguments = {"--listen", "line:127.0.0.1:0,proxy=127.0.0.1", "--listen", "admin:127.0.0.1:0"}});
  const endpoint behind = next_door(server.program());
  const endpoint desk = next_door(server.program());
  const auto counted = [&](const std::string& what) { return read_exposition(ask_http(desk, "/metrics").body)[what]; };
  const auto comes_to = [&](const std::string& what, double value) {
    const deadline until;
    while (!until.passed() && counted(what) != value) {
    }
    CHECK(counted(what) == value);
  };
  peer mute(behind);
  comes_to("confab_arrivals", 1);
  peer ann = through(behind, "203.0.113.7", 1000);
  comes_to("confab_arrivals_total{result=\"admitted\"}", 1);
  peer bare(behind);
  bare.send("hello\n");
  comes_to("confab_arrivals_total{result=\"refused\"}", 1);
  mute.close();
  comes_to("confab_arrivals_total{result=\"gone\"}", 1);
  comes_to("confab_arrivals", 0);
}

TEST_CASE("doors: the way is encrypted when the proxy or the operator says so", "[doors]") {
  running_server server(
      {.arguments = {"--listen", "line:127.0.0.1:0,proxy=127.0.0.1", "--listen",
                     "line:127.0.0.1:0,proxy=127.0.0.1,secure", "--listen", "line:127.0.0.1:0,secure"}});
  const endpoint behind = next_door(server.program());
  const endpoint tunnel = next_door(server.program());
  const endpoint direct = next_door(server.program());
  const auto way_of = [](peer who) {
    who.line();
    who.say("/whoami");
    const std::string answer = who.line();
    CHECK(answer.starts_with("You are ["));
    who.say("/quit");
    who.bytes_until_end();
    return answer.substr(answer.find(" Your text"));
  };
  const auto through = [](const endpoint& where, const std::string& shown) {
    peer out(where);
    out.send(shown);
    return out;
  };
  CHECK(way_of(through(behind, shown_in_v2(true))) == says_encrypted);
  CHECK(way_of(through(behind, shown_in_v2(false))) == says_open);
  CHECK(way_of(through(behind, shown_as("203.0.113.7", 1000))) == says_open);
  CHECK(way_of(through(tunnel, shown_in_v2(false))) == says_encrypted);
  CHECK(way_of(peer(direct)) == says_encrypted);
  CHECK(way_of(peer(server)) == says_open);
}

TEST_CASE("doors: a proxy that leaves TLS to the server says first for whom it connects", "[doors]") {
  const scratch_directory folder;
  const identity who = make_identity({.name = "chat"});
  write_file(folder.path() + "/cert.pem", who.certificate);
  write_file(folder.path() + "/key.pem", who.key);
  running_server server({.arguments = {"--listen", "tls:127.0.0.1:0,proxy=127.0.0.1", "--tls-cert",
                                       folder.path() + "/cert.pem", "--tls-key", folder.path() + "/key.pem"}});
  const endpoint behind = next_door(server.program());
  peer direct = joined(server);
  tls_peer ann(behind, 0, shown_as("203.0.113.7", 1000));
  CHECK(ann.line() == "[203.0.113.7:1000]203.0.113.7:1000: is online");
  CHECK(direct.line() == "[203.0.113.7:1000]203.0.113.7:1000: is online");
  ann.say("/whoami");
  CHECK(ann.line().ends_with(says_encrypted));
  peer check(behind);
  check.send(check_v2);
  check.half_close();
  CHECK(check.bytes_until_end().empty());
  CHECK_THROWS(tls_peer(behind));  // a handshake is no header
  direct.expect_quiet();
}
