// What somebody means for the server or for one user is not told to all, whatever a keyboard has added to it.

#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/running_server.hpp"

using namespace confab::test;
using lines = std::vector<std::string>;

TEST_CASE("meant for one: a whisper with something invisible before it is a whisper", "[meant_for_one]") {
  running_server server;
  peer bob = joined_as(server, "bob");
  peer c = joined(server);
  peer a = joined(server);
  bob.heard();
  c.heard();
  const std::string line =
      GENERATE("\u200Bto bob pw", "\uFEFFto bob pw", "／to bob pw", "t\u2060o bob pw", "to\u2009bob\u2028pw",
               "\x1B[200~to bob pw", "TO bob pw", "ｔｏ　bob　pw", "/MSG\u00AD bob pw", "\x1BOA/to bob pw");
  CAPTURE(line);
  const bool first = GENERATE(false, true);
  if (first) {
    a = peer(server);
    CHECK(bob.line().ends_with("is offline"));
  }
  a.say(line);
  if (first) CHECK(bob.line() == a.as() + "is online");
  CHECK(bob.line() == a.address() + " whispers to you: pw");
  const lines told = c.heard();
  CHECK(told.size() == (first ? 2 : 0));  // of who went and who came
  for (const auto& each : told) CHECK(each.find("pw") == std::string::npos);
}

TEST_CASE("meant for one: a token after a byte order mark stays a secret", "[meant_for_one]") {
  running_server server;
  peer b = joined(server);
  peer a(server);
  a.say("\uFEFF/resume secret-token 1");
  a.heard();
  CHECK(b.line() == a.as() + "is online");
  CHECK(b.heard().empty());
}

TEST_CASE("meant for one: what looks like a command is refused, with how to do it and how to say it",
          "[meant_for_one]") {
  struct sample {
    std::string line;
    std::string code;
    std::string right;
  };
  const sample given =
      GENERATE(sample{"、to bob pw", "unknown-command", "/to"}, sample{"\\to bob pw", "unknown-command", "/to"},
               sample{"/ to bob pw", "unknown-command", "/to"}, sample{"t\u043E bob pw", "unknown-command", "/to"},
               sample{"to\u200Bbob pw", "unknown-command", "/to"}, sample{"退出", "unknown-command", "/quit"},
               sample{"Help", "unknown-command", "/help"}, sample{"exit", "unknown-command", "/quit"},
               sample{"login alice secret", "looks-like-password", "/say"},
               sample{"Register secret", "looks-like-password", "/say"},
               sample{"unregister secret", "looks-like-password", "/say"},
               sample{"password old new", "looks-like-password", "/say"});
  CAPTURE(given.line);
  running_server server({.language = GENERATE("en", "zh")});
  peer b = joined(server);
  peer a = joined(server);
  b.heard();
  a.say(given.line);
  const std::string answer = a.line();
  CHECK(answer.find(given.right) != std::string::npos);
  CHECK(answer.find("/say") != std::string::npos);
  a.json_on();
  a.say("/tag t " + given.line);
  const json error = a.event("error");
  CHECK(error["code"] == given.code);
  CHECK(error["tag"] == "t");
  CHECK(b.heard() == lines{});
  a.say("/say " + given.line);
  CHECK(b.line() == a.as() + given.line);
}

TEST_CASE("meant for one: CR NUL ends a line", "[meant_for_one]") {
  running_server server;
  peer b = joined(server);
  peer a = joined(server);
  b.heard();
  const bool bytewise = GENERATE(false, true);
  const std::string stream("one\r\0two\r\0/count\r\0", 18);
  if (bytewise) {
    for (const char c : stream) a.send(std::string(1, c)), b.heard();
    CHECK(a.lines(3) == lines{a.as() + "one", a.as() + "two", "2 online"});
  } else {
    a.send(stream);
    CHECK(a.lines(3) == lines{a.as() + "one", a.as() + "two", "2 online"});
    CHECK(b.lines(2) == lines{a.as() + "one", a.as() + "two"});
  }
}

TEST_CASE("meant for one: a byte order mark at the start does not count for the longest line", "[meant_for_one]") {
  running_server server;
  peer a(server);
  const std::string longest(4096, 'x');
  a.say("\uFEFF" + longest);
  CHECK(a.lines(2) == lines{a.as() + "is online", a.as() + longest});
  a.say("\uFEFF" + longest);
  CHECK(a.line().find("4096") != std::string::npos);
}
