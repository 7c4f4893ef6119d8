// What starts with a slash, in text.

#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/running_server.hpp"

using namespace confab::test;
using lines = std::vector<std::string>;

namespace {

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("commands: /help has a line for every command", "[commands]") {
  const std::string language = GENERATE("en", "zh");
  running_server server({.language = language});
  peer a = joined(server);
  peer b = joined(server);
  a.heard();
  a.say("/help");
  const lines help = a.heard();
  // The original's commands are shown as bare words.
  for (const std::string& command :
       lines{"/help", "who", "rename", "to", "/msg", "/say", "/count", "/ping", "/quit", "/json", "/tag"}) {
    CAPTURE(command);
    std::size_t found = 0;
    for (const auto& line : help)
      if (line.substr(0, line.find_first_of(" ,:")) == command) ++found;
    CHECK(found == 1);

    const std::string word = command.front() == '/' ? command.substr(1) : command;
    a.say("/help " + word);
    const lines one = a.heard();
    REQUIRE(one.size() == 1);
    CHECK(contains(one.front(), command));
    a.say("/help /" + word);
    CHECK(a.heard() == one);
  }
  a.say("/help nonsense");
  CHECK(a.heard().size() == 1);
  CHECK(b.heard() == lines{});
}

TEST_CASE("commands: the slash forms do what the bare words do", "[commands]") {
  running_server server;
  peer a = joined(server);
  peer b = joined(server);
  a.heard();
  a.say("/who");
  CHECK(a.lines(2) == lines{a.as() + "online...", b.as() + "online..."});
  a.say("/rename alice");
  CHECK(a.line() == "Your name is now: alice");
  CHECK(b.line() == a.as() + "is now known as alice");
  b.say("/rename alice");
  CHECK(b.line() == "That name is already in use");
  a.say("/to alice hi");
  CHECK(a.line() == "alice whispers to you: hi");
}

TEST_CASE("commands: words stay words", "[commands]") {
  struct sample {
    std::string typed, said;
  };
  const sample given =
      GENERATE(sample{"/say who", "who"}, sample{"/say rename bob", "rename bob"}, sample{"/say /quit", "/quit"},
               sample{"/say //x", "//x"}, sample{"/say to be or not to be", "to be or not to be"},
               sample{"/say   wide   apart ", "wide   apart"}, sample{"//quit", "/quit"}, sample{"//", "/"},
               sample{"///", "//"}, sample{"//etc/passwd is a file", "/etc/passwd is a file"});
  running_server server;
  peer a = joined(server);
  peer b = joined(server);
  a.heard();
  a.say(given.typed);
  CHECK(a.line() == a.as() + given.said);
  CHECK(b.line() == a.as() + given.said);
  CHECK(a.heard() == lines{});
}

TEST_CASE("commands: an unknown command is an error that names /help, never chat", "[commands]") {
  const std::string language = GENERATE("en", "zh");
  running_server server({.language = language});
  peer a = joined(server);
  peer b = joined(server);
  a.heard();
  const std::string line = GENERATE("/nonsense", "/", "/whoever", "/你好", "/quit!");
  CAPTURE(line);
  a.say(line);
  const lines answer = a.heard();
  REQUIRE(answer.size() == 1);
  CHECK(contains(answer.front(), "/help"));
  CHECK(b.heard() == lines{});
  a.json_on();
  a.say(line);
  CHECK(a.event("error")["code"] == "unknown-command");
}

TEST_CASE("commands: what is missing or wrong is said", "[commands][json]") {
  running_server server;
  peer a = joined(server);
  peer b = joined(server);
  a.heard();
  a.json_on();
  for (const std::string& line :
       lines{"/say", "/to", "/msg", "/to " + a.address(), "/rename", "/tag", "/tag t", "/json"}) {
    CAPTURE(line);
    a.say(line);
    CHECK(a.event("error")["code"] == "missing-argument");
  }
  for (const std::string& line : lines{"/json maybe", "/count them", "/tag a /tag b /ping"}) {
    CAPTURE(line);
    a.say(line);
    CHECK(a.event("error")["code"] == "bad-argument");
  }
  CHECK(b.heard() == lines{});
}

TEST_CASE("commands: /count says how many are online", "[commands]") {
  running_server server;
  std::vector<peer> users;
  for (int i = 1; i <= 11; ++i) {
    users.push_back(joined(server));
    users.front().heard();
    users.front().say("/count");
    const std::string answer = users.front().line();
    CAPTURE(answer);
    CHECK(contains(' ' + answer + ' ', ' ' + std::to_string(i) + ' '));
  }
}

TEST_CASE("commands: /ping answers with the token", "[commands]") {
  running_server server;
  peer a = joined(server);
  a.say("/ping");
  CHECK(a.line() == "pong");
  a.say("/ping abc");
  CHECK(a.line() == "pong abc");
  a.say("/ping 你好 and more");
  CHECK(a.line() == "pong 你好 and more");
}

TEST_CASE("commands: /quit answers, and ends after all that came before", "[commands]") {
  running_server server;
  peer a = joined(server);
  peer b = joined(server);
  a.heard();
  a.send("one\n/ping two\n/quit so long\nnever said\n");
  const lines last = a.lines_until_end();
  REQUIRE(last.size() == 3);
  CHECK(last[0] == a.as() + "one");
  CHECK(last[1] == "pong two");
  CHECK_FALSE(last[2].empty());
  CHECK(b.lines(2) == lines{a.as() + "one", a.as() + "is offline"});
  CHECK(b.heard() == lines{});
}

TEST_CASE("commands: /tag marks every line of the answer in text", "[commands]") {
  running_server server;
  peer a = joined(server);
  peer b = joined_as(server, "bob");
  a.heard();
  a.say("/tag t1 /ping x");
  CHECK(a.line() == "t1 pong x");
  a.say("/tag t2 who");
  CHECK(a.lines(2) == lines{"t2 " + a.as() + "online...", "t2 " + b.as("bob") + "online..."});
  a.say("/tag t3 to bob hi");
  CHECK(a.line() == "t3 ok");
  CHECK(b.line() == a.address() + " whispers to you: hi");
  a.say("/tag t4 to nobody hi");
  CHECK(a.line() == "t4 There is no user with that name");
  a.say("/tag t5 rename alice");
  CHECK(a.line() == "t5 Your name is now: alice");
  CHECK(b.line() == a.as() + "is now known as alice");
  a.say("/tag t6 /nonsense");
  CHECK(a.line().rfind("t6 ", 0) == 0);
  a.say("/tag t7 hello");
  CHECK(b.line() == a.as("alice") + "hello");
  CHECK(a.heard() == lines{"t7 " + a.as("alice") + "hello"});
  CHECK(b.heard() == lines{});
}
