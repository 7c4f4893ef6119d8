// Times in front of lines, with and without ids.

#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/unit/chat/cast.hpp"

using namespace confab;
using namespace confab::test;
using namespace std::chrono_literals;

namespace {

std::string stamp(const simulation& chat) {
  return format_stamp(chat.now().wall);
}

}  // namespace

TEST_CASE("times: stand in front of every line of those who want them, and nobody else's", "[times]") {
  simulation chat(simulation::quiet(), 2);
  const auto a = named(chat, "ann");
  const auto b = named(chat, "bob");
  const auto c = named(chat, "cat");
  chat.line(c, "/ids on");
  CHECK(answer(chat, a, "/times on").empty());
  CHECK(answer(chat, a, "/tag t /times on") == stamp(chat) + "t ok\n");
  chat.turn([&] {
    chat.line(b, "hello");
    chat.line(b, "to ann psst");
    chat.line(a, "who");
    chat.line(a, "/tag t1 mine");
    chat.line(a, "/nope");
  });
  const std::string now = stamp(chat);
  const std::string lines[] = {chat.as(b, "bob") + "hello",
                               "bob whispers to you: psst",
                               chat.as(a, "ann") + "online...",
                               chat.as(b, "bob") + "online...",
                               chat.as(c, "cat") + "online...",
                               "t1 " + chat.as(a, "ann") + "mine",
                               explain(problem::unknown_command, language::en, "/nope")};
  std::string wanted;
  for (const std::string& each : lines) wanted += now + each + "\n";
  CHECK(chat.heard(a) == wanted);
  CHECK(chat.heard(b) == chat.as(b, "bob") + "hello\n" + chat.as(a, "ann") + "mine\n");
  CHECK(chat.heard(c) == "1 " + chat.as(b, "bob") + "hello\n3 " + chat.as(a, "ann") + "mine\n");
}

TEST_CASE("times: are those of each moment", "[times]") {
  simulation chat;
  const auto a = named(chat, "ann");
  chat.line(a, "/times on");
  const std::string before = stamp(chat);
  chat.line(a, "one");
  chat.wait(61s);
  const std::string after = stamp(chat);
  REQUIRE(before != after);
  chat.line(a, "two");
  CHECK(chat.heard(a) == before + chat.as(a, "ann") + "one\n" + after + chat.as(a, "ann") + "two\n");
}

TEST_CASE("times: go with ids, each is switched alone", "[times]") {
  simulation chat;
  const auto a = named(chat, "ann");
  const std::string now = stamp(chat);
  chat.line(a, "/times on");
  chat.line(a, "/ids on");
  CHECK(answer(chat, a, "x") == now + "1 " + chat.as(a, "ann") + "x\n");
  chat.line(a, "/times off");
  CHECK(answer(chat, a, "x") == "2 " + chat.as(a, "ann") + "x\n");
  chat.line(a, "/times on");
  chat.line(a, "/ids off");
  CHECK(answer(chat, a, "x") == now + chat.as(a, "ann") + "x\n");
  chat.line(a, "/times off");
  CHECK(answer(chat, a, "x") == chat.as(a, "ann") + "x\n");
}

TEST_CASE("times: in JSON nothing changes", "[times]") {
  simulation chat(with_tokens());
  const auto a = program(chat, "ann");
  chat.line(a, "/tag t /times on");
  CHECK(chat.events(a).at(0)["type"] == "ok");
  chat.line(a, "x");
  CHECK(chat.events(a).at(0)["text"] == "x");
}

TEST_CASE("times: what is shown again has its own", "[times]") {
  auto options = simulation::quiet();
  options.replay = 5;
  simulation chat(options);
  const auto a = named(chat, "ann");
  const auto b = named(chat, "bob");
  chat.line(b, "/join tea");
  chat.line(b, "long ago");
  const std::string then = stamp(chat);
  chat.wait(3600s);
  const std::string now = stamp(chat);
  const bool ids = GENERATE(false, true);
  if (ids) chat.line(a, "/ids on");
  chat.line(a, "/times on");
  CHECK(answer(chat, a, "/join tea") == now + "#tea " + chat.as(a, "ann") + "has joined\n" + now +
                                            "Your text goes to #tea\n" + then + (ids ? "1 " : "") + "#tea " +
                                            chat.as(b, "bob") + "long ago\n");
}

TEST_CASE("replay: who wants none is shown none", "[replay]") {
  auto options = simulation::quiet();
  options.replay = 5;
  options.motd = {"welcome"};
  simulation chat(options);
  const auto a = named(chat, "ann");
  chat.line(a, "old");
  chat.line(a, "/join tea");
  chat.line(a, "old tea");
  chat.forget();
  const std::string first = GENERATE("/replay off", "/tag q /replay off", "/replay on", "hello");
  const bool off = first.ends_with("off");
  const auto b = chat.come_saying(first);
  const std::string arrival = "welcome\n" + chat.as(b) + "is online\n";
  const std::string answered = first.starts_with("/tag") ? "q ok\n" : first == "hello" ? chat.as(b) + "hello\n" : "";
  CHECK(chat.heard(b) == arrival + (off ? "" : past_line(chat, chat.as(a, "ann") + "old")) + answered);
  CHECK(answer(chat, b, "/join tea") == "#tea " + chat.as(b) + "has joined\nYour text goes to #tea\n" +
                                            (off ? "" : past_line(chat, "#tea " + chat.as(a, "ann") + "old tea")));
  // It can be had again, and given up later.
  chat.line(b, "/leave tea");
  chat.line(b, off ? "/replay on" : "/replay off");
  CHECK((answer(chat, b, "/join tea").find("old tea") != std::string::npos) == off);
}

TEST_CASE("replay: what was missed is shown all the same", "[replay][resume]") {
  simulation chat(with_tokens());
  const auto a = named(chat, "ann");
  const auto b = program(chat, "bob");
  chat.line(b, "/replay off");
  chat.stop(b, leave_reason::error);
  chat.line(a, "missed");
  const auto again = chat.come_saying("/resume token1 0");
  CHECK(past(chat.events(again)) == texts{"1 missed"});
}
