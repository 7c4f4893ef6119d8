// Lines, however the stream was cut.

#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/running_server.hpp"

using namespace confab::test;
using lines = std::vector<std::string>;

namespace {

/// Two users who have heard all there was: one talks, one listens and paces.
struct pair_of_users {
  explicit pair_of_users(const endpoint& where) : talker(joined(where)), listener(joined(where)) { talker.heard(); }

  /// Sends so that the server reads the bytes one at a time.
  void bytewise(std::string_view bytes) {
    talker.send_bytewise(bytes, [this] { listener.expect_quiet(); });
  }

  peer talker;
  peer listener;
};

}  // namespace

TEST_CASE("framing: lines may arrive byte by byte, and many at once", "[framing]") {
  running_server server;
  pair_of_users users(server);
  peer& a = users.talker;
  peer& b = users.listener;

  SECTION("byte by byte, inside a character too") {
    users.bytewise("né 你好 \xF0\x9F\x98\x80");
    a.send("\n");
    CHECK(b.line() == a.as() + "né 你好 \xF0\x9F\x98\x80");
  }
  SECTION("a command byte by byte") {
    users.bytewise("rename alice\r");
    a.send("\n");
    CHECK(b.line() == a.as() + "is now known as alice");
  }
  SECTION("two lines in one piece") {
    a.send("one\ntwo\n");
    CHECK(b.lines(2) == lines{a.as() + "one", a.as() + "two"});
  }
  SECTION("one and a half") {
    a.send("one\ntw");
    CHECK(b.line() == a.as() + "one");
    CHECK(b.heard() == lines{});
    a.send("o\nthree\n");
    CHECK(b.lines(2) == lines{a.as() + "two", a.as() + "three"});
  }
  SECTION("a thousand lines in one piece") {
    std::string all;
    for (int i = 0; i < 1000; ++i) all += std::to_string(i) + '\n';
    a.send(all);
    for (int i = 0; i < 1000; ++i) REQUIRE(b.line() == a.as() + std::to_string(i));
    for (int i = 0; i < 1000; ++i) REQUIRE(a.line() == a.as() + std::to_string(i));
  }
  CHECK(b.heard() == lines{});
}

TEST_CASE("framing: one CR before the LF is dropped, and a CR alone ends nothing", "[framing]") {
  running_server server;
  pair_of_users users(server);
  peer& a = users.talker;
  peer& b = users.listener;

  a.send("hi\r\n");
  CHECK(b.line() == a.as() + "hi");
  a.send("who\r\n");
  CHECK(a.line() == a.as() + "hi");
  CHECK(a.lines(2) == lines{a.as() + "online...", b.as() + "online..."});
  a.send("one\r");
  CHECK(b.heard() == lines{});
  a.send("two\n");
  CHECK(b.line() == a.as() + "one\xEF\xBF\xBDtwo");
  a.send("split\r");
  CHECK(b.heard() == lines{});
  a.send("\n");
  CHECK(b.line() == a.as() + "split");
}

TEST_CASE("framing: the longest line is said whole, a longer one is refused whole", "[framing]") {
  const std::size_t limit = GENERATE(4096U, 100U);
  const std::string ending = GENERATE("\n", "\r\n");
  CAPTURE(limit, ending.size());
  server_setup setup;
  if (limit != 4096) setup.arguments = {"--max-line", std::to_string(limit)};
  running_server server(setup);
  pair_of_users users(server);
  peer& a = users.talker;
  peer& b = users.listener;
  CHECK(a.json_on()["limits"]["line"] == limit);

  for (const std::size_t size : {limit - 1, limit}) {
    const std::string text(size, 'x');
    a.send(text + ending);
    CHECK(b.line() == a.as() + text);
    CHECK(a.event("message")["text"] == text);
  }
  a.send(std::string(limit + 1, 'x') + ending + "next" + ending);
  CHECK(a.event("error")["code"] == "line-too-long");
  CHECK(a.event("message")["text"] == "next");
  CHECK(b.line() == a.as() + "next");
  CHECK(b.heard() == lines{});
}

TEST_CASE("framing: a line that is too long is refused once, however it arrives", "[framing]") {
  running_server server;
  pair_of_users users(server);
  peer& a = users.talker;
  peer& b = users.listener;
  for (int i = 0; i < 20; ++i) {
    a.send(std::string(1000, 'x'));
    b.expect_quiet();
  }
  a.send("\nwho\n");
  const lines heard = a.heard();
  REQUIRE(heard.size() == 3);
  CHECK(heard[1] == a.as() + "online...");
  CHECK(b.heard() == lines{});
}

TEST_CASE("framing: 64 KiB without a line end are the end", "[framing]") {
  static constexpr std::size_t most = 64 * 1024;
  running_server server({.arguments = {"--resume-window", "0"}});
  pair_of_users users(server);
  peer& a = users.talker;
  peer& b = users.listener;
  a.json_on();

  SECTION("a byte less is only too long") {
    a.send(std::string(most - 1, 'x') + '\n');
    CHECK(a.event("error")["code"] == "line-too-long");
    a.say("still here");
    CHECK(b.line() == a.as() + "still here");
  }
  SECTION("as many end it, with a reason") {
    const std::size_t size = GENERATE(most + 0, most + 1);
    CAPTURE(size);
    a.send(std::string(size, 'x'));
    const lines last = a.lines_until_end();
    REQUIRE_FALSE(last.empty());
    CHECK(json::parse(last.front())["code"] == "flood");
    CHECK(b.line() == a.as() + "is offline");
  }
  SECTION("megabytes end it and harm nobody") {
    const std::string piece(1024 * 1024, 'x');
    const deadline until;
    bool broken = false;
    while (!broken && !until.passed()) broken = !a.send_anyway(piece);
    CHECK(broken);
    CHECK(b.line() == a.as() + "is offline");
  }
  b.say("all well");
  CHECK(b.line() == b.as() + "all well");
}

TEST_CASE("framing: an unterminated last line counts", "[framing]") {
  running_server server;
  pair_of_users users(server);
  peer& a = users.talker;
  peer& b = users.listener;
  const std::string ending = GENERATE("", "\r", "\n");
  a.send("last words" + ending);
  a.half_close();
  CHECK(b.lines(2) == lines{a.as() + "last words", a.as() + "is offline"});
  const lines rest = a.lines_until_end();
  REQUIRE_FALSE(rest.empty());
  CHECK(rest.front() == a.as() + "last words");
}

TEST_CASE("framing: half a character at the end of the stream is not said", "[framing]") {
  running_server server;
  pair_of_users users(server);
  users.talker.send("half \xE4\xBD");
  users.talker.half_close();
  CHECK(users.listener.line() == users.talker.as() + "is offline");
}

TEST_CASE("framing: a script that half-closes gets every answer", "[framing]") {
  running_server server;
  peer b = joined(server);
  peer a(server);
  std::string script = "who\nrename bob\nhello\n/count\n";
  for (int i = 0; i < 300; ++i) script += "/ping " + std::to_string(i) + '\n';
  a.send(script);
  a.half_close();

  lines expected{a.as() + "is online", b.as() + "online...", a.as() + "online...", "Your name is now: bob",
                 a.as("bob") + "hello"};
  const lines got = a.lines_until_end();
  REQUIRE(got.size() >= expected.size() + 1 + 300);
  CHECK(lines(got.begin(), got.begin() + 5) == expected);
  CHECK(got[5].find('2') != std::string::npos);
  for (std::size_t i = 0; i < 300; ++i) REQUIRE(got[6 + i] == "pong " + std::to_string(i));
  // Others hear of it when it says something to them, and then by the name that it has.
  CHECK(b.lines(3) == lines{a.as("bob") + "is online", a.as("bob") + "hello", a.as("bob") + "is offline"});
}
