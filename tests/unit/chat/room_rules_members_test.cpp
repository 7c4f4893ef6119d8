// Rooms: who is in them, and their topics.

#include <algorithm>
#include <string>

#include "tests/support/catch.hpp"
#include "tests/unit/chat/cast.hpp"

using namespace confab;
using namespace confab::test;

TEST_CASE("rooms: who ROOM lists its members, in order of arrival", "[rooms]") {
  simulation chat;
  const auto a = named(chat, "ann");
  const auto b = named(chat, "bob");
  const auto c = named(chat, "cat");
  chat.line(c, "/join tea");
  chat.line(a, "/join tea");
  CHECK(answer(chat, a, "/who tea") == chat.as(a, "ann") + "online...\n" + chat.as(c, "cat") + "online...\n");
  // One needs not be in it to ask.
  CHECK(answer(chat, b, "/who #TEA") == chat.as(a, "ann") + "online...\n" + chat.as(c, "cat") + "online...\n");
  CHECK(answer(chat, b, "/who void") == "There is no room void: see /rooms, or make it with /join\n");
  CHECK(answer(chat, b, "/who lobby") ==
        chat.as(a, "ann") + "online...\n" + chat.as(b, "bob") + "online...\n" + chat.as(c, "cat") + "online...\n");
  chat.line(b, "/json on");
  chat.forget();
  chat.line(b, "/who tea");
  const auto events = chat.events(b);
  REQUIRE(events.size() == 1);
  CHECK(events[0]["room"] == "tea");
  CHECK(events[0]["users"].size() == 2);
  CHECK(events[0]["end"] == true);
}

TEST_CASE("rooms: a long list of members comes in pages, whatever becomes of the room", "[rooms]") {
  simulation chat;
  const auto asker = named(chat, "ann");
  const std::size_t count = GENERATE(std::size_t{255}, std::size_t{256}, std::size_t{257}, std::size_t{600});
  const auto all = chat.come_many(count);
  chat.turn([&] {
    for (const auto each : all) chat.line(each, "/join tea");
  });
  chat.line(asker, "/json on");
  chat.forget();
  chat.line(asker, "/who tea");
  const auto first = chat.events(asker);
  REQUIRE(first.size() == 1);
  CHECK(first[0]["users"].size() == std::min<std::size_t>(count, 256));
  if (count < 256) return;
  std::size_t more = 0;
  SECTION("it stays") {
    chat.drain_all();
    for (const auto& slice : chat.events(asker)) more += slice["users"].size();
    CHECK(more == count - 256);
  }
  SECTION("it disappears meanwhile") {
    chat.turn([&] {
      for (const auto each : all) chat.line(each, "/leave tea");
    });
    chat.drain_all();
    for (const auto& slice : chat.events(asker)) more += slice["users"].size();
    CHECK(more == 0);
  }
  CHECK_FALSE(chat.at(asker).held);
  chat.line(asker, "/ping");
  CHECK(chat.events(asker).back()["type"] == "pong");
}

TEST_CASE("rooms: a topic is set by members, told to them and shown to who comes", "[rooms]") {
  simulation chat;
  const auto a = named(chat, "ann");
  const auto b = named(chat, "bob");
  chat.line(a, "/join tea");
  chat.forget();
  chat.line(a, "/topic #Tea Green or black");
  CHECK(chat.heard(a) == "#tea " + chat.as(a, "ann") + "the topic is now Green or black\n");
  CHECK(chat.heard(b).empty());
  chat.line(b, "/join tea");
  CHECK(chat.heard(b) == "#tea " + chat.as(b, "bob") + "has joined\nYour text goes to #tea, topic: Green or black\n");
  CHECK(answer(chat, b, "/rooms") == "#lobby (2)\n#tea (2): Green or black\n");
  chat.forget();
  chat.line(b, "/topic lobby Welcome");
  CHECK(chat.heard(a) == "#lobby " + chat.as(b, "bob") + "the topic is now Welcome\n");
  CHECK(chat.heard(b) == "#lobby " + chat.as(b, "bob") + "the topic is now Welcome\n");
  CHECK(answer(chat, a, "/room lobby") == "Your text goes to the lobby, topic: Welcome\n");
}

TEST_CASE("rooms: who goes offline leaves its rooms, who renames stays in them", "[rooms]") {
  simulation chat(simulation::quiet(), 2);
  const auto a = named(chat, "ann");
  const auto b = named(chat, "bob");
  const auto c = named(chat, "cat");
  for (const auto who : {a, b}) chat.line(who, "/join tea");
  chat.forget();
  chat.line(a, "rename amy");
  CHECK(chat.heard(b) == chat.as(a, "ann") + "is now known as amy\n");
  chat.line(a, "me");
  CHECK(chat.heard(b) == "#tea " + chat.as(a, "amy") + "me\n");
  chat.forget();
  chat.stop(a, leave_reason::eof);
  CHECK(chat.heard(b) == "#tea " + chat.as(a, "amy") + "has left\n" + chat.as(a, "amy") + "is offline\n");
  CHECK(chat.heard(c) == chat.as(a, "amy") + "is offline\n");
  // A new connection in its place is not taken for the member that was there.
  const auto d = chat.come_in_place_of(a, "127.0.0.1:77");
  chat.forget();
  chat.line(b, "private");
  CHECK(chat.heard(d).empty());
  CHECK(chat.heard(b) == "#tea " + chat.as(b, "bob") + "private\n");
}
