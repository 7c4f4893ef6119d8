// What is kept of what is said.

#include <string>

#include "tests/support/catch.hpp"
#include "tests/unit/chat/cast.hpp"

using namespace confab;
using namespace confab::test;
using namespace std::chrono_literals;

TEST_CASE("history: each message is kept with all that is needed, and before it is told", "[history]") {
  simulation chat(with_history());
  const auto a = named(chat, "ann");
  const auto b = named(chat, "bob");
  chat.line(b, "/join Tea");

  auto lobby = wanted(chat, a, "hello  there");
  REQUIRE(lobby.writes.size() == 1);
  CHECK(lobby.queries.empty());
  store::message due;
  due.id = 1;
  due.time = std::chrono::floor<std::chrono::milliseconds>(chat.now().wall);
  due.room = "lobby";
  due.from = "ann";
  due.addr = chat.addr(a);
  due.from_key = "r7.1";
  due.text = "hello  there";
  CHECK(kept(lobby) == due);

  auto room = wanted(chat, b, "green");
  due.id = 2;
  due.room = store::room_ref("tea", 1);
  due.from = "bob";
  due.addr = chat.addr(b);
  due.from_key = "r7.2";
  due.text = "green";
  REQUIRE(room.writes.size() == 1);
  CHECK(kept(room) == due);

  auto whisper = wanted(chat, b, "to ANN psst");
  due.id = 3;
  due.room = "";
  due.to = "ann";
  due.to_key = "r7.1";
  due.text = "psst";
  REQUIRE(whisper.writes.size() == 1);
  CHECK(kept(whisper) == due);
}

TEST_CASE("history: nothing else is kept", "[history]") {
  simulation chat(with_history());
  const auto a = named(chat, "ann");
  for (const char* const line : {"", "who", "rename amy", "to nobody x", "/join tea", "/topic tea x", "/away x",
                                 "/back", "/count", "/ping", "/nope", "/leave", "/json on", "/recall 7", "/rooms"}) {
    INFO(line);
    CHECK(wanted(chat, a, line).empty());
  }
}

TEST_CASE("history: who said it is known by the session, not by the name", "[history]") {
  simulation chat(with_history());
  const auto a = named(chat, "ann");
  auto first = wanted(chat, a, "x");
  chat.line(a, "rename amy");
  auto second = wanted(chat, a, "y");
  CHECK(kept(first).from_key == kept(second).from_key);
  chat.stop(a, leave_reason::eof);
  const auto b = chat.come_in_place_of(a, "127.0.0.1:1");
  chat.line(b, "rename amy");
  auto other = wanted(chat, b, "z");
  CHECK(kept(other).from == "amy");
  CHECK(kept(other).addr == kept(second).addr);
  CHECK(kept(other).from_key != kept(second).from_key);
}

TEST_CASE("history: without one nothing is kept, and asking says so", "[history]") {
  auto options = with_history();
  options.history = false;
  simulation chat(options);
  const auto a = named(chat, "ann");
  CHECK(wanted(chat, a, "hello").empty());
  chat.heard(a);
  CHECK(wanted(chat, a, "/tag 1 /history").empty());
  CHECK(wanted(chat, a, "/search hello").empty());
  CHECK(chat.heard(a) == "1 This server keeps no history\nThis server keeps no history\n");
  CHECK_FALSE(chat.at(a).held);
  chat.line(a, "/json on");
  chat.forget();
  chat.line(a, "/history");
  CHECK(chat.events(a).at(0)["code"] == "no-history");
}

TEST_CASE("history: all are told when keeping fails, and when it works again", "[history]") {
  auto options = with_history();
  options.lang = GENERATE(language::en, language::zh);
  const bool zh = options.lang == language::zh;
  const std::string fails =
      zh ? "聊天记录暂时无法保存，聊天照常进行\n" : "Messages are not kept at the moment; the chat goes on\n";
  const std::string works = zh ? "聊天记录已恢复保存\n" : "Messages are kept again\n";
  simulation chat(options);
  const auto keeps = [&](bool now) { chat.turn([&] { chat.hub().keeping(now); }); };
  const auto a = named(chat, "ann");
  const auto b = named(chat, "bob");
  chat.line(b, "/json on");
  chat.second();
  chat.forget();
  keeps(false);
  CHECK(chat.heard(a) == fails);
  auto events = chat.events(b);
  REQUIRE(events.size() == 1);
  CHECK(events[0]["type"] == "notice");
  CHECK(events[0]["keeping"] == false);
  chat.line(a, "still here");
  CHECK(chat.events(b).at(0)["text"] == "still here");
  chat.heard(a);
  // A disk that takes some and refuses some is told of once.
  for (int i = 0; i < 5; ++i) {
    keeps(true);
    chat.seconds(4);
    keeps(false);
    chat.second();
  }
  CHECK(chat.heard(a).empty());
  keeps(true);
  chat.seconds(4);
  CHECK(chat.heard(a).empty());
  chat.second();
  CHECK(chat.heard(a) == works);
  CHECK(chat.events(b).at(0)["keeping"] == true);
  chat.seconds(30);
  CHECK(chat.heard(a).empty());
  keeps(false);
  CHECK(chat.heard(a) == fails);
}

TEST_CASE("history: who comes while nothing is kept is told so", "[history]") {
  auto options = with_tokens();
  options.history = true;
  simulation chat(options);
  const auto b = program(chat, "bob");
  chat.stop(b, leave_reason::error);
  chat.turn([&] { chat.hub().keeping(false); });
  const auto a = chat.come();
  CHECK(chat.heard(a).ends_with("Messages are not kept at the moment; the chat goes on\n"));
  const auto again = chat.come_saying("/resume token1 0");
  CHECK(chat.events(again).back()["text"] == "Messages are not kept at the moment; the chat goes on");
}
