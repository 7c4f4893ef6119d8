// Telnet negotiation (RFC 854) among the lines.

#include <chrono>
#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/running_server.hpp"

using namespace confab::test;
using lines = std::vector<std::string>;

namespace {

// Strings of fixed size, for the zero bytes in them.
const std::string iac = "\xFF";
const std::string will = iac + "\xFB";
const std::string wont = iac + "\xFC";
const std::string do_ = iac + "\xFD";
const std::string dont = iac + "\xFE";
const std::string begin_sub = iac + "\xFA";
const std::string end_sub = iac + "\xF0";
const std::string nop = iac + "\xF1";
const std::string echo = "\x01";
const std::string terminal_type = "\x18";
const std::string window_size = "\x1F";

/// A telnet dialogue: what is sent, what is answered to it, and the text that remains.
struct dialogue {
  std::string sent, answered, said;
};

}  // namespace

TEST_CASE("telnet: options are declined and leave no trace in the text, however split", "[telnet]") {
  const dialogue given = GENERATE(
      dialogue{will + terminal_type + "hi\n", dont + terminal_type, "hi"},
      dialogue{do_ + echo + "hi\n", wont + echo, "hi"},
      dialogue{"he" + will + window_size + "llo\n", dont + window_size, "hello"},
      dialogue{do_ + iac + "hi\n", wont + iac, "hi"}, dialogue{"你" + do_ + "\x03" + "好\r\n", wont + "\x03", "你好"},
      dialogue{begin_sub + terminal_type + std::string(1, '\0') + "xterm" + end_sub + "sub\n", "", "sub"},
      dialogue{begin_sub + window_size + "a\nb" + iac + iac + "c" + end_sub + "lf inside\n", "", "lf inside"},
      dialogue{nop + "no" + nop + "op\n", "", "noop"},
      dialogue{wont + echo + dont + echo + "nothing to decline\n", "", "nothing to decline"},
      dialogue{will + echo + do_ + echo + will + window_size + "three\n",
               dont + echo + wont + echo + dont + window_size, "three"});
  const bool bytewise = GENERATE(false, true);
  CAPTURE(given.said, bytewise);
  running_server server;
  peer a = joined(server);
  peer b = joined(server);
  a.heard();

  if (bytewise) {
    a.send_bytewise(given.sent.substr(0, given.sent.size() - 1), [&b] { b.expect_quiet(); });
    a.send("\n");
  } else {
    a.send(given.sent);
  }
  CHECK(a.bytes(given.answered.size()) == given.answered);
  CHECK(a.line() == a.as() + given.said);
  CHECK(b.line() == a.as() + given.said);
  CHECK(a.heard() == lines{});
}

TEST_CASE("telnet: negotiation before the first line keeps nobody out", "[telnet]") {
  running_server server;
  peer b = joined(server);
  peer a(server);
  a.send(do_ + "\x03" + will + terminal_type + "hello\r\n");
  std::string all =
      a.bytes((wont + "\x03" + dont + terminal_type + a.as() + "is online\n" + a.as() + "hello\n").size());
  for (const std::string& answer : {wont + "\x03", dont + terminal_type}) {
    const auto where = all.find(answer);
    REQUIRE(where != std::string::npos);
    all.erase(where, answer.size());
  }
  CHECK(all == a.as() + "is online\n" + a.as() + "hello\n");
  CHECK(b.lines(2) == lines{a.as() + "is online", a.as() + "hello"});
}

TEST_CASE("telnet: a doubled IAC never reaches anybody", "[telnet]") {
  running_server server;
  peer a = joined(server);
  peer b = joined(server);
  a.heard();
  a.send("a" + iac + iac + "b\n");
  a.say("after");
  a.heard();
  const lines heard = b.heard();
  REQUIRE_FALSE(heard.empty());
  CHECK(heard.back() == a.as() + "after");
  for (const auto& line : heard) CHECK(line.find(iac) == std::string::npos);
}

TEST_CASE("telnet: 64 KiB without a line end are the end, also inside a subnegotiation", "[telnet]") {
  running_server server;
  peer a = joined(server);
  peer b = joined(server);
  a.heard();
  a.send(begin_sub + std::string(256 * 1024, 'x'));
  REQUIRE(a.line_within(std::chrono::seconds(5)).has_value());
  a.lines_until_end();
  CHECK(b.line() == a.as() + "is offline");
}

TEST_CASE("telnet: a flood of options that are never read is bounded", "[telnet]") {
  running_server server({.arguments = {"--send-queue", "65536", "--write-timeout", "1"}});
  peer b = joined(server);
  peer a(server, 4096);
  CHECK(b.line() == a.as() + "is online");
  std::string options;
  for (int i = 0; i < 20'000; ++i) options += do_ + echo;
  options += "\n";
  const std::size_t before = server.program().resident_bytes();
  // The server may stop reading from such a peer or end it; it must not hoard answers, nor keep others waiting.
  for (int i = 0; i < 400 && a.send_now(options); ++i) b.heard();
  if (!sanitized) CHECK(server.program().resident_bytes() < before + 16 * 1024 * 1024);
  b.say("all well");
  while (b.line() != b.as() + "all well") {
  }
}
