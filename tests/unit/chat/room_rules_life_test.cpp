// Rooms: their names, how many there may be, and how long they last.

#include <string>

#include "tests/support/catch.hpp"
#include "tests/support/text.hpp"
#include "tests/unit/chat/cast.hpp"

using namespace confab;
using namespace confab::test;

TEST_CASE("rooms: one spelling for all", "[rooms]") {
  simulation chat;
  const auto a = named(chat, "ann");
  chat.line(a, "/join Straße");
  chat.forget();
  for (const char* const spelling : {"straße", "#STRASSE", "ＳＴＲＡＳＳＥ", "#strasse"}) {
    INFO(spelling);
    CHECK(answer(chat, a, "/room " + std::string(spelling)) == "Your text goes to #strasse\n");
  }
  CHECK(answer(chat, a, "/rooms") == "#lobby (1)\n#strasse (1)\n");
  CHECK(answer(chat, a, "/room LOBBY") == "Your text goes to the lobby\n");
}

TEST_CASE("rooms: their names follow the rules for names", "[rooms]") {
  simulation chat;
  const auto a = named(chat, "ann");
  const std::string before = answer(chat, a, "/rooms");
  const auto refused = [&](const std::string& name, const std::string& why) {
    INFO(name);
    CHECK(answer(chat, a, "/join " + name) == why + "\n");
    CHECK(answer(chat, a, "/rooms") == before);
  };
  refused("#", "That name would be empty: choose another");
  refused("a b", "A name can only have letters, digits and _ - . : choose another");
  refused("##tea", "A name can only have letters, digits and _ - . : choose another");
  refused("a/b", "A name can only have letters, digits and _ - . : choose another");
  refused("-tea", "A name cannot start with - or . or an accent: choose another");
  refused("127.0.0.1", "A name cannot look like an address: choose another");
  refused("admin", "That name is reserved: choose another");
  refused("who", "That name is reserved: choose another");
  refused(repeat("茶", 33), "That name is too long: at most 32 characters");
  for (const std::size_t length : {std::size_t{1}, std::size_t{31}, std::size_t{32}}) {
    CHECK(answer(chat, a, "/join " + repeat("茶", length)).find("Your text goes to #" + repeat("茶", length)) !=
          std::string::npos);
  }
  CHECK(answer(chat, a, "/join") == "Something is missing. Usage: /join ROOM\n");
}

TEST_CASE("rooms: a room and a user may have the same name", "[rooms]") {
  simulation chat;
  const auto a = named(chat, "tea");
  CHECK(answer(chat, a, "/join tea").find("Your text goes to #tea") != std::string::npos);
  const auto b = chat.come();
  chat.forget();
  chat.line(b, "to tea hi");
  CHECK(chat.heard(a) == chat.addr(b) + " whispers to you: hi\n");
}

TEST_CASE("rooms: up to --max-rooms can be made, not one more", "[rooms]") {
  auto options = simulation::quiet();
  options.max_rooms = GENERATE(std::size_t{0}, std::size_t{1}, std::size_t{3});
  simulation chat(options);
  const auto a = named(chat, "ann");
  const auto b = named(chat, "bob");
  for (std::size_t i = 1; i <= options.max_rooms; ++i) {
    CHECK(answer(chat, a, "/join room" + std::to_string(i)).find("has joined") != std::string::npos);
    chat.line(b, "/join room" + std::to_string(i));
  }
  CHECK(answer(chat, a, "/join onemore") == "There are too many rooms already: join one of /rooms\n");
  if (options.max_rooms == 0) return;
  // Those that are there can be joined all the same, and one that goes makes room.
  const auto c = named(chat, "cat");
  CHECK(answer(chat, c, "/join room1").find("has joined") != std::string::npos);
  CHECK(answer(chat, c, "/join onemore") == "There are too many rooms already: join one of /rooms\n");
  for (const auto each : {a, b, c}) chat.line(each, "/leave room1");
  CHECK(answer(chat, b, "/join onemore").find("has joined") != std::string::npos);
}

TEST_CASE("rooms: a user may be in so many, not one more", "[rooms]") {
  CHECK(chat::hub_options().max_joined == 32);
  simulation chat;
  const auto a = named(chat, "ann");
  const auto b = named(chat, "bob");
  for (int i = 1; i <= 32; ++i) {
    INFO(i);
    CHECK(answer(chat, a, "/join r" + std::to_string(i)).find("has joined") != std::string::npos);
  }
  CHECK(answer(chat, a, "/join r33") == "You are in too many rooms already: /leave one first\n");
  CHECK(answer(chat, a, "/join r7") == "Your text goes to #r7\n");
  CHECK(answer(chat, b, "/join r33").find("has joined") != std::string::npos);
  CHECK(answer(chat, a, "/join r33") == "You are in too many rooms already: /leave one first\n");
  chat.line(a, "/leave r1");
  CHECK(answer(chat, a, "/join r33").find("has joined") != std::string::npos);
  CHECK(answer(chat, a, "/join r1") == "You are in too many rooms already: /leave one first\n");
}

TEST_CASE("rooms: one that nobody is in and that has nothing kept is gone", "[rooms]") {
  simulation chat;
  const auto a = named(chat, "ann");
  const auto b = named(chat, "bob");
  chat.line(a, "/join tea");
  chat.line(a, "/topic tea green");
  chat.line(b, "/join tea");
  CHECK(answer(chat, a, "/rooms") == "#lobby (2)\n#tea (2): green\n");
  chat.line(a, "/leave");
  CHECK(answer(chat, a, "/rooms") == "#lobby (2)\n#tea (1): green\n");
  SECTION("left by the last") {
    chat.line(b, "/leave");
  }
  SECTION("the last has gone offline") {
    chat.stop(b, leave_reason::eof);
  }
  SECTION("the last has quit") {
    chat.line(b, "/quit");
  }
  CHECK(answer(chat, a, "/rooms").find("#tea") == std::string::npos);
  // Made anew it knows nothing of the former one.
  CHECK(answer(chat, a, "/join tea") == "#tea " + chat.as(a, "ann") + "has joined\nYour text goes to #tea\n");
}

TEST_CASE("rooms: one that the history has something of stays", "[rooms]") {
  auto options = simulation::quiet();
  options.history = true;
  simulation chat(options);
  const auto a = named(chat, "ann");
  chat.line(a, "/join tea");
  chat.line(a, "/join nap");
  chat.line(a, "/room tea");
  chat.line(a, "kept");
  chat.line(a, "/leave tea");
  chat.line(a, "/leave nap");
  CHECK(answer(chat, a, "/rooms") == "#lobby (1)\n#tea (0)\n");
  chat.turn([&] { chat.hub().kept_rooms({"lobby", store::room_ref("nap", 1), store::room_ref("tea", 1)}); });
  CHECK(answer(chat, a, "/rooms") == "#lobby (1)\n#tea (0)\n");
  SECTION("unless it is of another of that name") {
    chat.turn([&] { chat.hub().kept_rooms({"lobby", "tea"}); });
    CHECK(answer(chat, a, "/rooms") == "#lobby (1)\n");
  }
  SECTION("until all of it is too old") {
    chat.turn([&] { chat.hub().kept_rooms({"lobby"}); });
    CHECK(answer(chat, a, "/rooms") == "#lobby (1)\n");
  }
  SECTION("and while somebody is in it even then") {
    chat.line(a, "/join tea");
    chat.turn([&] { chat.hub().kept_rooms({}); });
    CHECK(answer(chat, a, "/rooms") == "#lobby (1)\n#tea (1)\n");
    chat.line(a, "/leave tea");
    CHECK(answer(chat, a, "/rooms") == "#lobby (1)\n");
  }
}

TEST_CASE("rooms: a new room has no member of the one whose place it took", "[rooms]") {
  simulation chat(simulation::quiet(), 2);
  const auto a = named(chat, "ann");
  const auto b = named(chat, "bob");
  chat.line(a, "/join tea");
  chat.turn([&] {
    chat.line(a, "/leave tea");
    chat.line(b, "/join nap");
  });
  chat.forget();
  chat.line(b, "secret");
  CHECK(chat.heard(a).empty());
  CHECK(chat.heard(b) == "#nap " + chat.as(b, "bob") + "secret\n");
}

TEST_CASE("rooms: a list of what the history has may be older than what was said", "[rooms]") {
  auto options = simulation::quiet();
  options.history = true;
  simulation chat(options);
  const auto a = named(chat, "ann");
  chat.line(a, "/join tea");
  chat.line(a, "kept");
  chat.line(a, "/leave tea");
  chat.turn([&] { chat.hub().kept_rooms({}); });
  CHECK(answer(chat, a, "/rooms") == "#lobby (1)\n#tea (0)\n");
  chat.turn([&] { chat.hub().kept_rooms({}); });
  CHECK(answer(chat, a, "/rooms") == "#lobby (1)\n");
}

TEST_CASE("rooms: one that is only remembered makes room for a new one", "[rooms]") {
  auto options = simulation::quiet();
  options.history = true;
  options.max_rooms = 2;
  simulation chat(options);
  const auto a = named(chat, "ann");
  for (const std::string room : {"one", "two", "three"}) {
    CHECK(answer(chat, a, "/join " + room).find("has joined") != std::string::npos);
    chat.line(a, "kept");
    chat.line(a, "/leave " + room);
  }
  chat.line(a, "/join three");
  chat.line(a, "/join four");
  CHECK(answer(chat, a, "/join five") == "There are too many rooms already: join one of /rooms\n");
}

TEST_CASE("rooms: one that made way is another when it is made anew, and the history hears of its end", "[rooms]") {
  auto options = with_history();
  options.max_rooms = 1;
  simulation chat(options);
  const auto a = named(chat, "ann");
  chat.line(a, "in the lobby");
  // In the same turn, with nothing said between them, it has ended without anything to show.
  auto requests = wanted(chat, a, "/join tea");
  CHECK(requests.writes.empty());
  requests = wanted(chat, a, "first");
  const store::room_ref first = kept(requests).room;
  CHECK(first == store::room_ref("tea", 2));
  chat.line(a, "/leave tea");
  SECTION("not while it is remembered") {
    chat.line(a, "/join tea");
    requests = wanted(chat, a, "again");
    REQUIRE(requests.writes.size() == 1);
    CHECK(kept(requests).room == first);
    return;
  }
  requests = wanted(chat, a, "/join nap");
  REQUIRE(requests.writes.size() == 1);
  CHECK(std::get<store::room_end>(requests.writes[0]).room == first);
  // Nothing was said in this one, so the history knows nothing of it.
  chat.line(a, "/leave nap");
  requests = wanted(chat, a, "/join tea");
  CHECK(requests.writes.empty());
  requests = wanted(chat, a, "second");
  CHECK(kept(requests).room == store::room_ref("tea", 3));
  const auto& page = std::get<store::page_request>(wanted(chat, a, "/history").queries.at(0).wanted);
  CHECK(page.room == store::room_ref("tea", 3));
}

TEST_CASE("rooms: what the history finds of one that has been made anew meanwhile is not shown", "[rooms]") {
  simulation chat(with_history());
  const auto a = named(chat, "ann");
  chat.line(a, "/join tea");
  const auto asked = wanted(chat, a, "/history").queries.at(0);
  store::page found;
  found.messages = {past_message(1, "tea", "of the one before"), past_message(2, "lobby", "of the lobby")};
  found.messages.push_back(past_message(3, "tea", "of this one"));
  found.messages.back().room.generation = 1;
  chat.turn([&] { chat.hub().answer(asked, found); });
  const std::string shown = chat.heard(a);
  CHECK(shown.find("of the one before") == std::string::npos);
  CHECK(shown.find("of the lobby") != std::string::npos);
  CHECK(shown.find("of this one") != std::string::npos);
}

TEST_CASE("rooms: topics and what /away says have at most 200 bytes", "[rooms][away]") {
  simulation chat;
  const auto a = named(chat, "ann");
  const std::string command = GENERATE("/topic lobby ", "/away ");
  CHECK(answer(chat, a, command + std::string(199, 'x')).find("shorter") == std::string::npos);
  CHECK(answer(chat, a, command + std::string(200, 'x')).find("shorter") == std::string::npos);
  CHECK(answer(chat, a, command + std::string(201, 'x')) == "That is over 200 bytes: say it shorter\n");
}

TEST_CASE("rooms: back in the lobby one is told its topic", "[rooms]") {
  simulation chat;
  const auto a = named(chat, "ann");
  chat.line(a, "/topic lobby Welcome");
  chat.line(a, "/join tea");
  CHECK(answer(chat, a, "/leave").ends_with("Your text goes to the lobby, topic: Welcome\n"));
}

TEST_CASE("rooms: when there is no space, the one that is empty for longest makes way", "[rooms]") {
  auto options = simulation::quiet();
  options.history = true;
  options.max_rooms = 4;
  simulation chat(options);
  const auto a = named(chat, "ann");
  for (const char* const name : {"one", "two", "three", "four"}) {
    chat.line(a, "/join " + std::string(name));
    chat.line(a, "kept");
  }
  for (const char* const name : {"three", "one", "four"}) chat.line(a, "/leave " + std::string(name));
  // It was entered again: now the others have been empty for longer.
  chat.line(a, "/join three");
  chat.line(a, "/leave three");
  const auto names = [&] { return answer(chat, a, "/rooms"); };
  const auto has = [&](const std::string& name) { return names().find("#" + name + " (") != std::string::npos; };
  chat.line(a, "/join new1");
  CHECK_FALSE(has("one"));
  chat.line(a, "/join new2");
  CHECK_FALSE(has("four"));
  CHECK(has("three"));
  chat.line(a, "/join new3");
  CHECK_FALSE(has("three"));
  CHECK(has("two"));
  CHECK(answer(chat, a, "/join new4") == "There are too many rooms already: join one of /rooms\n");
}
