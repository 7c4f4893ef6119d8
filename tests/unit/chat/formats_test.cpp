// Text and JSON side by side, and tags.

#include <string>
#include <vector>

#include "common/version.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/chat/simulation.hpp"

using namespace confab;
using confab::test::object;
using confab::test::simulation;

namespace {

std::vector<std::string> types(const std::vector<object>& events) {
  std::vector<std::string> out;
  for (const object& each : events) out.push_back(each.at("type"));
  return out;
}

using strings = std::vector<std::string>;

}  // namespace

TEST_CASE("forms: json on is answered with a welcome", "[forms]") {
  auto options = simulation::quiet();
  options.server_name = "tea house";
  options.max_line = 1000;
  options.idle_timeout = std::chrono::seconds(77);
  options.max_joined = 5;
  options.recall_window = std::chrono::seconds(66);
  options.resume_window = std::chrono::seconds(0);
  simulation chat(options);
  const auto a = chat.come();
  chat.come();
  chat.line(a, "rename anna");
  chat.forget();
  chat.line(a, "/json on");
  const auto events = chat.events(a);
  REQUIRE(events.size() == 1);
  CHECK(events[0] == object{{"type", "welcome"},
                            {"time", chat.time()},
                            {"server", "tea house"},
                            {"version", version},
                            {"lang", "en"},
                            {"name", "anna"},
                            {"addr", "127.0.0.1:1"},
                            {"user", 1},
                            {"online", 2},
                            {"limits",
                             {{"line", 1000},
                              {"name", 32},
                              {"idle", 77},
                              {"note", 200},
                              {"tag", 64},
                              {"history", 200},
                              {"rooms", 5},
                              {"recall", 66},
                              {"resume", 0}}},
                            {"tls", false}});
}

TEST_CASE("forms: whoever begins in JSON is welcomed first, and then shown what was said", "[forms]") {
  auto options = simulation::quiet();
  options.replay = 5;
  options.motd = {"be nice"};
  options.make_token = [] { return std::string("secret"); };
  options.resume_window = std::chrono::seconds(60);
  simulation chat(options);
  const auto a = chat.come();
  chat.line(a, "before");
  const auto b = chat.come_by_program("/ping");
  const auto events = chat.events(b);
  REQUIRE(types(events) == strings{"welcome", "joined", "message", "pong"});
  CHECK(events[0]["motd"] == strings{"be nice"});
  CHECK(events[0]["token"] == "secret");
  CHECK(events[2]["text"] == "before");
  CHECK(events[2]["past"] == true);
  SECTION("unless it begins with a token that nobody knows") {
    const auto c = chat.come_by_program("/resume wrong 7");
    CHECK(types(chat.events(c)) == strings{"error", "welcome", "joined"});
  }
  SECTION("or wants none of that") {
    const auto c = chat.come_by_program("/replay off");
    CHECK(types(chat.events(c)) == strings{"welcome", "joined", "ok"});
  }
}

TEST_CASE("forms: everyone hears the same things, each in its form", "[forms]") {
  simulation chat;
  const auto a = chat.come();
  const auto b = chat.come();
  const auto c = chat.come();
  chat.line(b, "/json on");
  chat.line(c, "/ids on");
  chat.forget();
  chat.turn([&] {
    chat.line(a, "hello");
    chat.line(b, "hi");
    chat.line(a, "rename anna");
    chat.line(a, "/quit tea");
  });
  CHECK(chat.heard(a) == chat.as(a) + "hello\n" + chat.as(b) + "hi\nYour name is now: anna\nGoodbye (press Enter)\n");
  const auto events = chat.events(b);
  REQUIRE(types(events) == strings{"message", "message", "renamed", "left"});
  CHECK(events[0]["text"] == "hello");
  CHECK(events[0]["from"] == chat.addr(a));
  CHECK(events[1]["from"] == chat.addr(b));
  CHECK(events[2]["old"] == chat.addr(a));
  CHECK(events[2]["name"] == "anna");
  CHECK(events[3]["name"] == "anna");
  CHECK(events[3]["reason"] == "quit");
  CHECK(events[3]["text"] == "tea");
  CHECK(events[3]["online"] == 2);
  CHECK(chat.heard(c) == "1 " + chat.as(a) + "hello\n2 " + chat.as(b) + "hi\n" + chat.as(a) + "is now known as anna\n" +
                             chat.as(a, "anna") + "is offline\n");
}

TEST_CASE("forms: a change of form in mid-turn counts from there", "[forms]") {
  simulation chat;
  const auto a = chat.come();
  const auto b = chat.come();
  const bool another_listens = GENERATE(false, true);  // whether JSON is rendered before as well
  const auto c = chat.come();
  if (another_listens) chat.line(c, "/json on");
  chat.forget();
  chat.turn([&] {
    chat.line(a, "one");
    chat.line(b, "/json on");
    chat.line(a, "two");
    chat.line(b, "/json off");
    chat.line(a, "three");
    chat.line(b, "/ids on");
    chat.line(a, "four");
    chat.line(b, "/ids off");
    chat.line(a, "five");
  });
  const std::string heard = chat.heard(b);
  const std::string one = chat.as(a) + "one\n";
  REQUIRE(heard.substr(0, one.size()) == one);
  const std::size_t text_again = heard.find("Text lines");
  REQUIRE(text_again != std::string::npos);
  const std::string middle = heard.substr(one.size(), text_again - one.size());
  const std::size_t split = middle.find('\n') + 1;
  const object welcome = object::parse(middle.substr(0, split));
  const object two = object::parse(middle.substr(split));
  CHECK(welcome["type"] == "welcome");
  CHECK(two["type"] == "message");
  CHECK(two["text"] == "two");
  CHECK(heard.substr(text_again) == "Text lines from here on, 127.0.0.1:2\n" + chat.as(a) + "three\n4 " + chat.as(a) +
                                        "four\n" + chat.as(a) + "five\n");
}

TEST_CASE("forms: json on twice does no harm", "[forms]") {
  simulation chat;
  const auto a = chat.come();
  chat.forget();
  chat.turn([&] {
    chat.line(a, "/json on");
    chat.line(a, "x");
    chat.line(a, "/json on");
    chat.line(a, "y");
  });
  CHECK(types(chat.events(a)) == strings{"welcome", "message", "welcome", "message"});
  chat.line(a, "/json off");
  chat.line(a, "/json off");
  chat.forget();
  chat.line(a, "z");
  CHECK(chat.heard(a) == chat.as(a) + "z\n");
}

TEST_CASE("forms: a JSON sender gets its whisper as a confirmation", "[forms]") {
  simulation chat;
  const auto a = chat.come();
  const auto b = chat.come();
  chat.line(a, "/json on");
  chat.forget();
  chat.line(a, "to 127.0.0.1:2 hi");
  const auto events = chat.events(a);
  REQUIRE(events.size() == 1);
  CHECK(events[0]["type"] == "private");
  CHECK(events[0]["from"] == chat.addr(a));
  CHECK(events[0]["to"] == chat.addr(b));
  CHECK(events[0]["text"] == "hi");
  CHECK(chat.heard(b) == chat.addr(a) + " whispers to you: hi\n");
}

TEST_CASE("forms: JSON users hear how many are online, when that has changed", "[forms]") {
  simulation chat;
  const auto a = chat.come();
  const auto b = chat.come();
  chat.line(a, "/json on");
  chat.second();
  chat.forget();
  chat.second();
  CHECK(chat.heard(a).empty());
  chat.come_many(2);
  chat.forget();
  chat.second();
  const auto events = chat.events(a);
  REQUIRE(events.size() == 1);
  CHECK(events[0]["type"] == "count");
  CHECK(events[0]["online"] == 4);
  CHECK(chat.heard(b).empty());
}

TEST_CASE("tags: every reply carries the tag, what others hear does not", "[tags]") {
  simulation chat;
  const auto a = chat.come();
  const auto b = chat.come();
  chat.forget();
  const auto reply = [&](const std::string& line) {
    chat.line(a, "/tag T1 " + line);
    return chat.heard(a);
  };
  CHECK(reply("to nobody hi") == "T1 There is no user with that name\n");
  CHECK(reply("hello") == "T1 " + chat.as(a) + "hello\n");
  CHECK(chat.heard(b) == chat.as(a) + "hello\n");
  CHECK(reply("/ping x") == "T1 pong x\n");
  CHECK(reply("/count") == "T1 2 online\n");
  CHECK(reply("who") == "T1 " + chat.as(a) + "online...\nT1 " + chat.as(b) + "online...\n");
  CHECK(reply("/dance") == "T1 " + explain(problem::unknown_command, language::en, "/dance") + "\n");
  CHECK(reply("/tag T2 who") == "T1 " + explain(problem::tag_in_tag, language::en) + "\n");
  CHECK(reply("/help who") == "T1 who, /who ROOM: lists who is online, or in a room\n");
  CHECK(chat.heard(b).empty());
  CHECK(reply("rename anna") == "T1 Your name is now: anna\n");
  CHECK(chat.heard(b) == chat.as(a) + "is now known as anna\n");
  CHECK(reply("/json on").find(R"("tag":"T1")") != std::string::npos);
  CHECK(reply("/json off") == "T1 Text lines from here on, anna\n");
}

TEST_CASE("tags: a whisper in text is answered with ok", "[tags]") {
  simulation chat;
  const auto a = chat.come();
  const auto b = chat.come();
  chat.forget();
  chat.line(a, "/tag T1 to 127.0.0.1:2 hi");
  CHECK(chat.heard(a) == "T1 ok\n");
  CHECK(chat.heard(b) == chat.addr(a) + " whispers to you: hi\n");
}

TEST_CASE("tags: a tagged message stands where it was said", "[tags]") {
  simulation chat;
  const auto a = chat.come();
  const auto b = chat.come();
  chat.forget();
  chat.turn([&] {
    chat.line(b, "before");
    chat.line(a, "/tag T1 mine");
    chat.line(b, "between");
    chat.line(a, "/tag T2 mine too");
    chat.line(b, "after");
  });
  CHECK(chat.heard(a) == chat.as(b) + "before\nT1 " + chat.as(a) + "mine\n" + chat.as(b) + "between\nT2 " + chat.as(a) +
                             "mine too\n" + chat.as(b) + "after\n");
  CHECK(chat.heard(b) == chat.as(b) + "before\n" + chat.as(a) + "mine\n" + chat.as(b) + "between\n" + chat.as(a) +
                             "mine too\n" + chat.as(b) + "after\n");
}

TEST_CASE("tags: a tagged quit is answered, and others hear no tag", "[tags]") {
  simulation chat;
  const auto a = chat.come();
  const auto b = chat.come();
  chat.line(b, "/json on");
  chat.forget();
  chat.line(a, "/tag T1 /quit");
  CHECK(chat.heard(a) == "T1 Goodbye (press Enter)\n");
  const auto events = chat.events(b);
  REQUIRE(events.size() == 1);
  CHECK_FALSE(events[0].contains("tag"));
}

TEST_CASE("tags: a tag ends with its command", "[tags]") {
  simulation chat;
  const auto a = chat.come();
  chat.line(a, "/json on");
  chat.forget();
  chat.turn([&] {
    chat.line(a, "/tag T1 /ping");
    chat.line(a, "/ping");
    chat.line(a, "/tag T2 nonsense said");
    chat.line(a, "said");
  });
  const auto events = chat.events(a);
  REQUIRE(events.size() == 4);
  CHECK(events[0]["tag"] == "T1");
  CHECK_FALSE(events[1].contains("tag"));
  CHECK(events[2]["tag"] == "T2");
  CHECK_FALSE(events[3].contains("tag"));
}

TEST_CASE("forms: who asks who it is hears its name, its room and whether its connection is encrypted", "[forms]") {
  simulation chat;
  const auto plain = chat.come();
  chat.encrypt(true);
  const auto secret = chat.come();
  chat.line(secret, "rename zoe");
  chat.line(secret, "/join tea");
  chat.forget();
  chat.line(plain, "/whoami");
  CHECK(chat.heard(plain) ==
        "You are [127.0.0.1:1]127.0.0.1:1 @1. Your text goes to the lobby. The connection is not encrypted\n");
  chat.line(secret, "/tag t /whoami");
  CHECK(chat.heard(secret) == "t You are [127.0.0.1:2]zoe @2. Your text goes to #tea. The connection is encrypted\n");
  CHECK(chat.heard(plain).empty());
  chat.line(secret, "/json on");
  CHECK(chat.events(secret).at(0)["tls"] == true);
  chat.line(secret, "/whoami");
  CHECK(chat.events(secret).at(0) == object{{"type", "whoami"},
                                            {"time", chat.time()},
                                            {"name", "zoe"},
                                            {"addr", "127.0.0.1:2"},
                                            {"user", 2},
                                            {"room", "tea"},
                                            {"tls", true}});
}
