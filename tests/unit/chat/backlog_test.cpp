// What newcomers are shown of what was said before.

#include <string>
#include <utility>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/unit/chat/cast.hpp"

using namespace confab;
using namespace confab::test;
using namespace std::chrono_literals;

namespace {

chat::hub_options replaying(std::size_t count) {
  auto options = simulation::quiet();
  options.replay = count;
  return options;
}

}  // namespace

TEST_CASE("replay: a newcomer is shown the last messages of the lobby, marked as past", "[replay]") {
  const std::size_t limit = GENERATE(std::size_t{0}, std::size_t{1}, std::size_t{3});
  const std::size_t said = limit + GENERATE(std::size_t{0}, std::size_t{1}, std::size_t{2});
  simulation chat(replaying(limit));
  const auto a = named(chat, "ann");
  if (said > 0) chat.line(a, "to ann nobody's business");
  for (std::size_t i = 1; i < said; ++i) chat.line(a, "line " + std::to_string(i));
  chat.wait(1h);
  const auto b = chat.come();
  std::string due = chat.as(b) + "is online\n";
  const std::size_t lines = said == 0 ? 0 : said - 1;
  for (std::size_t i = lines > limit ? lines - limit + 1 : 1; i <= lines; ++i) {
    due += "(" + format_past(chat.now().wall - 1h) + ") " + chat.as(a, "ann") + "line " + std::to_string(i) + "\n";
  }
  CHECK(chat.heard(b) == due);
  CHECK(chat.heard(a).find("(") == std::string::npos);
}

TEST_CASE("replay: who joins a room is shown its last messages, and not the lobby's", "[replay]") {
  simulation chat(replaying(2));
  const auto a = named(chat, "ann");
  const auto b = named(chat, "bob");
  chat.line(a, "lobby");
  chat.line(a, "/join tea");
  for (const char* const text : {"one", "two", "three"}) chat.line(a, text);
  chat.line(a, "rename amy");
  chat.forget();
  SECTION("in text") {
    chat.line(b, "/join tea");
    CHECK(chat.heard(b) == "#tea " + chat.as(b, "bob") + "has joined\nYour text goes to #tea\n" +
                               past_line(chat, "#tea " + chat.as(a, "ann") + "two") +
                               past_line(chat, "#tea " + chat.as(a, "ann") + "three"));
  }
  SECTION("with ids") {
    chat.line(b, "/ids on");
    chat.line(b, "/tag t /join tea");
    CHECK(chat.heard(b) == "t #tea " + chat.as(b, "bob") + "has joined\nt Your text goes to #tea\n" +
                               past_line(chat, "3 #tea " + chat.as(a, "ann") + "two") +
                               past_line(chat, "4 #tea " + chat.as(a, "ann") + "three"));
  }
  SECTION("in JSON with the time that it was said") {
    chat.line(b, "/json on");
    chat.forget();
    const std::string then = chat.time();
    chat.wait(5s);
    chat.line(b, "/join tea");
    const auto events = chat.events(b);
    REQUIRE(events.size() == 4);
    CHECK(events[2] == object{{"type", "message"},
                              {"time", then},
                              {"id", 3},
                              {"room", "tea"},
                              {"from", "ann"},
                              {"addr", chat.addr(a)},
                              {"user", chat.number(a)},
                              {"text", "two"},
                              {"past", true}});
    CHECK(events[3]["id"] == 4);
  }
  SECTION("once: joining where one is shows nothing") {
    chat.line(b, "/join tea");
    chat.line(b, "/room lobby");
    chat.forget();
    chat.line(b, "/join tea");
    CHECK(chat.heard(b) == "Your text goes to #tea\n");
  }
}

TEST_CASE("replay: what was kept before the start is shown too, and ids go on", "[replay]") {
  simulation chat(replaying(2));
  chat.hub().restore(500);
  chat.hub().restore_room("", {past_message(400, "lobby", "old"), past_message(450, "lobby", "less old")});
  chat.hub().restore_room("tea", {past_message(499, "tea", "leaves")});
  const std::string then = format_past(std::chrono::system_clock::time_point(1'700'000'000s));
  const auto a = chat.come();
  CHECK(chat.heard(a) ==
        chat.as(a) + "is online\n(" + then + ") [9.9.9.9:9]eve: old\n(" + then + ") [9.9.9.9:9]eve: less old\n");
  chat.line(a, "/ids on");
  chat.line(a, "new");
  CHECK(chat.heard(a) == "501 " + chat.as(a) + "new\n");
  const auto b = chat.come();
  CHECK(chat.heard(b) ==
        chat.as(b) + "is online\n(" + then + ") [9.9.9.9:9]eve: less old\n" + past_line(chat, chat.as(a) + "new"));
  chat.line(b, "/join tea");
  CHECK(chat.heard(b).find("(" + then + ") #tea [9.9.9.9:9]eve: leaves\n") != std::string::npos);
  // It is there although nobody was in it.
  chat.line(b, "/leave");
  chat.forget();
  chat.line(b, "/rooms");
  CHECK(chat.heard(b) == "#lobby (2)\n#tea (0)\n");
}
