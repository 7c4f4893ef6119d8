// Whispers to somebody whose connection is broken: the sender is told that they wait, and what became of them.

#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/unit/chat/cast.hpp"

using namespace confab;
using namespace confab::test;
using namespace std::chrono_literals;

TEST_CASE("delivery: whoever whispers to a broken connection is told, and again when it is back", "[delivery]") {
  auto options = with_tokens();
  options.lang = GENERATE(language::en, language::zh);
  const bool zh = options.lang == language::zh;
  simulation chat(options);
  const auto a = named(chat, "ann");
  const auto b = program(chat, "bob");
  const auto c = named(chat, "cat");
  chat.line(b, "/away lunch");
  chat.stop(b, leave_reason::error);
  const std::string away = zh ? "bob暂时离开：lunch\n" : "bob is away: lunch\n";
  CHECK(answer(chat, a, "to bob one") == away + (zh ? "bob 的连接已断开：私聊将保留 120 秒\n"
                                                    : "bob's connection is broken: your whisper waits for 120 s\n"));
  chat.wait(1500ms);
  CHECK(answer(chat, a, "/tag t to bob two") ==
        (zh ? "t ok\nt bob 的连接已断开：私聊将保留 119 秒\n"
            : "t ok\nt bob's connection is broken: your whisper waits for 119 s\n"));
  CHECK(answer(chat, c, "to bob three") == away + (zh ? "bob 的连接已断开：私聊将保留 119 秒\n"
                                                      : "bob's connection is broken: your whisper waits for 119 s\n"));
  CHECK(answer(chat, a, "said to all") == chat.as(a, "ann") + "said to all\n");
  chat.forget();
  const bool returns = GENERATE(true, false);
  if (returns) {
    const auto again = chat.come_saying("/resume token1 0");
    CHECK(past(chat.events(again)) == texts{"1 one", "2 two", "3 three", "4 said to all"});
    CHECK(chat.heard(a).empty());  // only when it has been written
    chat.drained(again);
    CHECK(chat.heard(a) == (zh ? "bob 回来了，已收到您的 2 条私聊\n" : "bob is back and has your 2 whispers\n"));
    CHECK(chat.heard(c) == (zh ? "bob 回来了，已收到您的 1 条私聊\n" : "bob is back and has your whisper\n"));
    CHECK(chat.heard(again).empty());
    CHECK(answer(chat, a, "to bob four").empty());
    chat.stop(again, leave_reason::error);
    chat.seconds(121);
    CHECK(chat.heard(a).find("whisper") == std::string::npos);
  } else {
    chat.seconds(119);
    CHECK(chat.heard(a) ==
          (zh ? "bob 没有回来：您的 2 条私聊未被阅读\n" : "bob did not come back: 2 of your whispers were not read\n") +
              chat.as(b, "bob") + (zh ? "下线\n" : "is offline\n"));
    CHECK(chat.heard(c) ==
          (zh ? "bob 没有回来：您的 1 条私聊未被阅读\n" : "bob did not come back: your whisper was not read\n") +
              chat.as(b, "bob") + (zh ? "下线\n" : "is offline\n"));
  }
}

TEST_CASE("delivery: in JSON", "[delivery]") {
  simulation chat(with_tokens(10s));
  const auto a = program(chat, "ann");
  const auto b = program(chat, "bob");
  chat.stop(b, leave_reason::eof);
  chat.line(a, "/tag m1 to bob one");
  chat.line(a, "to bob two");
  const auto told = chat.events(a);
  REQUIRE(told.size() == 4);
  CHECK(told[0]["type"] == "private");
  CHECK(told[0]["tag"] == "m1");
  object waiting{{"type", "delivery"},   {"time", chat.time()},    {"id", 1},
                 {"tag", "m1"},          {"state", "waiting"},     {"name", "bob"},
                 {"addr", chat.addr(b)}, {"user", chat.number(b)}, {"messages", 1},
                 {"seconds", 10}};
  CHECK(told[1] == waiting);
  CHECK(told[3]["messages"] == 2);
  CHECK_FALSE(told[3].contains("tag"));
  chat.line(a, "/who");
  const auto listed = chat.events(a).at(0)["users"];
  CHECK_FALSE(listed[0].contains("lost"));
  CHECK(listed[1]["lost"] == true);
  const bool returns = GENERATE(true, false);
  if (returns) {
    chat.drained(chat.come_saying("/resume token2 0"));
  } else {
    chat.seconds(9);
    chat.forget();
    chat.second();
  }
  CHECK(chat.events(a).at(0) == object{{"type", "delivery"},
                                       {"time", chat.time()},
                                       {"id", 2},
                                       {"state", returns ? "delivered" : "lost"},
                                       {"name", "bob"},
                                       {"addr", chat.addr(b)},
                                       {"user", chat.number(b)},
                                       {"messages", 2}});
  chat.line(a, "/who");
  if (returns) CHECK_FALSE(chat.events(a).back()["users"][1].contains("lost"));
}

TEST_CASE("delivery: a connection that breaks again before all is written keeps them waiting", "[delivery]") {
  simulation chat(with_tokens());
  const auto a = named(chat, "ann");
  const auto b = program(chat, "bob");
  chat.stop(b, leave_reason::error);
  chat.line(a, "to bob one");
  chat.forget();
  const auto second = chat.come_saying("/resume token1 0");
  chat.stop(second, leave_reason::error);
  CHECK(chat.heard(a).empty());
  CHECK(answer(chat, a, "to bob two") == "bob's connection is broken: your whisper waits for 120 s\n");
  const auto third = chat.come_saying("/resume token1 0");
  CHECK(past(chat.events(third)) == texts{"1 one", "2 two"});
  chat.drained(third);
  CHECK(chat.heard(a) == "bob is back and has your 2 whispers\n");
}

TEST_CASE("delivery: what the memory did not hold is told to be lost", "[delivery]") {
  auto options = with_tokens();
  options.recent_bytes = 4000;
  simulation chat(options);
  const auto a = named(chat, "ann");
  const auto b = program(chat, "bob");
  chat.stop(b, leave_reason::error);
  chat.line(a, "to bob one");
  for (int i = 0; i < 4; ++i) chat.line(a, std::string(1000, 'x'));
  chat.line(a, "to bob two");
  chat.forget();
  const auto again = chat.come_saying("/resume token1 0");
  CHECK(chat.events(again).at(0)["complete"] == false);
  CHECK(chat.heard(a) == "bob did not come back: your whisper was not read\n");
  chat.drained(again);
  CHECK(chat.heard(a) == "bob is back and has your whisper\n");
}

TEST_CASE("delivery: a whisper that was taken back is not told of", "[delivery][recall]") {
  simulation chat(with_tokens());
  const auto a = named(chat, "ann");
  const auto b = program(chat, "bob");
  chat.stop(b, leave_reason::error);
  chat.line(a, "to bob one");
  chat.line(a, "to bob two");
  chat.line(a, "/recall 1");
  chat.forget();
  const auto again = chat.come_saying("/resume token1 0");
  chat.drained(again);
  CHECK(chat.heard(a) == "bob is back and has your whisper\n");
}

TEST_CASE("delivery: whose own connection is broken meanwhile is told when it is back", "[delivery]") {
  simulation chat(with_tokens(100s));
  const auto a = program(chat, "ann");
  const auto b = program(chat, "bob");
  chat.stop(b, leave_reason::error);
  chat.line(a, "to bob one");
  chat.wait(50s);
  chat.stop(a, leave_reason::error);
  const bool returns = GENERATE(true, false);
  if (returns) {
    chat.drained(chat.come_saying("/resume token2 0"));
  } else {
    chat.seconds(51);
  }
  const auto again = chat.come_saying("/resume token1 0");
  const auto events = chat.events(again);
  REQUIRE(events.size() == 3);
  CHECK(events[0]["resumed"] == true);
  CHECK(events[1]["text"] == "one");
  CHECK(events[2]["type"] == "delivery");
  CHECK(events[2]["state"] == (returns ? "delivered" : "lost"));
  CHECK(events[2]["name"] == "bob");
  CHECK(events[2]["user"] == chat.number(b));
  // Once.
  chat.stop(again, leave_reason::error);
  const auto third = chat.come_saying("/resume token1 99");
  CHECK(chat.events(third).size() == 1);
}

TEST_CASE("delivery: a sender who has left is not told, nor one who has its name", "[delivery]") {
  simulation chat(with_tokens());
  const auto a = named(chat, "ann");
  const auto b = program(chat, "bob");
  chat.stop(b, leave_reason::error);
  chat.line(a, "to bob one");
  chat.line(a, "/quit");
  const auto other = named(chat, "ann");
  chat.drained(chat.come_saying("/resume token1 0"));
  CHECK(chat.heard(other).empty());
}

TEST_CASE("delivery: who whispers to a connection that hangs is not told, it is taken over with all", "[delivery]") {
  simulation chat(with_tokens());
  const auto a = named(chat, "ann");
  const auto b = program(chat, "bob");
  CHECK(answer(chat, a, "to bob one").empty());
  const auto again = chat.come_saying("/resume token1 0");
  CHECK(past(chat.events(again)) == texts{"1 one"});
  CHECK_FALSE(chat.at(again).held);
  CHECK(chat.heard(a).empty());
  CHECK(chat.at(b).closed);
}

TEST_CASE("delivery: what one says while it is being handed over waits, and is done", "[delivery]") {
  simulation chat(with_tokens());
  const auto a = named(chat, "ann");
  const auto b = program(chat, "bob");
  chat.stop(b, leave_reason::error);
  chat.line(a, "to bob one");
  chat.forget();
  const auto again = chat.come_saying("/resume token1 0");
  chat.line(again, "thanks");
  chat.line(a, "live");
  CHECK(chat.heard(a) == chat.as(a, "ann") + "live\n");
  CHECK(chat.events(again).back()["text"] == "live");
  chat.drained(again);
  CHECK(chat.heard(a) == "bob is back and has your whisper\n" + chat.as(b, "bob") + "thanks\n");
  chat.stop(again, leave_reason::error);
  chat.seconds(120);
}
