// Nothing lost on a reconnect: who may come back, and how it looks to the others.

#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/unit/chat/cast.hpp"

using namespace confab;
using namespace confab::test;
using namespace std::chrono_literals;

TEST_CASE("resume: the token is made once, told to JSON only, and each has another", "[resume]") {
  simulation chat(with_tokens());
  const auto a = chat.come();
  const auto b = chat.come();
  chat.forget();
  chat.line(a, "/json on");
  chat.line(b, "/json on");
  CHECK(chat.events(a).at(0)["token"] == "token1");
  CHECK(chat.events(b).at(0)["token"] == "token2");
  chat.line(a, "/json off");
  chat.line(a, "/json on");
  CHECK(chat.heard(a).find("\"token\":\"token1\"") != std::string::npos);
  chat.line(b, "who");
  CHECK(chat.heard(b).find("token") == std::string::npos);
}

TEST_CASE("resume: without a window there is no token, and who breaks off has left", "[resume]") {
  simulation chat(with_tokens(0s));
  const auto a = named(chat, "ann");
  const auto b = chat.come();
  chat.line(b, "/json on");
  CHECK(chat.heard(b).find("token") == std::string::npos);
  chat.forget();
  chat.stop(b, leave_reason::error);
  CHECK(chat.heard(a) == chat.as(b) + "is offline\n");
}

TEST_CASE("resume: a program that breaks off stays, with its name, and others notice nothing", "[resume]") {
  const leave_reason why = GENERATE(leave_reason::eof, leave_reason::error, leave_reason::slow);
  simulation chat(with_tokens());
  const auto a = named(chat, "ann");
  const auto b = program(chat, "bob");
  chat.line(b, "/join tea");
  chat.line(a, "/join tea");
  chat.forget();
  chat.stop(b, why);
  CHECK(chat.heard(a).empty());
  CHECK(chat.hub().online() == 2);
  chat.line(a, "who");
  CHECK(chat.heard(a) == chat.as(a, "ann") + "online...\n" + chat.as(b, "bob") + "online... (connection broken)\n");
  chat.line(a, "/who tea");
  CHECK(chat.heard(a) == chat.as(a, "ann") + "online...\n" + chat.as(b, "bob") + "online... (connection broken)\n");
  chat.line(a, "rename Bob");
  CHECK(chat.heard(a) == "That name is already in use\n");
  chat.line(a, "to bob later");
  CHECK(chat.heard(a) == "bob's connection is broken: your whisper waits for 120 s\n");
}

TEST_CASE("resume: who is spoken to in text, or quits, leaves at once", "[resume]") {
  simulation chat(with_tokens());
  const auto a = named(chat, "ann");
  const auto b = program(chat, "bob");
  SECTION("quits") {
    chat.line(b, "/quit done");
    CHECK(chat.events(b).at(0)["reason"] == "quit");
  }
  SECTION("text again") {
    chat.line(b, "/json off");
    chat.stop(b, leave_reason::eof);
  }
  CHECK(chat.heard(a) == chat.as(b, "bob") + "is offline\n");
  const auto c = chat.come_saying("/resume token1 0");
  CHECK(chat.events(c).at(0)["code"] == "cannot-resume");
}

TEST_CASE("resume: others see it go when the window has passed, once", "[resume]") {
  simulation chat(with_tokens(10s));
  const auto a = named(chat, "ann");
  const auto d = program(chat, "dan");
  const auto b = program(chat, "bob");
  chat.line(b, "/join tea");
  chat.line(a, "/join tea");
  chat.forget();
  chat.stop(b, leave_reason::error);
  chat.seconds(9);
  CHECK(chat.heard(a).empty());
  chat.wait(999ms);
  chat.turn([&] { chat.hub().tick(); });
  CHECK(chat.heard(a).empty());
  CHECK(chat.hub().online() == 3);
  chat.wait(1ms);
  chat.turn([&] { chat.hub().tick(); });
  CHECK(chat.heard(a) == "#tea " + chat.as(b, "bob") + "has left\n" + chat.as(b, "bob") + "is offline\n");
  const auto events = chat.events(d);
  CHECK(events.at(events.size() - 2) == object{{"type", "left"},
                                               {"time", chat.time()},
                                               {"name", "bob"},
                                               {"addr", chat.addr(b)},
                                               {"user", chat.number(b)},
                                               {"online", 2},
                                               {"reason", "error"}});
  chat.seconds(30);
  CHECK(chat.heard(a).empty());
  const auto c = chat.come_saying("/resume token2 0");
  CHECK(chat.events(c).at(0)["code"] == "cannot-resume");
}

TEST_CASE("resume: up to the end of the window it works", "[resume]") {
  simulation chat(with_tokens(10s));
  const auto b = program(chat, "bob");
  chat.stop(b, leave_reason::error);
  chat.seconds(9);
  const auto again = chat.come_saying("/resume token1 0");
  CHECK(chat.events(again).at(0)["resumed"] == true);
  // It is a session like any other then: it can break and come back any number of times.
  chat.seconds(20);
  CHECK(chat.hub().online() == 1);
  chat.stop(again, leave_reason::error);
  chat.seconds(9);
  const auto third = chat.come_saying("/resume token1 0");
  CHECK(chat.events(third).at(0)["name"] == "bob");
  chat.stop(third, leave_reason::error);
  chat.seconds(10);
  CHECK(chat.hub().online() == 0);
}

TEST_CASE("resume: those who broke off at different times go at different times", "[resume]") {
  simulation chat(with_tokens(10s));
  const auto a = named(chat, "ann");
  const auto b = program(chat, "bob");
  const auto c = program(chat, "cat");
  const auto d = program(chat, "dan");
  chat.stop(c, leave_reason::error);
  chat.seconds(3);
  chat.stop(b, leave_reason::error);
  chat.stop(d, leave_reason::error);
  chat.seconds(3);
  const auto back = chat.come_saying("/resume token3 0");
  chat.forget();
  chat.seconds(4);
  CHECK(chat.heard(a) == chat.as(c, "cat") + "is offline\n");
  chat.seconds(3);
  CHECK(chat.heard(a) == chat.as(b, "bob") + "is offline\n");
  chat.seconds(30);
  CHECK(chat.heard(a).empty());
  CHECK_FALSE(chat.at(back).closed);
}

TEST_CASE("resume: as the first line it announces nothing, and gives all back", "[resume]") {
  simulation chat(with_tokens(), 2);
  const auto a = named(chat, "ann");
  const auto b = program(chat, "bob");
  chat.line(b, "/join tea");
  chat.line(a, "/join tea");
  chat.line(b, "/away lunch");
  chat.forget();
  chat.stop(b, leave_reason::error);
  const auto again = chat.come_saying("/resume token1 0");
  const auto events = chat.events(again);
  REQUIRE(events.size() == 1);
  CHECK(events[0]["type"] == "welcome");
  CHECK(events[0]["user"] == chat.number(b));
  CHECK(events[0]["rooms"] == object({"tea"}));
  CHECK(events[0]["room"] == "tea");
  CHECK(events[0]["name"] == "bob");
  CHECK(events[0]["addr"] == chat.addr(b));
  CHECK(events[0]["online"] == 2);
  CHECK(events[0]["token"] == "token1");
  CHECK(events[0]["resumed"] == true);
  CHECK(events[0]["complete"] == true);
  CHECK(chat.heard(a).empty());
  chat.line(again, "back in the room");
  CHECK(chat.heard(a) == "#tea " + chat.as(b, "bob") + "back in the room\n");
  CHECK(chat.events(again).at(0)["room"] == "tea");
  chat.line(a, "good");
  CHECK(chat.events(again).at(0)["text"] == "good");
  chat.line(a, "who");
  CHECK(chat.heard(a).find("bob: online... (away: lunch)") != std::string::npos);
}

TEST_CASE("resume: a connection that still hangs is told bye, and nothing more", "[resume]") {
  simulation chat(with_tokens(), 2);
  const auto a = named(chat, "ann");
  const auto b = program(chat, "bob");
  chat.line(b, "/join tea");
  chat.forget();
  const auto again = chat.come_saying("/tag r /resume token1 0");
  CHECK(chat.events(b) == std::vector<object>{{{"type", "bye"}, {"time", chat.time()}, {"reason", "resumed"}}});
  CHECK(chat.at(b).closed);
  const auto events = chat.events(again);
  REQUIRE(events.size() == 1);
  CHECK(events[0]["tag"] == "r");
  CHECK(chat.heard(a).empty());
  CHECK(chat.hub().online() == 2);
  // What the old connection still had to say is nobody's, and its end means nothing.
  chat.line(b, "from the past");
  CHECK(chat.heard(a).empty());
  chat.stop(b, leave_reason::error);
  CHECK(chat.hub().online() == 2);
  chat.seconds(200);
  CHECK(chat.hub().online() == 2);
  chat.line(again, "/room tea");
  chat.events(again);
  chat.line(again, "here");
  CHECK(chat.events(again).at(0)["room"] == "tea");
}

TEST_CASE("resume: a wrong token makes a new user, who is told so in JSON", "[resume]") {
  auto options = with_tokens();
  options.lang = GENERATE(language::en, language::zh);
  options.motd = {"hello"};
  options.replay = 20;
  const bool zh = options.lang == language::zh;
  simulation chat(options);
  const auto a = named(chat, "ann");
  const auto b = program(chat, "bob");
  chat.line(a, "before");
  chat.forget();
  const std::string line =
      GENERATE("/resume nonsense 0", "/resume token2 0", "/resume token 0", "/resume Token1 0", "/resume token1 x");
  const bool tagged = GENERATE(false, true);
  const bool readable = !line.ends_with('x');
  const auto c = chat.come_saying((tagged ? "/tag r " : "") + line);
  const auto events = chat.events(c);
  REQUIRE(events.size() == 3);  // and not the last messages: it was here before
  object error{{"type", "error"}, {"time", chat.time()}};
  if (tagged) error["tag"] = "r";
  error["code"] = readable ? "cannot-resume" : "bad-argument";
  error["problem"] = error["code"];
  if (!readable) error["detail"] = "/resume TOKEN LAST_ID";
  error["text"] =
      explain(readable ? problem::cannot_resume : problem::bad_argument, options.lang, "/resume TOKEN LAST_ID");
  CHECK(events[0] == error);
  CHECK(events[1]["type"] == "welcome");
  CHECK(events[1]["lang"] == (zh ? "zh" : "en"));
  CHECK(events[1]["online"] == 3);
  const std::string token = events[1]["token"];
  CHECK(token.starts_with("token2"));
  CHECK_FALSE(events[1].contains("resumed"));
  CHECK_FALSE(events[1].contains("tag"));
  CHECK(events[1]["motd"] == object::array({"hello"}));
  CHECK(events[2]["type"] == "joined");
  CHECK(events[2]["user"] == events[1]["user"]);
  chat.arrive();
  CHECK(chat.heard(a) == chat.as(c) + (zh ? "已上线\n" : "is online\n"));
  CHECK_FALSE(chat.at(b).closed);
  chat.line(c, "hello");
  CHECK(chat.heard(a) == chat.as(c) + "hello\n");
  CHECK(chat.events(c).at(0)["text"] == "hello");
  // It is a session like any other: it can come back.
  chat.stop(c, leave_reason::error);
  const auto again = chat.come_saying("/resume " + token + " 0");
  CHECK(chat.events(again).at(0)["resumed"] == true);
}

TEST_CASE("resume: arguments that make no sense", "[resume]") {
  simulation chat(with_tokens());
  const auto b = program(chat, "bob");
  for (const char* const line : {"/resume", "/resume token1", "/resume token1 x", "/resume token1 -1",
                                 "/resume token1 1 2", "/resume token1 99999999999999999999"}) {
    INFO(line);
    const auto c = chat.come_saying(line);
    const auto events = chat.events(c);
    REQUIRE(events.size() == 3);
    const bool whole = std::string_view(line).starts_with("/resume token1 ");
    CHECK(events[0]["code"] == (whole ? "bad-argument" : "missing-argument"));
    CHECK(events[0]["detail"] == "/resume TOKEN LAST_ID");
    CHECK(events[1]["type"] == "welcome");
    CHECK(events[2]["type"] == "joined");
    CHECK_FALSE(chat.at(b).closed);
  }
}

TEST_CASE("resume: a user in text who is refused is spoken to in JSON from there", "[resume]") {
  simulation chat(with_tokens());
  const auto a = named(chat, "ann");
  const auto b = GENERATE(false, true) ? named(chat, "bob") : program(chat, "bob");
  const bool knew_json = chat.at(b).cursor.as == wire_format::json;
  chat.turn([&] {
    chat.line(b, "/tag r /resume nonsense 0");
    chat.line(a, "next");
    chat.line(b, "/resume");
  });
  const auto events = chat.events(b);
  REQUIRE(events.size() == (knew_json ? 3 : 4));
  CHECK(events[0]["code"] == "cannot-resume");
  CHECK(events[0]["tag"] == "r");
  if (!knew_json) {
    CHECK(events[1]["type"] == "welcome");
    CHECK(events[1]["token"].get<std::string>().starts_with("token1"));
    CHECK_FALSE(events[1].contains("tag"));
  }
  CHECK(events[events.size() - 2]["text"] == "next");
  CHECK(events.back()["code"] == "missing-argument");
  CHECK(chat.heard(a) == chat.as(a, "ann") + "next\n");
}

TEST_CASE("resume: without a window it is refused, and there is no token", "[resume]") {
  simulation chat(with_tokens(0s));
  const auto c = chat.come_saying("/resume token1 0");
  const auto events = chat.events(c);
  REQUIRE(events.size() == 3);
  CHECK(events[0]["code"] == "cannot-resume");
  CHECK_FALSE(events[1].contains("token"));
}

TEST_CASE("resume: by one who is online already, that one is seen to leave", "[resume]") {
  simulation chat(with_tokens());
  const auto a = named(chat, "ann");
  const auto b = program(chat, "bob");
  chat.line(b, "/join tea");
  const auto c = named(chat, "cat");
  chat.line(c, "/join nap");
  chat.forget();
  chat.stop(b, leave_reason::error);
  chat.line(c, "/resume token1 0");
  CHECK(chat.heard(a) == chat.as(c, "cat") + "is offline\n");
  CHECK(chat.events(c).at(0)["name"] == "bob");
  chat.line(a, "/rooms");
  CHECK(chat.heard(a) == "#lobby (2)\n#tea (1)\n");
  chat.line(c, "hello");
  CHECK(chat.events(c).at(0)["from"] == "bob");
}

TEST_CASE("resume: one's own token is nothing to resume", "[resume]") {
  simulation chat(with_tokens());
  const auto b = program(chat, "bob");
  chat.line(b, "/resume token1 0");
  const auto events = chat.events(b);
  REQUIRE(events.size() == 1);
  CHECK(events[0]["code"] == "cannot-resume");
  CHECK_FALSE(chat.at(b).closed);
}

TEST_CASE("resume: two connections with one token, the last has it", "[resume]") {
  simulation chat(with_tokens());
  const auto a = named(chat, "ann");
  const auto b = program(chat, "bob");
  chat.stop(b, leave_reason::error);
  simulation::ref first = 0;
  simulation::ref second = 0;
  chat.turn([&] {
    first = chat.come_saying("/resume token1 0");
    second = chat.come_saying("/resume token1 0");
  });
  const auto events = chat.events(first);
  CHECK(events.front()["type"] == "welcome");
  CHECK(events.back()["type"] == "bye");
  CHECK(chat.at(first).closed);
  CHECK(chat.events(second).at(0)["resumed"] == true);
  chat.line(second, "me");
  CHECK(chat.heard(a) == chat.as(b, "bob") + "me\n");
  CHECK(chat.hub().online() == 2);
}

TEST_CASE("resume: taken by somebody else who was online, and taken back by its owner, again and again", "[resume]") {
  simulation chat(with_tokens(), GENERATE(std::size_t{1}, std::size_t{2}));
  const auto a = named(chat, "ann");
  const auto b = program(chat, "bob");
  simulation::ref holder = b;
  for (int i = 0; i < 3; ++i) {
    const auto other = named(chat, "thief" + std::to_string(i));
    chat.line(other, "/json on");
    const std::string gone = chat.events(other).back()["token"];
    CHECK(chat.hub().online() == 3);
    chat.line(other, "/resume token1 0");
    CHECK(chat.events(holder).back()["type"] == "bye");
    CHECK(chat.at(holder).closed);
    CHECK(chat.hub().online() == 2);
    chat.stop(holder, leave_reason::eof);
    const auto owner = chat.come_saying("/resume token1 0");
    CHECK(chat.events(other).back()["type"] == "bye");
    CHECK(chat.events(owner).at(0)["resumed"] == true);
    chat.stop(other, leave_reason::eof);
    holder = owner;
    chat.forget();
    chat.line(holder, "mine");
    CHECK(chat.heard(a) == chat.as(b, "bob") + "mine\n");
    CHECK(answer(chat, a, "to bob hello").empty());
    CHECK(chat.events(holder).back()["text"] == "hello");
    CHECK(chat.hub().online() == 2);
    // The user that the other was before is gone for good.
    const auto late = chat.come_saying("/resume " + gone + " 0");
    CHECK(chat.heard(late).find("cannot-resume") != std::string::npos);
    chat.line(late, "/quit");
    chat.stop(late, leave_reason::eof);
    CHECK(chat.hub().online() == 2);
  }
}

TEST_CASE("resume: on a full server too", "[resume]") {
  auto options = with_tokens();
  options.max_users = 2;
  simulation chat(options);
  const auto a = named(chat, "ann");
  const auto b = program(chat, "bob");
  const bool hangs = GENERATE(false, true);
  if (!hangs) chat.stop(b, leave_reason::error);
  // Who may come back takes up no place, and finds one.
  const auto c = chat.come_saying("hello");
  const std::string full = "The server is full (2 users): try again later\n";
  CHECK((chat.heard(c) == full) == hangs);
  const auto again = chat.come_saying("/resume token1 0");
  CHECK(chat.heard(again).find("\"resumed\":true") != std::string::npos);
  const auto d = chat.come_saying("/resume nonsense 0");
  const auto refused = chat.events(d);
  REQUIRE(refused.size() == 2);
  CHECK(refused[0]["code"] == "cannot-resume");
  CHECK(refused[1]["code"] == "server-full");
  CHECK(chat.at(d).closed);
  CHECK((chat.heard(a).find("online") == std::string::npos) == hangs);
  CHECK(chat.hub().online() == (hangs ? 2 : 3));
}

TEST_CASE("resume: the end of the server ends those who are away too", "[resume]") {
  simulation chat(with_tokens());
  const auto a = named(chat, "ann");
  const auto b = program(chat, "bob");
  chat.stop(b, leave_reason::error);
  chat.shutdown();
  CHECK(chat.hub().online() == 0);
  CHECK(chat.heard(a) == "The server is shutting down. Goodbye\n");
  chat.seconds(200);
  CHECK(chat.hub().online() == 0);
}

TEST_CASE("resume: a newcomer from the address that one goes by is let in and gets another", "[resume]") {
  simulation chat(with_tokens());
  const auto a = named(chat, "ann");
  const auto b = chat.come_from("9.9.9.9:9", 0);
  chat.line(b, "/json on");
  if (GENERATE(false, true)) chat.line(b, "rename bob");
  chat.forget();
  chat.stop(b, leave_reason::error);
  const bool back = GENERATE(false, true);
  const auto again = back ? chat.come_saying("/resume token1 0") : a;
  chat.forget();
  const auto late = chat.come_from("9.9.9.9:9", 0);
  CHECK(chat.heard(late) == "[9.9.9.9:9.2]9.9.9.9:9.2: is online\n");
  CHECK_FALSE(chat.at(late).closed);
  CHECK_FALSE(chat.at(again).closed);
  CHECK(chat.heard(a) == "[9.9.9.9:9.2]9.9.9.9:9.2: is online\n");
  CHECK(chat.hub().online() == 3);
  chat.line(a, "to 9.9.9.9:9.2 hi");
  CHECK(chat.heard(late) == "ann whispers to you: hi\n");
  if (!back) return;
  chat.heard(again);
  chat.line(a, "to 9.9.9.9:9 hi");
  CHECK((chat.heard(a).find("no user") != std::string::npos) == chat.events(again).empty());
}

TEST_CASE("resume: a promised heartbeat is watched from the new connection on", "[resume][heartbeat]") {
  auto options = with_tokens();
  options.dead_after = 2;
  simulation chat(options);
  const auto b = program(chat, "bob");
  chat.line(b, "/heartbeat 20");
  chat.line(b, "/heartbeat 0");
  chat.stop(b, leave_reason::error);
  const auto again = chat.come_saying("/resume token1 0");
  chat.line(again, "/heartbeat 2");
  chat.seconds(3);
  CHECK_FALSE(chat.at(again).closed);
  chat.second();
  CHECK(chat.at(again).closed);
}

TEST_CASE("resume: those who may come back have a budget, and each address has one", "[resume]") {
  auto options = with_tokens();
  options.max_users = 5;
  options.max_ghosts_of_address = 3;
  simulation chat(options);
  const auto a = chat.come_from("9.9.9.9:9");
  int port = 0;
  const auto ghost = [&](const std::string& ip) {
    const auto one = chat.come_from(ip + ":" + std::to_string(++port));
    chat.line(one, "/json on");
    chat.forget();
    chat.stop(one, leave_reason::eof);
    return chat.as(one);
  };
  const auto first = ghost("1.1.1.1");
  ghost("1.1.1.1");
  ghost("1.1.1.1");
  CHECK(chat.heard(a).empty());
  ghost("1.1.1.1");
  CHECK(chat.heard(a) == first + "is offline\n");
  ghost("2.2.2.2");
  ghost("3.3.3.3");
  CHECK(chat.heard(a).empty());
  CHECK(chat.hub().online() == 6);
  // One too many in all: the address with the most gives one up, not the one that came.
  ghost("4.4.4.4");
  CHECK(chat.heard(a) == "[1.1.1.1:2]1.1.1.1:2: is offline\n");
  CHECK(chat.come_saying("/resume token5 0") != a);
  CHECK(chat.hub().online() == 6);
  ghost("5.5.5.5");
  CHECK(chat.heard(a).empty());
  // All have as many: the oldest goes.
  ghost("6.6.6.6");
  CHECK(chat.heard(a) == "[1.1.1.1:3]1.1.1.1:3: is offline\n");
  ghost("7.7.7.7");
  CHECK(chat.heard(a) == "[1.1.1.1:4]1.1.1.1:4: is offline\n");
}

TEST_CASE("resume: connecting, asking for JSON and closing takes no place from anybody", "[resume]") {
  auto options = with_tokens();
  options.max_users = 3;
  options.max_ghosts_of_address = 2;
  simulation chat(options);
  for (int i = 0; i < 50; ++i) {
    const auto one = chat.come();
    chat.line(one, "/json on");
    chat.stop(one, leave_reason::eof);
    CHECK(chat.hub().online() <= 2);
  }
  const auto a = chat.come();
  CHECK(chat.heard(a) == chat.as(a) + "is online\n");
}

TEST_CASE("resume: many who were announced as newcomers first are told of as a crowd", "[resume][crowd]") {
  auto options = with_tokens();
  options.announce_limit = 10;
  simulation chat(options);
  const auto a = named(chat, "ann");
  constexpr std::size_t count = 30;
  std::vector<simulation::ref> all;
  for (std::size_t i = 0; i < count; ++i) {
    all.push_back(chat.come());
    chat.line(all.back(), "/json on");
    chat.second();
  }
  for (const auto each : all) chat.stop(each, leave_reason::error);
  std::vector<simulation::ref> back;
  for (std::size_t i = 0; i < count; ++i) {
    back.push_back(chat.come());
    chat.second();
  }
  chat.forget();
  for (std::size_t i = 0; i < count; ++i) {
    chat.line(back[i], "/resume token" + std::to_string(i + 1) + " 0");
    CHECK(chat.heard(back[i]).find(R"("resumed":true)") != std::string::npos);
  }
  chat.drain_all();
  const std::string heard = chat.heard(a);
  const auto gone = std::count(heard.begin(), heard.end(), '\n');
  CHECK(gone == 10);
  chat.second();
  CHECK(chat.heard(a) == "0 came online, 20 went offline (31 online)\n");
}

TEST_CASE("resume: whoever comes back over another connection knows whether that one is encrypted", "[resume][tls]") {
  simulation chat(with_tokens());
  const bool first = GENERATE(false, true);
  CAPTURE(first);
  chat.encrypt(first);
  const auto before = program(chat, "bob");
  chat.stop(before, leave_reason::error);
  chat.encrypt(!first);
  const auto after = chat.come_saying("/resume token1 0");
  CHECK(chat.events(after).at(0)["tls"] == !first);
  chat.line(after, "/whoami");
  CHECK(chat.events(after).at(0)["tls"] == !first);
}
