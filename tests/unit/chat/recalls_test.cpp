// Taking back what one has said.

#include <string>
#include <utility>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/unit/chat/cast.hpp"

using namespace confab;
using namespace std::chrono_literals;
using namespace confab::test;

namespace {

chat::hub_options recalling() {
  auto options = with_tokens();
  options.replay = 5;
  options.history = true;
  return options;
}

}  // namespace

TEST_CASE("recall: a message of one's own is gone, and all who could hear it are told", "[recall]") {
  simulation chat(recalling(), 2);
  const auto a = named(chat, "ann");
  const auto b = named(chat, "bob");
  const auto c = named(chat, "cat");
  chat.line(b, "/json on");
  chat.line(a, "oops");
  chat.line(b, "what?");
  chat.forget();
  chat.line(a, "/tag r /recall 1");
  CHECK(chat.heard(a) == "r message 1 was recalled\n");
  CHECK(chat.heard(c) == "message 1 was recalled\n");
  CHECK(chat.events(b) == std::vector<object>{{{"type", "recalled"}, {"time", chat.time()}, {"id", 1}}});
  const auto d = chat.come();
  CHECK(chat.heard(d).find("oops") == std::string::npos);
  const auto e = chat.come();
  CHECK(chat.heard(e) ==
        chat.as(e) + "is online\n(" + format_past(chat.now().wall) + ") " + chat.as(b, "bob") + "what?\n");
}

TEST_CASE("recall: in a room its members are told, with its name", "[recall]") {
  auto options = recalling();
  options.lang = GENERATE(language::en, language::zh);
  const bool zh = options.lang == language::zh;
  simulation chat(options);
  const auto a = named(chat, "ann");
  const auto b = named(chat, "bob");
  const auto c = named(chat, "cat");
  chat.line(a, "/join tea");
  chat.line(b, "/join tea");
  chat.line(b, "/json on");
  chat.line(a, "oops");
  chat.forget();
  chat.line(a, "/recall 1");
  CHECK(chat.heard(a) == (zh ? "#tea 消息 1 已被撤回\n" : "#tea message 1 was recalled\n"));
  CHECK(chat.events(b) ==
        std::vector<object>{{{"type", "recalled"}, {"time", chat.time()}, {"id", 1}, {"room", "tea"}}});
  CHECK(chat.heard(c).empty());
  chat.line(c, "/join tea");
  CHECK(chat.heard(c).find("oops") == std::string::npos);
}

TEST_CASE("recall: of a whisper both sides are told, and nobody else", "[recall]") {
  simulation chat(recalling());
  const auto a = named(chat, "ann");
  const auto b = named(chat, "bob");
  const auto c = named(chat, "cat");
  chat.line(a, "to bob psst");
  chat.line(a, "to ann myself");
  chat.forget();
  CHECK(answer(chat, b, "/recall 1") == "Message 1 is not yours\n");
  chat.line(a, "/tag r /recall 1");
  CHECK(chat.heard(a) == "r message 1 was recalled\n");
  CHECK(chat.heard(b) == "message 1 was recalled\n");
  CHECK(chat.heard(c).empty());
  CHECK(answer(chat, a, "/recall 2") == "message 2 was recalled\n");
  CHECK(chat.heard(b).empty());
  // The receiver may have gone meanwhile.
  chat.line(a, "to bob again");
  chat.stop(b, leave_reason::eof);
  CHECK(answer(chat, a, "/recall 3") == "message 3 was recalled\n");
}

TEST_CASE("recall: the history is told who, when and which, and not what it said", "[recall]") {
  simulation chat(recalling());
  const auto a = named(chat, "ann");
  chat.line(a, "oops");
  chat.line(a, "rename amy");
  chat.wait(7s);
  const auto requests = wanted(chat, a, "/recall 1");
  REQUIRE(requests.writes.size() == 1);
  const auto& audit = std::get<store::recall>(requests.writes[0]);
  CHECK(audit.id == 1);
  CHECK(audit.by == "amy");
  CHECK(audit.by_addr == chat.addr(a));
  CHECK(audit.time == std::chrono::floor<std::chrono::milliseconds>(chat.now().wall));
  CHECK(wanted(chat, a, "/recall 1").empty());
}

TEST_CASE("recall: said and taken back in one turn, the history hears both in order", "[recall]") {
  simulation chat(recalling());
  const auto a = named(chat, "ann");
  chat.turn([&] {
    chat.line(a, "oops");
    chat.line(a, "/recall 1");
    const auto& keep = chat.hub().requests().writes;
    REQUIRE(keep.size() == 2);
    CHECK(std::get<store::message>(keep[0]).id == 1);
    CHECK(std::get<store::recall>(keep[1]).id == 1);
  });
  CHECK(chat.heard(a) == chat.as(a, "ann") + "oops\nmessage 1 was recalled\n");
}

TEST_CASE("recall: not twice", "[recall]") {
  simulation chat(recalling());
  const auto a = named(chat, "ann");
  const auto b = named(chat, "bob");
  chat.line(a, "oops");
  chat.line(a, "/recall 1");
  chat.forget();
  CHECK(answer(chat, a, "/recall 1") == "Message 1 has already been recalled\n");
  CHECK(chat.heard(b).empty());
  // Who it was not is told nothing new either.
  CHECK(answer(chat, b, "/recall 1") == "Message 1 is not yours\n");
}

TEST_CASE("recall: within the window, not after it", "[recall]") {
  const std::chrono::seconds window = GENERATE(0s, 1s, 120s);
  auto options = recalling();
  options.recall_window = window;
  const std::chrono::milliseconds late = GENERATE(-1ms, 0ms, 1ms, 1000ms);
  if (window + late < 0ms) return;
  simulation chat(options);
  const auto a = named(chat, "ann");
  chat.line(a, "oops");
  chat.forget();
  chat.wait(window + late);
  chat.line(a, "/recall 1");
  CHECK(chat.heard(a) ==
        (late <= 0ms ? "message 1 was recalled\n" : "There is no message 1 that can still be recalled\n"));
}

TEST_CASE("recall: only one's own, by whatever name", "[recall]") {
  simulation chat(recalling());
  const auto a = named(chat, "ann");
  const auto b = named(chat, "bob");
  chat.line(a, "mine");
  CHECK(answer(chat, b, "/recall 1") == "Message 1 is not yours\n");

  SECTION("taking the name does not help") {
    chat.line(a, "rename amy");
    chat.line(b, "rename ann");
    CHECK(answer(chat, b, "/recall 1") == "Message 1 is not yours\n");
    CHECK(answer(chat, a, "/recall 1") == "message 1 was recalled\n");
  }
  SECTION("nor taking the name of one who has gone, nor the address") {
    chat.stop(a, leave_reason::eof);
    const auto c = chat.come_in_place_of(a, "127.0.0.1:1");
    chat.line(c, "rename ann");
    CHECK(answer(chat, c, "/recall 1") == "Message 1 is not yours\n");
  }
  SECTION("who resumes the session still owns it") {
    chat.line(a, "/json on");
    chat.stop(a, leave_reason::error);
    const auto again = chat.come_saying("/resume token1 1");
    chat.forget();
    chat.line(again, "/recall 1");
    CHECK(chat.events(again).at(0)["type"] == "recalled");
    CHECK(chat.heard(b) == "message 1 was recalled\n");
  }
}

TEST_CASE("recall: what can't be recalled", "[recall]") {
  auto options = recalling();
  options.lang = GENERATE(language::en, language::zh);
  const bool zh = options.lang == language::zh;
  simulation chat(options);
  chat.hub().restore(10);
  const auto a = named(chat, "ann");
  chat.line(a, "eleven");
  for (const char* const id : {"0", "10", "12", "18446744073709551615"}) {
    INFO(id);
    CHECK(answer(chat, a, "/recall " + std::string(id)) ==
          (zh ? "没有可撤回的消息 " + std::string(id) + "\n"
              : "There is no message " + std::string(id) + " that can still be recalled\n"));
  }
  for (const char* const line :
       {"/recall x", "/recall 11x", "/recall -11", "/recall 11 11", "/recall 99999999999999999999"}) {
    INFO(line);
    CHECK(answer(chat, a, line) == (zh ? "内容不对，用法：/recall ID\n" : "That does not fit. Usage: /recall ID\n"));
  }
  CHECK(answer(chat, a, "/recall 11") == (zh ? "消息 11 已被撤回\n" : "message 11 was recalled\n"));
  CHECK(answer(chat, a, "/recall 11") == (zh ? "消息 11 已经撤回\n" : "Message 11 has already been recalled\n"));
}

TEST_CASE("recall: of a message in a room that is gone, or that one has left", "[recall]") {
  auto options = recalling();
  options.history = false;
  simulation chat(options);
  const auto a = named(chat, "ann");
  const auto b = named(chat, "bob");
  chat.line(a, "/join tea");
  chat.line(a, "oops");
  SECTION("left: the others are told") {
    chat.line(b, "/join tea");
    chat.line(a, "/leave tea");
    chat.forget();
    CHECK(answer(chat, a, "/recall 1") == "#tea message 1 was recalled\n");
    CHECK(chat.heard(b) == "#tea message 1 was recalled\n");
  }
  SECTION("gone: those in the room that took its place are not") {
    chat.line(a, "/leave tea");
    chat.line(b, "/join nap");
    chat.forget();
    CHECK(answer(chat, a, "/recall 1") == "message 1 was recalled\n");
    CHECK(chat.heard(b).empty());
  }
}

TEST_CASE("recall: ids are shown to those who ask for them", "[recall][ids]") {
  simulation chat(recalling());
  const auto a = named(chat, "ann");
  const auto b = named(chat, "bob");
  CHECK(answer(chat, a, "/ids on").empty());
  CHECK(answer(chat, a, "/tag t /ids on") == "t ok\n");
  CHECK(answer(chat, a, "/ids maybe") == "That does not fit. Usage: /ids on|off\n");
  CHECK(answer(chat, a, "/ids") == "Something is missing. Usage: /ids on|off\n");
  chat.forget();
  chat.line(b, "one");
  chat.line(b, "to ann two");
  chat.line(a, "to bob three");
  chat.line(b, "rename bill");
  CHECK(chat.heard(a) == "1 " + chat.as(b, "bob") + "one\n2 bob whispers to you: two\n3 you whispered to bob: three\n" +
                             chat.as(b, "bob") + "is now known as bill\n");
  CHECK(chat.heard(b) == chat.as(b, "bob") + "one\nann whispers to you: three\nYour name is now: bill\n");
  chat.line(a, "/ids off");
  chat.line(b, "four");
  CHECK(chat.heard(a) == chat.as(b, "bill") + "four\n");
  // JSON has them always.
  chat.line(b, "/json on");
  chat.line(b, "/ids off");
  chat.line(b, "/ids on");
  chat.forget();
  chat.line(a, "five");
  CHECK(chat.events(b).at(0)["id"] == 5);
}

TEST_CASE("recall: a question that was under way does not bring it back", "[recall]") {
  simulation chat(recalling());
  const auto a = named(chat, "ann");
  const auto b = named(chat, "bob");
  auto said = wanted(chat, a, "oops");
  const auto asked = wanted(chat, b, "/search oops").queries.at(0);
  store::page found;
  found.messages = {std::get<store::message>(said.writes.at(0))};
  chat.line(a, "/recall 1");
  chat.forget();
  chat.turn([&] { chat.hub().answer(asked, found); });
  CHECK(chat.heard(b) == "Nothing found\n");
}

TEST_CASE("recall: what was taken back frees the memory that it took", "[recall]") {
  auto options = simulation::quiet();
  options.recent_bytes = 100'000;
  simulation chat(options);
  const auto a = named(chat, "ann");
  for (int id = 1; id <= 1000; ++id) {
    chat.line(a, std::string(1000, 'x'));
    REQUIRE(answer(chat, a, "/recall " + std::to_string(id)) == "message " + std::to_string(id) + " was recalled\n");
  }
}

TEST_CASE("recall: the window is one of time that passes, whatever the clock on the wall says", "[recall]") {
  simulation chat(recalling());
  const auto a = named(chat, "ann");
  chat.line(a, "hello");
  const std::chrono::hours set = GENERATE(std::chrono::hours(-2), std::chrono::hours(0), std::chrono::hours(2));
  chat.set_clock(set);
  const bool late = GENERATE(false, true);
  chat.wait(recalling().recall_window + std::chrono::milliseconds(late ? 1 : 0));
  chat.turn([&] { chat.hub().tick(); });
  chat.heard(a);
  chat.line(a, "/recall 1");
  CHECK(chat.heard(a) == (late ? "There is no message 1 that can still be recalled\n" : "message 1 was recalled\n"));
}
