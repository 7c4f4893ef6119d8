// Every user has a number, which is good for one person whatever happens to the name.

#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/unit/chat/cast.hpp"

using namespace confab;
using namespace confab::test;

TEST_CASE("numbers: every event about somebody has it, and it stays", "[numbers]") {
  simulation chat(with_tokens());
  const auto a = program(chat, "ann");
  const auto b = chat.come();
  const auto number = chat.number(b);
  chat.turn([&] {
    chat.line(b, "rename bob");
    chat.line(b, "/join tea");
    chat.line(a, "/join tea");
    chat.line(b, "hello");
    chat.line(b, "to ann psst");
    chat.line(b, "/topic tea green");
    chat.line(b, "/away");
    chat.line(a, "to bob psst");
    chat.line(a, "who");
    chat.line(b, "/leave");
    chat.line(b, "/quit");
  });
  std::vector<std::string> with_number;
  for (const object& each : chat.events(a)) {
    const bool about_b = each.value("name", "") == "bob" || each.value("from", "") == "bob" || each["type"] == "joined";
    if (each["type"] == "users") CHECK(each["users"][1]["user"] == number);
    if (each.value("to", "") == "bob") CHECK(each["to_user"] == number);
    if (each.value("to", "") == "ann") CHECK(each["to_user"] == chat.number(a));
    if (!about_b || each.value("name", "") == "ann") continue;
    CAPTURE(each);
    CHECK(each.at("user") == number);
    CHECK(each.at("addr") == chat.addr(b));
    with_number.push_back(each["type"]);
  }
  CHECK(with_number == texts{"joined", "renamed", "message", "private", "topic", "away", "left", "left"});
}

TEST_CASE("numbers: nobody gets one again, and one who comes back has the old one", "[numbers]") {
  simulation chat(with_tokens());
  const auto number_of = [&](simulation::ref who) {
    chat.heard(who);
    chat.line(who, "/json on");
    return chat.events(who).at(0)["user"].get<std::uint64_t>();
  };
  const auto a = chat.come();
  const auto first = number_of(a);
  CHECK(first != 0);
  chat.stop(a, leave_reason::error);
  const auto again = chat.come_saying("/resume token1 0");
  CHECK(chat.events(again).at(0)["user"] == first);
  chat.line(again, "/quit");
  const auto b = chat.come_in_place_of(again, chat.addr(a));
  CHECK(number_of(b) > first);
}

TEST_CASE("numbers: to @N reaches the one, whatever the name", "[numbers]") {
  simulation chat(with_tokens());
  const auto a = named(chat, "ann");
  const auto b = program(chat, "bob");
  const auto c = named(chat, "cat");
  const std::string to_b = "to @" + std::to_string(chat.number(b)) + " ";
  const auto got = [&](simulation::ref who) {
    const auto events = chat.events(who);
    return events.empty() ? std::string() : events.back().value("text", "");
  };
  chat.line(a, to_b + "one");
  CHECK(got(b) == "one");
  chat.line(a, "/msg @2 also");
  CHECK(got(b) == "also");
  chat.line(b, "rename rob");
  chat.line(c, "rename bob");
  chat.forget();
  chat.line(a, to_b + "two");
  CHECK(got(b) == "two");
  CHECK(chat.heard(c).empty());
  // To oneself, and to one whose connection is broken.
  CHECK(answer(chat, a, "to @1 me") == "ann whispers to you: me\n");
  chat.stop(b, leave_reason::error);
  CHECK(answer(chat, a, to_b + "three") == "rob's connection is broken: your whisper waits for 120 s\n");
  const auto again = chat.come_saying("/resume token1 4");
  CHECK(past(chat.events(again)) == texts{"5 three"});
  chat.drained(again);
  // One who is gone is nobody, though others have come.
  chat.line(again, "/quit");
  const auto late = named(chat, "rob");
  chat.forget();
  CHECK(answer(chat, a, to_b + "four") == "There is no user with that name\n");
  CHECK(chat.heard(late).empty());
}

TEST_CASE("numbers: what is none is nobody", "[numbers]") {
  simulation chat;
  const auto a = named(chat, "ann");
  for (const char* const line : {"to @ x", "to @0 x", "to @00 x", "to @2 x", "to @-1 x", "to @+1 x", "to @1x x",
                                 "to @x1 x", "to @１ x", "to @18446744073709551615 x", "to @18446744073709551616 x",
                                 "to @18446744073709551617 x", "to @@1 x", "to 1 x", "to @ann x"}) {
    CAPTURE(line);
    CHECK(answer(chat, a, line) == "There is no user with that name\n");
  }
  CHECK(answer(chat, a, "to @1 x") == "ann whispers to you: x\n");
}

TEST_CASE("numbers: one who is not announced yet cannot be reached", "[numbers]") {
  chat::hub hub(simulation::quiet(), 1);
  hub.begin_turn({});
  hub.join({0, 0, 1}, "127.0.0.1:1");
  hub.join({0, 1, 1}, "127.0.0.1:2", true);
  const auto answer_to = [&](std::string_view line) {
    std::string scratch;
    const std::size_t before = hub.out().dispatches()[0].direct.size();
    hub.apply({0, 0, 1}, read_command(line, scratch));
    return hub.out().dispatches()[0].direct.substr(before);
  };
  CHECK(answer_to("to @2 x") == "There is no user with that name\n");
  CHECK(answer_to("to 127.0.0.1:2 x") == "There is no user with that name\n");
  CHECK(answer_to("to @1 x") == "127.0.0.1:1 whispers to you: x\n");
}

TEST_CASE("rooms: /in says it there, and plain text goes where it went", "[rooms]") {
  simulation chat;
  const auto a = named(chat, "ann");
  const auto b = named(chat, "bob");
  chat.line(a, "/join tea");
  chat.line(a, "/join nap");
  chat.line(b, "/join tea");
  chat.forget();
  CHECK(answer(chat, a, "/in tea green?") == "#tea " + chat.as(a, "ann") + "green?\n");
  CHECK(chat.heard(b) == "#tea " + chat.as(a, "ann") + "green?\n");
  CHECK(answer(chat, a, "/in #TEA  /quit") == "#tea " + chat.as(a, "ann") + "/quit\n");
  CHECK(answer(chat, a, "/in lobby all") == chat.as(a, "ann") + "all\n");
  CHECK(answer(chat, a, "/in 大厅 all") == chat.as(a, "ann") + "all\n");
  CHECK(answer(chat, a, "zzz") == "#nap " + chat.as(a, "ann") + "zzz\n");
  chat.heard(b);
  CHECK(answer(chat, b, "/in nap x") == "You are not in nap: /join it first\n");
  CHECK(answer(chat, b, "/in none x") == "There is no room none: see /rooms, or make it with /join\n");
  CHECK(answer(chat, b, "/in tea") == "Something is missing. Usage: /in ROOM TEXT\n");
  CHECK(answer(chat, b, "/tag t /in tea x") == "t #tea " + chat.as(b, "bob") + "x\n");
  CHECK(chat.heard(a) == "#tea " + chat.as(b, "bob") + "x\n");
}

TEST_CASE("rooms: a topic is shown to who asks, and can be cleared", "[rooms]") {
  simulation chat(with_tokens());
  const auto a = named(chat, "ann");
  const auto b = program(chat, "bob");
  chat.line(a, "/join tea");
  chat.forget();
  CHECK(answer(chat, a, "/topic tea") == "#tea has no topic\n");
  CHECK(answer(chat, a, "/topic lobby") == "#lobby has no topic\n");
  chat.line(a, "/topic tea green - or black");
  CHECK(answer(chat, a, "/topic #Tea") == "#tea: green - or black\n");
  // Anybody can see it, as in /rooms; only members set it.
  chat.line(b, "/tag t /topic tea");
  CHECK(chat.events(b) ==
        std::vector<object>{
            {{"type", "topic"}, {"time", chat.time()}, {"tag", "t"}, {"room", "tea"}, {"topic", "green - or black"}}});
  chat.line(b, "/topic tea -");
  CHECK(chat.events(b).at(0)["code"] == "not-in-room");
  chat.line(b, "/topic none");
  CHECK(chat.events(b).at(0)["code"] == "no-such-room");
  chat.line(b, "/join tea");
  chat.forget();
  CHECK(answer(chat, a, "/topic tea -") == "#tea " + chat.as(a, "ann") + "has cleared the topic\n");
  const auto cleared = chat.events(b);
  REQUIRE(cleared.size() == 1);
  CHECK(cleared[0]["topic"] == "");
  CHECK(cleared[0]["name"] == "ann");
  CHECK(answer(chat, a, "/topic tea") == "#tea has no topic\n");
  CHECK(answer(chat, a, "/topic tea -- two") == "#tea " + chat.as(a, "ann") + "the topic is now -- two\n");
  CHECK(answer(chat, a, "/topic lobby all") == "#lobby " + chat.as(a, "ann") + "the topic is now all\n");
  CHECK(answer(chat, a, "/topic lobby -") == "#lobby " + chat.as(a, "ann") + "has cleared the topic\n");
}
