// Coming, talking, looking who is there, and going.

#include <map>
#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/running_server.hpp"

using namespace confab::test;
using lines = std::vector<std::string>;

namespace {

/// The fixed texts of one language.
struct wording {
  std::string language;
  std::string online;
  std::string offline;
  std::string listed;
};

const wording english{"en", "is online", "is offline", "online..."};
const wording chinese{"zh", "已上线", "下线", "在线..."};

}  // namespace

TEST_CASE("greeting: everybody hears who comes and, once, who goes", "[greeting]") {
  const wording words = GENERATE(english, chinese);
  CAPTURE(words.language);
  running_server server({.language = words.language});
  peer a(server);
  CHECK(a.line() == a.as() + words.online);
  peer b(server);
  CHECK(b.line() == b.as() + words.online);
  CHECK(a.line() == b.as() + words.online);
  CHECK(b.heard() == lines{});

  SECTION("by closing") {
    b.close();
  }
  SECTION("by an end of file") {
    b.half_close();
  }
  SECTION("by a reset") {
    b.reset();
  }
  SECTION("by quitting") {
    b.say("/quit");
  }
  CHECK(a.line() == b.as() + words.offline);
  CHECK(a.heard() == lines{});
  a.say("who");
  CHECK(a.line() == a.as() + words.listed);
  CHECK(a.heard() == lines{});
}

TEST_CASE("greeting: who goes under a new name is announced by it", "[greeting]") {
  running_server server;
  peer a = joined(server);
  peer b = joined_as(server, "bob");
  CHECK(a.lines(2) == lines{b.as() + "is online", b.as() + "is now known as bob"});
  b.close();
  CHECK(a.line() == b.as("bob") + "is offline");
}

TEST_CASE("greeting: a user who speaks first is greeted before the answer", "[greeting]") {
  running_server server;
  peer a(server);
  a.say("hello");
  CHECK(a.lines(2) == lines{a.as() + "is online", a.as() + "hello"});
}

TEST_CASE("chat: what one says all hear, the sender too, as it was typed", "[chat]") {
  running_server server;
  peer a = joined(server);
  peer b = joined(server);
  CHECK(a.line() == b.as() + "is online");

  a.say("hello");
  CHECK(a.line() == a.as() + "hello");
  CHECK(b.line() == a.as() + "hello");
  b.say("你好，世界");
  CHECK(a.line() == b.as() + "你好，世界");
  CHECK(b.line() == b.as() + "你好，世界");
  b.say("  padded   inside \t ");
  CHECK(a.line() == b.as() + "padded   inside");
  CHECK(b.line() == b.as() + "padded   inside");
}

TEST_CASE("chat: words that only start like a command are chat", "[chat]") {
  running_server server;
  peer a = joined(server);
  const std::string text = GENERATE("tomorrow is fine", "renamed it", "whoever", "renamezed", "together", "help me",
                                    "ping", "quit it", "json on", "count", "exits", "系统", "{\"type\":\"message\"}");
  a.say(text);
  CHECK(a.line() == a.as() + text);
  CHECK(a.heard() == lines{});
}

TEST_CASE("chat: empty lines and lines of white space say nothing", "[chat]") {
  running_server server;
  peer a = joined(server);
  a.send("\n\r\n   \n\t \r\n\n");
  CHECK(a.heard() == lines{});
}

TEST_CASE("who: lists everybody in order of arrival, whatever their names", "[who]") {
  const wording words = GENERATE(english, chinese);
  CAPTURE(words.language);
  running_server server({.language = words.language});
  peer a = joined(server);
  peer b = joined(server);
  peer c = joined(server);
  c.say("rename aaron");
  CHECK(c.line().find("aaron") != std::string::npos);
  CHECK(a.heard().size() == 3);
  a.say("who");
  CHECK(a.lines(3) == lines{a.as() + words.listed, b.as() + words.listed, c.as("aaron") + words.listed});
  b.close();
  CHECK(a.line() == b.as() + words.offline);
  a.say("  who \r");
  CHECK(a.lines(2) == lines{a.as() + words.listed, c.as("aaron") + words.listed});
  CHECK(a.heard() == lines{});
}

TEST_CASE("who: a long list comes whole and in order", "[who]") {
  constexpr std::size_t others = 700;
  raise_open_files();
  running_server server({.arguments = {"--threads", "1"}});
  std::vector<peer> users = joined_many(server, others);
  lines expected;
  for (const peer& each : users) expected.push_back(each.as() + "online...");
  users.back().say("who");
  CHECK(users.back().lines(others) == expected);
  CHECK(users.back().heard() == lines{});
}

TEST_CASE("language: follows the environment unless told otherwise", "[language]") {
  struct variant {
    std::map<std::string, std::string> environment;
    std::string option;
    std::string text;
  };
  const variant given = GENERATE(
      variant{{{"LC_ALL", "zh_CN.UTF-8"}, {"LC_MESSAGES", ""}, {"LANG", ""}}, "", "已上线"},
      variant{{{"LC_ALL", ""}, {"LC_MESSAGES", "zh_TW.UTF-8"}, {"LANG", "en_US"}}, "", "已上线"},
      variant{{{"LC_ALL", ""}, {"LC_MESSAGES", ""}, {"LANG", "zh_CN"}}, "", "已上线"},
      variant{{{"LC_ALL", "C"}, {"LC_MESSAGES", "zh_CN"}, {"LANG", "zh_CN"}}, "", "is online"},
      variant{{{"LC_ALL", ""}, {"LC_MESSAGES", ""}, {"LANG", ""}}, "", "is online"},
      variant{{{"LC_ALL", "zh_CN.UTF-8"}}, "en", "is online"}, variant{{{"LC_ALL", "en_GB.UTF-8"}}, "zh", "已上线"});
  server_setup setup;
  setup.language = given.option;
  setup.environment.assign(given.environment.begin(), given.environment.end());
  running_server server(setup);
  peer a(server);
  CHECK(a.line() == a.as() + given.text);
}

TEST_CASE("greeting: over IPv6 an address has brackets", "[greeting]") {
  if (launch probe{.program = "sh", .arguments = {"-c", "grep -q '^0*1 ' /proc/net/if_inet6"}};
      run(probe).status != 0) {
    WARN("no IPv6 loopback on this machine: not tested");
    return;
  }
  running_server server({.ip = "::1"});
  CHECK(server.announcement() == "listening on [::1]:" + std::to_string(server.at().port));
  peer a(server);
  CHECK(a.address().rfind("[::1]:", 0) == 0);
  CHECK(a.line() == '[' + a.address() + ']' + a.address() + ": is online");
  a.say("to " + a.address() + " me");
  CHECK(a.line() == a.address() + " whispers to you: me");
}

TEST_CASE("greeting: who asks something and goes was never there, who speaks was", "[greeting]") {
  const std::string threads = GENERATE("1", "2");
  running_server server({.arguments = {"--threads", threads}});
  peer a = joined(server);
  const std::string asked = GENERATE("who\n", "/count\n", "/json on\nwho\n", "rename robot\nwho\n", "/ping\n/quit\n");
  for (int i = 0; i < 3; ++i) {
    peer b(server);
    b.send(asked);
    b.half_close();
    CHECK(b.lines_until_end().size() >= 2);  // its own arrival and an answer
  }
  peer c(server);
  c.send("rename bob\nhello\n");
  c.half_close();
  c.lines_until_end();
  CHECK(a.line() == "[" + c.address() + "]bob: is online");
  CHECK(a.line() == "[" + c.address() + "]bob: hello");
  CHECK(a.line() == "[" + c.address() + "]bob: is offline");
  CHECK(a.heard() == lines{});
}

TEST_CASE("greeting: who asks something and stays is told of without doing anything else", "[greeting]") {
  running_server server({.arguments = {"--threads", GENERATE("1", "2")}});
  peer a = joined(server);
  peer b(server);
  b.say("/count");
  CHECK(b.line() == b.as() + "is online");
  CHECK(b.line() == "2 online");
  CHECK(a.line() == b.as() + "is online");
  CHECK(b.heard() == lines{});
}
