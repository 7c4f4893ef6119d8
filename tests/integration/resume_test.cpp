// Nothing lost on a reconnect, over real connections.

#include <algorithm>
#include <chrono>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/running_server.hpp"

using namespace confab::test;
using namespace std::chrono_literals;
using clock_type = std::chrono::steady_clock;
using lines = std::vector<std::string>;

namespace {

/// A program with a name: speaks JSON, and knows its token.
struct program {
  program(const endpoint& where, const std::string& name) : line(joined_as(where, name)), welcome(line.json_on()) {}
  std::string token() const { return welcome["token"]; }

  peer line;
  json welcome;
};

peer resumed(const endpoint& where, const std::string& token, std::uint64_t last_id) {
  peer fresh(where);
  fresh.say("/resume " + token + " " + std::to_string(last_id));
  return fresh;
}

/// What came, without the `count` events, which come when they like.
std::vector<json> heard(peer& who) {
  std::vector<json> out;
  for (const auto& line : who.heard()) {
    json event = json::parse(line);
    if (event["type"] != "count") out.push_back(std::move(event));
  }
  return out;
}

json next(peer& who) {
  for (;;)
    if (json event = who.event(); event["type"] != "count") return event;
}

enum class cut { reset, end, half_end };

/// Until the server knows that a connection is broken, as `asker` sees it.
void wait_until_broken(peer& asker, const peer& gone, const std::string& name) {
  const std::string listed = gone.as(name) + "online... (connection broken)";
  for (const deadline limit; !limit.passed();) {
    asker.say("who");
    const lines heard = asker.heard();
    if (std::find(heard.begin(), heard.end(), listed) != heard.end()) return;
  }
  throw std::runtime_error("the server does not see that a connection is broken");
}

void break_off(peer& which, cut how) {
  switch (how) {
    case cut::reset: return which.reset();
    case cut::end: return which.close();
    case cut::half_end: return which.half_close();
  }
}

server_setup on_two_threads(std::vector<std::string> more = {}) {
  server_setup setup{.arguments = {"--threads", "2"}};
  setup.arguments.insert(setup.arguments.end(), more.begin(), more.end());
  return setup;
}

}  // namespace

TEST_CASE("resume: tokens are secret and no two are the same", "[resume]") {
  running_server server(on_two_threads());
  std::set<std::string> tokens;
  std::vector<peer> all = joined_many(server, 50);
  for (peer& each : all) {
    const std::string token = each.json_on()["token"];
    CHECK(token.size() >= 32);
    CHECK(token.find_first_not_of("0123456789abcdef") == std::string::npos);
    tokens.insert(token);
  }
  CHECK(tokens.size() == 50);
  all[0].say("who");
  all[0].say("/rooms");
  const lines told = all[0].heard();
  CHECK(told.size() >= 2);
  for (const auto& line : told)
    for (const auto& token : tokens) CHECK(line.find(token) == std::string::npos);
}

TEST_CASE("resume: a program comes back with name, rooms, unread messages and whispers", "[resume]") {
  running_server server(on_two_threads());
  peer ann = joined_as(server, "ann");
  program bob(server, "bob");
  ann.say("/join tea");
  ann.heard();
  bob.line.say("/join tea");
  CHECK(next(bob.line)["type"] == "joined");
  CHECK(next(bob.line)["type"] == "room");
  ann.heard();
  ann.say("1 seen");
  ann.heard();
  CHECK(next(bob.line)["id"] == 1);
  break_off(bob.line, GENERATE(cut::reset, cut::end, cut::half_end));
  wait_until_broken(ann, bob.line, "bob");

  for (const char* const line : {"2 tea", "to bob 3 whisper", "/room lobby", "4 lobby", "to ann 5 not for bob"})
    ann.say(line);
  const auto told = ann.heard();
  REQUIRE(told.size() == 5);
  CHECK(told[1].starts_with("bob's connection is broken: your whisper waits for 1"));
  ann.say("who");
  CHECK(ann.heard() == lines{ann.as("ann") + "online...", bob.line.as("bob") + "online... (connection broken)"});
  ann.say("rename bob");
  CHECK(ann.heard() == lines{"That name is already in use"});

  peer again = resumed(server, bob.token(), 1);
  const json welcome = next(again);
  CHECK(welcome["type"] == "welcome");
  CHECK(welcome["name"] == "bob");
  CHECK(welcome["token"] == bob.token());
  CHECK(welcome["resumed"] == true);
  CHECK(welcome["complete"] == true);
  const auto missed = heard(again);
  REQUIRE(missed.size() == 3);
  CHECK(missed[0]["text"] == "2 tea");
  CHECK(missed[0]["room"] == "tea");
  CHECK(missed[1]["type"] == "private");
  CHECK(missed[1]["text"] == "3 whisper");
  CHECK(missed[2]["text"] == "4 lobby");
  for (const auto& each : missed) CHECK(each["past"] == true);
  // Who whispered hears of it, nobody else has noticed, and it goes on as before.
  CHECK(ann.line() == "bob is back and has your whisper");
  ann.expect_quiet();
  again.say("back");
  CHECK(next(again)["room"] == "tea");
  CHECK(ann.heard() == lines{"#tea " + bob.line.as("bob") + "back"});
}

TEST_CASE("resume: what a connection that breaks unseen has lost is shown again", "[resume]") {
  // It does not read; what was sent to it is gone with it.
  running_server server(on_two_threads());
  peer ann = joined_as(server, "ann");
  program bob(server, "bob");
  for (int i = 1; i <= 100; ++i) ann.say("message " + std::to_string(i));
  ann.heard();
  bob.line.reset();
  for (int i = 101; i <= 200; ++i) ann.say("message " + std::to_string(i));
  ann.heard();
  peer again = resumed(server, bob.token(), 50);
  CHECK(next(again)["resumed"] == true);
  const auto missed = heard(again);
  REQUIRE(missed.size() == 150);
  for (std::size_t i = 0; i < missed.size(); ++i) {
    CHECK(missed[i]["id"] == 51 + i);
    CHECK(missed[i]["text"] == "message " + std::to_string(51 + i));
  }
}

TEST_CASE("resume: when the window has passed others see it go, once, and the token is worth nothing", "[resume]") {
  running_server server(on_two_threads({"--resume-window", "1"}));
  peer ann = joined_as(server, "ann");
  program watcher(server, "dan");
  program bob(server, "bob");
  ann.heard();
  const std::string address = bob.line.address();
  const auto start = clock_type::now();
  bob.line.reset();
  CHECK(ann.line() == "[" + address + "]bob: is offline");
  CHECK(clock_type::now() - start >= 990ms);
  json left = next(watcher.line);
  while (left["type"] != "left") left = next(watcher.line);
  CHECK(left["name"] == "bob");
  CHECK(left["online"] == 2);
  peer late = resumed(server, bob.token(), 0);
  const auto answer = heard(late);
  REQUIRE(answer.size() == 3);
  CHECK(answer[0]["code"] == "cannot-resume");
  CHECK(answer[1]["type"] == "welcome");
  CHECK(answer[1]["token"] != bob.token());
  CHECK(answer[2]["type"] == "joined");
  CHECK(ann.line() == late.as() + "is online");
  CHECK(ann.heard().empty());
  for (const auto& each : heard(watcher.line)) CHECK(each["type"] == "joined");
}

TEST_CASE("resume: who quits, or is spoken to in text, leaves at once", "[resume]") {
  running_server server(on_two_threads());
  peer ann = joined_as(server, "ann");
  program bob(server, "bob");
  ann.heard();
  const bool quits = GENERATE(false, true);
  const std::string offline = bob.line.as("bob") + "is offline";
  if (quits) {
    bob.line.say("/quit");
    CHECK(next(bob.line)["reason"] == "quit");
    CHECK(bob.line.lines_until_end().empty());
  } else {
    bob.line.say("/json off");
    bob.line.line();
    bob.line.close();
  }
  CHECK(ann.line() == offline);
  peer late = resumed(server, bob.token(), 0);
  CHECK(next(late)["code"] == "cannot-resume");
}

TEST_CASE("resume: with --resume-window 0 there is no token", "[resume]") {
  running_server server(on_two_threads({"--resume-window", "0"}));
  peer ann = joined_as(server, "ann");
  peer bob = joined_as(server, "bob");
  ann.heard();
  CHECK_FALSE(bob.json_on().contains("token"));
  const std::string offline = bob.as("bob") + "is offline";
  bob.reset();
  CHECK(ann.line() == offline);
}

TEST_CASE("resume: an old connection that hangs is ended with bye", "[resume]") {
  running_server server(on_two_threads());
  peer ann = joined_as(server, "ann");
  program bob(server, "bob");
  bob.line.say("/join tea");
  heard(bob.line);
  ann.heard();
  peer again = resumed(server, bob.token(), 0);
  CHECK(next(again)["resumed"] == true);
  const json bye = json::parse(bob.line.lines_until_end().back());
  CHECK(bye["type"] == "bye");
  CHECK(bye["reason"] == "resumed");
  ann.expect_quiet();
  again.say("here");
  CHECK(next(again)["room"] == "tea");
  ann.say("/count");
  CHECK(ann.heard() == lines{"2 online"});
}

TEST_CASE("resume: wrong tokens, in English and Chinese", "[resume]") {
  const std::string language = GENERATE("en", "zh");
  const bool zh = language == "zh";
  server_setup setup = on_two_threads();
  setup.language = language;
  running_server server(setup);
  program bob(server, "bob");
  std::string almost = bob.token();
  almost.back() = almost.back() == '0' ? '1' : '0';
  for (const std::string& token : {almost, bob.token().substr(1), bob.token() + "0", std::string("x")}) {
    peer eve = resumed(server, token, 0);
    CHECK(next(eve)["text"] ==
          (zh ? "无法恢复：令牌错误或已过期" : "There is nothing to resume: the token is wrong or too old"));
  }
  peer eve(server);
  eve.say("/resume " + bob.token());
  CHECK(next(eve)["text"] ==
        (zh ? "缺少内容，用法：/resume TOKEN LAST_ID" : "Something is missing. Usage: /resume TOKEN LAST_ID"));
  program cat(server, "cat");
  cat.line.say("/tag r /resume nonsense 0");
  json error = next(cat.line);
  while (error["type"] != "error") error = next(cat.line);
  CHECK(error["code"] == "cannot-resume");
  CHECK(error["tag"] == "r");
  bob.line.heard();
}

TEST_CASE("resume: as the first line it announces nothing, byte by byte too", "[resume]") {
  running_server server(on_two_threads());
  peer ann = joined_as(server, "ann");
  program bob(server, "bob");
  ann.heard();
  bob.line.reset();
  peer again(server);
  // In one piece, or split; not slower than a greeting waits.
  const std::string line = "/resume " + bob.token() + " 0\n";
  again.send(line.substr(0, 9));
  again.send(line.substr(9));
  CHECK(next(again)["resumed"] == true);
  ann.expect_quiet();
}

TEST_CASE("resume: a tag that was accepted is answered as before, and said once", "[resume][tag]") {
  running_server server(on_two_threads());
  peer ann = joined_as(server, "ann");
  program bob(server, "bob");
  ann.heard();
  bob.line.say("/tag t1 hello");
  const json first = next(bob.line);
  bob.line.say("/tag t1 hello");
  json second = next(bob.line);
  CHECK(second["id"] == first["id"]);
  CHECK(second["text"] == "hello");
  // Accepted, but the answer is never read.
  bob.line.say("/tag t2 unread");
  CHECK(ann.line() == bob.line.as("bob") + "hello");
  CHECK(ann.line() == bob.line.as("bob") + "unread");
  bob.line.reset();
  peer again = resumed(server, bob.token(), first["id"]);
  next(again);
  const json replayed = next(again);
  CHECK(replayed["tag"] == "t2");
  CHECK(replayed["past"] == true);
  again.say("/tag t2 unread");
  again.say("/tag t3 new");
  const json answer = next(again);
  CHECK(answer["tag"] == "t2");
  CHECK(answer["id"] == replayed["id"]);
  CHECK(next(again)["text"] == "new");
  CHECK(ann.heard() == lines{bob.line.as("bob") + "new"});
}

TEST_CASE("resume: a line that was cut is not said, nor is its tag used up", "[resume][tag]") {
  running_server server(on_two_threads());
  peer ann = joined_as(server, "ann");
  program bob(server, "bob");
  ann.heard();
  bob.line.send("/tag t1 whole\n/tag t2 be or not to");
  CHECK(next(bob.line)["text"] == "whole");
  break_off(bob.line, GENERATE(cut::reset, cut::end, cut::half_end));
  CHECK(ann.line() == bob.line.as("bob") + "whole");
  peer again = resumed(server, bob.token(), 1);
  CHECK(next(again)["resumed"] == true);
  again.say("/tag t2 be or not to be");
  CHECK(next(again)["text"] == "be or not to be");
  CHECK(ann.heard() == lines{bob.line.as("bob") + "be or not to be"});
}

TEST_CASE("resume: on a full server too", "[resume]") {
  running_server server(on_two_threads({"--max-users", "2"}));
  peer ann = joined_as(server, "ann");
  program bob(server, "bob");
  ann.heard();
  if (GENERATE(false, true)) bob.line.reset();
  peer again = resumed(server, bob.token(), 0);
  CHECK(next(again)["resumed"] == true);
  peer more(server);
  more.say("hello");
  CHECK(more.lines_until_end() == lines{"The server is full (2 users): try again later"});
  ann.expect_quiet();
}
