// Nothing lost on a reconnect: what those who come back are shown.

#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/unit/chat/cast.hpp"

using namespace confab;
using namespace confab::test;
using namespace std::chrono_literals;

TEST_CASE("resume: what was missed is shown in order, once, each only what concerns it", "[resume]") {
  simulation chat(with_tokens(), 2);
  const auto a = named(chat, "ann");
  const auto b = program(chat, "bob");
  const auto c = named(chat, "cat");
  chat.line(a, "/join tea");
  chat.line(b, "/join tea");
  chat.line(c, "/join nap");
  chat.line(a, "seen");
  chat.stop(b, leave_reason::error);
  chat.line(a, "2 tea");
  chat.line(c, "3 nap");
  chat.line(c, "to bob 4 whisper");
  chat.line(c, "to ann 5 other whisper");
  chat.line(c, "/room lobby");
  chat.line(c, "6 lobby");
  chat.line(a, "7 recalled");
  chat.line(a, "/recall 7");
  chat.line(a, "8 tea");
  const std::string then = chat.time();
  chat.wait(5s);
  chat.forget();
  const auto again = chat.come_saying("/resume token1 1");
  const auto events = chat.events(again);
  CHECK(past(events) == texts{"2 2 tea", "4 4 whisper", "6 6 lobby", "8 8 tea"});
  REQUIRE(events.size() == 5);
  CHECK(events[1] == object{{"type", "message"},
                            {"time", then},
                            {"id", 2},
                            {"room", "tea"},
                            {"from", "ann"},
                            {"addr", chat.addr(a)},
                            {"user", chat.number(a)},
                            {"text", "2 tea"},
                            {"past", true}});
  CHECK(events[2] == object{{"type", "private"},
                            {"time", then},
                            {"id", 4},
                            {"from", "cat"},
                            {"addr", chat.addr(c)},
                            {"user", chat.number(c)},
                            {"to", "bob"},
                            {"to_user", chat.number(b)},
                            {"text", "4 whisper"},
                            {"past", true}});
  chat.line(a, "9 tea");
  CHECK(chat.events(again).at(0)["id"] == 9);
  // With the last id seen, whatever it is.
  chat.stop(again, leave_reason::error);
  const auto third = chat.come_saying("/resume token1 8");
  CHECK(past(chat.events(third)) == texts{"9 9 tea"});
  chat.stop(third, leave_reason::error);
  const auto fourth = chat.come_saying("/resume token1 9");
  CHECK(past(chat.events(fourth)).empty());
}

TEST_CASE("resume: what was said before one came, or joined, was not missed", "[resume]") {
  simulation chat(with_tokens());
  const auto a = named(chat, "ann");
  chat.line(a, "1 before bob");
  chat.line(a, "/join tea");
  chat.line(a, "2 tea before bob");
  const auto b = program(chat, "bob");
  chat.line(a, "3 tea before bob");
  chat.line(b, "/join tea");
  chat.line(a, "4 tea with bob");
  chat.stop(b, leave_reason::error);
  chat.line(a, "5 tea without bob");
  const auto again = chat.come_saying("/resume token1 0");
  CHECK(past(chat.events(again)) == texts{"4 4 tea with bob", "5 5 tea without bob"});
}

TEST_CASE("resume: in one turn with what is being said, each comes once", "[resume]") {
  simulation chat(with_tokens());
  const auto a = named(chat, "ann");
  const auto b = program(chat, "bob");
  chat.line(b, "/join tea");
  chat.line(a, "/join tea");
  chat.forget();
  simulation::ref again = 0;
  chat.turn([&] {
    chat.line(a, "1");
    chat.line(a, "/room lobby");
    chat.line(a, "2");
    chat.stop(b, leave_reason::error);
    chat.line(a, "3");
    chat.line(a, "to bob 4");
    again = chat.come_saying("/resume token1 1");
    chat.line(a, "5");
    chat.line(a, "/room tea");
    chat.line(a, "6");
  });
  std::string heard;
  for (const auto& each : chat.events(again)) {
    if (each.contains("id")) heard += each["text"].get<std::string>() + (each.contains("past") ? "p " : " ");
  }
  CHECK(heard == "2p 3p 4p 5 6 ");
}

TEST_CASE("resume: what can't be remembered is said to be missing", "[resume]") {
  auto options = with_tokens();
  options.recent_bytes = 3000;
  simulation chat(options);
  const auto a = named(chat, "ann");
  const auto b = program(chat, "bob");
  chat.stop(b, leave_reason::error);
  for (int i = 1; i <= 4; ++i) chat.line(a, std::string(1000, 'x'));
  const auto again = chat.come_saying("/resume token1 0");
  const auto events = chat.events(again);
  CHECK(events.at(0)["complete"] == false);
  REQUIRE(events.size() > 1);
  CHECK(events.back()["id"] == 4);
  chat.stop(again, leave_reason::error);
  const auto third = chat.come_saying("/resume token1 4");
  CHECK(chat.events(third).at(0)["complete"] == true);
}

TEST_CASE("resume: a recall meanwhile is told to who had seen the message", "[resume][recall]") {
  simulation chat(with_tokens());
  const auto a = named(chat, "ann");
  const auto b = program(chat, "bob");
  chat.line(a, "seen");
  chat.line(a, "to bob seen too");
  chat.line(a, "stays");
  chat.stop(b, leave_reason::error);
  chat.line(a, "/recall 1");
  chat.line(a, "/recall 2");
  const auto again = chat.come_saying("/resume token1 3");
  std::vector<int> gone;
  for (const auto& each : chat.events(again)) {
    if (each["type"] == "recalled") gone.push_back(each["id"]);
  }
  CHECK(gone == std::vector<int>{1, 2});
}

TEST_CASE("resume: while a long answer is under way, what waits behind it is not said twice", "[resume]") {
  auto options = with_tokens();
  options.history = true;
  simulation chat(options);
  const auto a = named(chat, "ann");
  const auto b = program(chat, "bob");
  chat.line(b, "/history");
  chat.line(b, "/tag t1 waiting");
  chat.stop(b, leave_reason::error);
  CHECK(chat.heard(a).empty());
  const auto again = chat.come_saying("/resume token1 0");
  chat.forget();
  chat.line(again, "/tag t1 waiting");
  CHECK(chat.heard(a) == chat.as(b, "bob") + "waiting\n");
  CHECK(chat.events(again).at(0)["tag"] == "t1");
}
