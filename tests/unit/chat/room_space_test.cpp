// Nobody takes all rooms: which one makes way.

#include <algorithm>
#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/unit/chat/cast.hpp"

using namespace confab;
using namespace confab::test;

namespace {

const std::string full = "There are too many rooms already: join one of /rooms\n";

chat::hub_options with_rooms(std::size_t most) {
  auto options = with_tokens();
  options.max_rooms = most;
  return options;
}

bool has_room(simulation& chat, simulation::ref who, const std::string& name) {
  return answer(chat, who, "/rooms").find("#" + name + " (") != std::string::npos;
}

bool joins(simulation& chat, simulation::ref who, const std::string& name) {
  return answer(chat, who, "/join " + name).find("has joined\n") != std::string::npos;
}

}  // namespace

TEST_CASE("space: 32 connections with 32 rooms each do not take the rooms of all others", "[rooms]") {
  simulation chat(with_rooms(1000));
  for (int i = 0; i < 32; ++i) {
    const auto one = chat.come();
    for (int k = 0; k < 32; ++k) chat.line(one, "/join r" + std::to_string(i) + "x" + std::to_string(k));
  }
  const auto a = named(chat, "ann");
  CHECK(joins(chat, a, "tea"));
  CHECK(joins(chat, a, "nap"));
}

TEST_CASE("space: of whoever is alone in most rooms the one goes that has been silent for longest", "[rooms]") {
  simulation chat(with_rooms(5), GENERATE(std::size_t{1}, std::size_t{2}));
  const auto a = named(chat, "ann");
  const auto b = named(chat, "bob");
  const auto c = program(chat, "cat");
  for (const char* const name : {"one", "two", "three"}) chat.line(c, "/join " + std::string(name));
  chat.line(b, "/join old");
  chat.line(b, "/join both");
  chat.line(a, "/join both");
  chat.line(c, "/in one still here");
  chat.forget();
  CHECK(joins(chat, a, "new"));
  // It is told as if it had left, and where its text goes is not changed.
  auto heard = chat.events(c);
  REQUIRE(heard.size() == 1);
  CHECK(heard[0]["type"] == "left");
  CHECK(heard[0]["room"] == "two");
  CHECK(heard[0]["name"] == "cat");
  CHECK(heard[0]["members"] == 0);
  for (const char* const name : {"one", "three", "old", "both", "new"}) CHECK(has_room(chat, a, name));
  chat.forget();
  // Now cat is alone in two, ann in one, and would have as many.
  CHECK(answer(chat, a, "/join more") == full);
  const auto d = named(chat, "dan");
  chat.forget();
  CHECK(joins(chat, d, "more"));
  heard = chat.events(c);
  REQUIRE(heard.size() == 2);
  CHECK(heard[0]["type"] == "left");
  CHECK(heard[0]["room"] == "three");  // nothing was ever said there
  CHECK(heard[1]["type"] == "room");
  CHECK(heard[1]["room"] == "lobby");
  // Everybody who is alone is so in one room: those stay.
  const auto e = named(chat, "eve");
  CHECK(answer(chat, e, "/join another") == full);
}

TEST_CASE("space: whoever has most gets no more from others", "[rooms]") {
  simulation chat(with_rooms(4));
  const auto a = named(chat, "ann");
  const auto b = named(chat, "bob");
  for (const char* const name : {"one", "two"}) chat.line(a, "/join " + std::string(name));
  for (const char* const name : {"three", "four"}) chat.line(b, "/join " + std::string(name));
  CHECK(answer(chat, a, "/join five") == full);
  CHECK(answer(chat, b, "/join five") == full);
}

TEST_CASE("space: rooms in which several of one address keep each other company make way for other addresses",
          "[rooms]") {
  simulation chat(with_rooms(3));
  const auto a1 = chat.come_from("1.1.1.1:1");
  const auto a2 = chat.come_from("1.1.1.1:2");
  const auto b1 = chat.come_from("2.2.2.2:1");
  const auto b2 = chat.come_from("2.2.2.2:2");
  for (const char* const name : {"one", "two"}) {
    chat.line(a1, "/join " + std::string(name));
    chat.line(a2, "/join " + std::string(name));
  }
  chat.line(a1, "/join mixed");
  chat.line(b1, "/join mixed");
  chat.line(a1, "/in one hello");
  // The same address gets none.
  const auto a3 = chat.come_from("1.1.1.1:3");
  CHECK(answer(chat, a3, "/join new") == full);
  chat.forget();
  CHECK(joins(chat, b2, "new"));
  CHECK(chat.heard(a1).find("#two [1.1.1.1:1]1.1.1.1:1: has left\n") != std::string::npos);
  CHECK(chat.heard(a2).find("#two [1.1.1.1:2]1.1.1.1:2: has left\nYour text goes to the lobby\n") != std::string::npos);
  CHECK(has_room(chat, b1, "one"));
  CHECK(has_room(chat, b1, "mixed"));
  CHECK_FALSE(has_room(chat, b1, "two"));
  chat.line(a2, "/join one");
  chat.line(b2, "/in new hi");
  CHECK(chat.heard(b2) == "#new [2.2.2.2:2]2.2.2.2:2: hi\n");
}

TEST_CASE("space: a room of which the history has something is remembered no longer when it has made way", "[rooms]") {
  auto options = with_rooms(2);
  options.history = true;
  simulation chat(options);
  const auto a = named(chat, "ann");
  const auto b = named(chat, "bob");
  for (const char* const name : {"one", "two"}) {
    chat.line(a, "/join " + std::string(name));
    chat.line(a, "kept");
  }
  CHECK(joins(chat, b, "new"));
  CHECK_FALSE(has_room(chat, b, "one"));
  CHECK(has_room(chat, b, "two"));
}

TEST_CASE("space: somebody whose connection broke makes way like others, and does not come back into the room",
          "[rooms]") {
  simulation chat(with_rooms(2));
  const auto c = program(chat, "cat");
  chat.line(c, "/join one");
  chat.line(c, "/join two");
  chat.stop(c, leave_reason::error);
  const auto a = named(chat, "ann");
  CHECK(joins(chat, a, "new"));
  const auto again = chat.come_saying("/resume token1 0");
  CHECK(chat.events(again).at(0)["rooms"] == object::array({"two"}));
}

TEST_CASE("space: with none allowed there is none", "[rooms]") {
  simulation chat(with_rooms(0));
  const auto a = named(chat, "ann");
  CHECK(answer(chat, a, "/join one") == full);
}
