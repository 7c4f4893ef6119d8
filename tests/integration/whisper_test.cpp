// Words for one pair of ears.

#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/running_server.hpp"

using namespace confab::test;
using lines = std::vector<std::string>;

namespace {

struct wording {
  std::string language, whispers, unknown, no_text, nobody;
};

const wording english{"en", " whispers to you: ", "There is no user with that name", "Nothing to send: to NAME TEXT",
                      "Say who it is for: to NAME TEXT"};
const wording chinese{"zh", "想对您说：", "该用户不存在", "无消息内容，请重发", "请输入对方用户名"};

}  // namespace

TEST_CASE("whisper: only the receiver hears it, as it was typed", "[whisper]") {
  const wording words = GENERATE(english, chinese);
  CAPTURE(words.language);
  running_server server({.language = words.language});
  peer a = joined_as(server, "alice");
  peer b = joined_as(server, "bob");
  peer c = joined(server);
  a.heard();
  b.heard();

  a.say("to bob hey there");
  CHECK(b.line() == "alice" + words.whispers + "hey there");
  b.say("to alice 你好");
  CHECK(a.line() == "bob" + words.whispers + "你好");
  a.say("to bob   spaced    out  ");
  CHECK(b.line() == "alice" + words.whispers + "spaced    out");
  a.say("to BOB in capitals");
  CHECK(b.line() == "alice" + words.whispers + "in capitals");
  b.say("to " + c.address() + " by address");
  CHECK(c.line() == "bob" + words.whispers + "by address");
  c.say("/to bob slash");
  CHECK(b.line() == c.address() + words.whispers + "slash");
  c.say("/msg bob message");
  CHECK(b.line() == c.address() + words.whispers + "message");
  for (peer* user : {&a, &b, &c}) CHECK(user->heard() == lines{});
}

TEST_CASE("whisper: to oneself arrives once", "[whisper]") {
  running_server server;
  peer a = joined_as(server, "alice");
  a.say("to alice myself");
  CHECK(a.line() == "alice whispers to you: myself");
  CHECK(a.heard() == lines{});
}

TEST_CASE("whisper: what is wrong is told to the sender alone", "[whisper]") {
  const wording words = GENERATE(english, chinese);
  CAPTURE(words.language);
  running_server server({.language = words.language});
  peer a = joined_as(server, "alice");
  peer b = joined_as(server, "bob");
  a.heard();

  a.say("to carol hey");
  CHECK(a.line() == words.unknown);
  a.say("to bob");
  CHECK(a.line() == words.no_text);
  a.say("to bob  ");
  CHECK(a.line() == words.no_text);
  a.say("to");
  CHECK(a.line() == words.nobody);
  a.say("to ");
  CHECK(a.line() == words.nobody);
  CHECK(a.heard() == lines{});
  CHECK(b.heard() == lines{});
}

TEST_CASE("whisper: what is wrong has its code in JSON", "[whisper][json]") {
  running_server server;
  peer a = joined(server);
  peer b = joined_as(server, "bob");
  a.heard();
  a.json_on();
  a.say("to carol hey");
  CHECK(a.event("error")["code"] == "no-such-user");
  a.say("to bob");
  CHECK(a.event("error")["code"] == "missing-argument");
  a.say("to");
  CHECK(a.event("error")["code"] == "missing-argument");
  CHECK(b.heard() == lines{});
}

TEST_CASE("whisper: to somebody who has just gone", "[whisper]") {
  running_server server;
  peer a = joined(server);
  peer b = joined_as(server, "bob");
  a.heard();
  b.reset();
  CHECK(a.line() == b.as("bob") + "is offline");
  a.say("to bob hello?");
  CHECK(a.line() == "There is no user with that name");
}
