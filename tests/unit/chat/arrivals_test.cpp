// Who asks something and goes was never there; who speaks is there at once.

#include <string>
#include <utility>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/unit/chat/cast.hpp"

using namespace confab;
using namespace confab::test;
using namespace std::chrono_literals;

namespace {

std::string online(simulation& chat, simulation::ref who, const std::string& name = {}) {
  return chat.as(who, name) + "is online\n";
}

}  // namespace

TEST_CASE("arrival: who asks something and goes is told of to nobody else", "[arrival]") {
  simulation chat(with_tokens(), GENERATE(std::size_t{1}, std::size_t{2}));
  const auto a = chat.come();
  const auto p = program(chat, "prog");
  chat.second();
  chat.forget();
  const std::string asked = GENERATE("who", "/count", "/ping x", "/help", "/rooms", "/history", "/nope", "rename zoe",
                                     "/ids on", "/away", "to nobody hi", "/topic lobby", "/json on", "/tag t /json on",
                                     "/tag t who", "/resume nonsense 1", "/heartbeat 5", "/recall 7", "/leave");
  CAPTURE(asked);
  const auto b = chat.come_saying(asked);
  CHECK_FALSE(chat.heard(b).empty());  // whatever it asks, it is told of its own arrival
  chat.wait(49ms);
  chat.turn([] {});
  SECTION("it ends its stream") {
    chat.end(b);
    CHECK(chat.at(b).closed);
  }
  SECTION("its connection breaks") {
    chat.stop(b, leave_reason::error);
  }
  SECTION("it quits") {
    chat.line(b, "/quit");
    CHECK(chat.at(b).closed);
  }
  CHECK(chat.hub().online() == 2);
  chat.seconds(200);
  CHECK(chat.heard(a).empty());
  CHECK(chat.heard(p).empty());
}

TEST_CASE("arrival: 50 ms after the first line the others are told, once", "[arrival]") {
  simulation chat(with_tokens());
  const auto a = chat.come();
  chat.forget();
  const auto b = chat.come_saying("/count");
  CHECK(chat.heard(b) == online(chat, b) + "2 online\n");
  REQUIRE(chat.hub().next_arrival().has_value());
  CHECK(*chat.hub().next_arrival() - chat.now().steady == 50ms);
  chat.wait(49ms);
  chat.turn([] {});
  CHECK(chat.heard(a).empty());
  chat.wait(1ms);
  chat.turn([] {});
  CHECK(chat.heard(a) == online(chat, b));
  CHECK(chat.heard(b).empty());
  CHECK_FALSE(chat.hub().next_arrival().has_value());
  chat.wait(100ms);
  chat.turn([] {});
  CHECK(chat.heard(a).empty());
  chat.end(b);
  CHECK(chat.heard(a) == chat.as(b) + "is offline\n");
}

TEST_CASE("arrival: a line that others hear comes after it", "[arrival]") {
  simulation chat(with_tokens());
  const auto a = chat.come();
  chat.line(a, "/join tea");
  const auto b = chat.come_saying("/count");
  chat.forget();
  const std::string name = chat.as(b);
  const std::vector<std::pair<std::string, std::string>> all{
      {"hello", name + "hello\n"},
      {"/tag t hello", name + "hello\n"},
      {"/in lobby hello", name + "hello\n"},
      {"to 127.0.0.1:1 psst", chat.addr(b) + " whispers to you: psst\n"},
      {"/join tea", "#tea " + name + "has joined\n"},
      {"/topic lobby x", "#lobby " + name + "the topic is now x\n"}};
  const std::size_t which = GENERATE(range(std::size_t{0}, std::size_t{6}));
  const auto& [said, heard] = all.at(which);
  CAPTURE(said);
  chat.line(b, said);
  CHECK(chat.heard(a) == online(chat, b) + heard);
  chat.arrive();
  CHECK(chat.heard(a).empty());
  CHECK(chat.heard(b).find("is online") == std::string::npos);
  chat.stop(b, leave_reason::error);
  CHECK(chat.heard(a).find(name + "is offline\n") != std::string::npos);
}

TEST_CASE("arrival: who says nothing for 50 ms is a person, and is told of at once", "[arrival]") {
  simulation chat;
  const auto a = chat.come();
  chat.forget();
  const auto b = chat.come();
  CHECK(chat.heard(a) == online(chat, b));
  CHECK_FALSE(chat.hub().next_arrival().has_value());
}

TEST_CASE("arrival: a name that was taken before is the one that is told, and no change of it", "[arrival]") {
  simulation chat;
  const auto a = chat.come();
  chat.forget();
  const auto b = chat.come_saying("rename bob");
  CHECK(chat.heard(b) == online(chat, b) + "Your name is now: bob\n");
  chat.line(b, "rename zoe");
  // The name is taken at once.
  chat.line(a, "rename zoe");
  CHECK(chat.heard(a) == "That name is already in use\n");
  chat.arrive();
  CHECK(chat.heard(a) == online(chat, b, "zoe"));
  chat.line(b, "rename eve");
  CHECK(chat.heard(a) == chat.as(b, "zoe") + "is now known as eve\n");
}

TEST_CASE("arrival: until then it is in nobody's list and number but its own", "[arrival]") {
  simulation chat(with_tokens());
  const auto a = chat.come();
  const auto p = program(chat, "prog");
  chat.second();
  chat.forget();
  const auto b = chat.come_saying("who");
  const std::string others = chat.as(a) + "online...\n" + chat.as(p, "prog") + "online...\n";
  CHECK(chat.heard(b) == online(chat, b) + others + chat.as(b) + "online...\n");
  const auto c = chat.come_saying("/count");
  CHECK(chat.heard(c) == online(chat, c) + "3 online\n");
  CHECK(answer(chat, b, "/count") == "3 online\n");
  CHECK(answer(chat, b, "/rooms") == "#lobby (3)\n");
  CHECK(answer(chat, a, "who") == others);
  CHECK(answer(chat, a, "/count") == "2 online\n");
  CHECK(answer(chat, a, "/rooms") == "#lobby (2)\n");
  chat.turn([&] { chat.hub().tick(); });  // the number of users has not changed
  CHECK(chat.heard(p).empty());
  chat.arrive();
  CHECK(answer(chat, a, "/count") == "4 online\n");
  const auto told = chat.events(p);
  REQUIRE(told.size() == 2);
  CHECK(told[0]["online"] == 3);
  CHECK(told[1]["online"] == 4);
}

TEST_CASE("arrival: a whisper reaches it before, and tells of it first", "[arrival]") {
  simulation chat(with_tokens());
  const auto a = chat.come();
  const auto b = chat.come_saying("rename bob");
  chat.line(b, "/json on");
  chat.forget();
  chat.line(a, "to bob psst");
  CHECK(chat.heard(a) == online(chat, b, "bob"));
  CHECK(chat.events(b).at(0)["text"] == "psst");
  // It is somebody whom others know: when it breaks off, it may come back.
  chat.stop(b, leave_reason::error);
  CHECK(chat.heard(a).empty());
  CHECK(chat.hub().online() == 2);
}

TEST_CASE("arrival: a resume by somebody who was not told of is the return of another, and nothing else", "[arrival]") {
  simulation chat(with_tokens());
  const auto a = chat.come();
  const auto p = program(chat, "prog");
  chat.stop(p, leave_reason::error);
  chat.second();
  chat.forget();
  const auto b = chat.come_saying("/tag j /json on");
  chat.heard(b);
  chat.line(b, "/tag r /resume token1 0");
  CHECK(chat.at(b).closed == false);
  const auto heard = chat.events(b);
  REQUIRE_FALSE(heard.empty());
  CHECK(heard.back()["resumed"] == true);
  chat.arrive();
  chat.seconds(2);
  CHECK(chat.heard(a).empty());
  CHECK(chat.hub().online() == 2);
  CHECK(answer(chat, a, "/count") == "2 online\n");
}

TEST_CASE("arrival: it counts for the most users, and for the crowd when it is told", "[arrival][crowd]") {
  auto options = with_tokens();
  options.max_users = 3;
  options.announce_limit = 1;
  simulation chat(options);
  const auto a = chat.come();
  chat.second();
  chat.forget();
  const auto b = chat.come_saying("/count");
  const auto c = chat.come_saying("/count");
  const auto d = chat.come_saying("/count");
  CHECK(chat.at(d).closed);
  CHECK(chat.heard(d) == "The server is full (3 users): try again later\n");
  CHECK(chat.heard(a).empty());
  SECTION("both stay") {
    chat.arrive();
    CHECK(chat.heard(a) == online(chat, b));
    CHECK(chat.heard(c) == online(chat, c) + "2 online\n" + online(chat, b));
    chat.second();
    CHECK(chat.heard(a) == "1 came online, 0 went offline (3 online)\n");
  }
  SECTION("both go: there was no crowd, and nobody used up the limit") {
    chat.end(b);
    chat.end(c);
    const auto e = chat.come();
    CHECK(chat.heard(a) == online(chat, e));
    chat.second();
    CHECK(chat.heard(a).empty());
  }
}

TEST_CASE("arrival: an unfinished line of a program is not said, whether it was told of or not", "[arrival]") {
  simulation chat(with_tokens());
  const auto a = chat.come();
  const auto b = chat.come_saying("/json on");
  chat.forget();
  chat.turn([&] {
    command said;
    said.is = command::kind::wanted;
    said.text = "hel";
    chat.hub().apply(chat.at(b).session, said, true);
  });
  chat.end(b);
  CHECK(chat.heard(a).empty());
  CHECK(chat.hub().online() == 1);
}

TEST_CASE("arrival: the end of the server comes in between", "[arrival]") {
  simulation chat;
  const auto b = chat.come_saying("/count");
  chat.shutdown();
  CHECK(chat.at(b).closed);
  CHECK_FALSE(chat.hub().next_arrival().has_value());
  chat.arrive();
}
