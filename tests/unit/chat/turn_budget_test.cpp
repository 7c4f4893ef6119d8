// Nobody is told so much at once that it could not be written: the rest follows when that has been.

#include <algorithm>
#include <numeric>
#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/unit/chat/cast.hpp"

using namespace confab;
using namespace confab::test;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t queue = 64 * 1024;

chat::hub_options narrow() {
  auto options = with_tokens();
  options.send_queue = queue;
  return options;
}

// What `who` is told, slice by slice; each must fit.
std::string told_in_slices(simulation& chat, simulation::ref who) {
  std::string all = chat.heard(who);
  CHECK(all.size() <= queue / 2);
  while (chat.at(who).drain) {
    CHECK(chat.at(who).held);
    chat.drained(who);
    const std::string slice = chat.heard(who);
    CHECK(slice.size() <= queue / 2);
    all += slice;
  }
  CHECK_FALSE(chat.at(who).held);
  return all;
}

std::size_t lines_of(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

}  // namespace

TEST_CASE("budget: many commands in one turn are answered as fast as their answers are written", "[listing]") {
  simulation chat(narrow());
  const auto a = named(chat, "ann");
  const auto b = named(chat, "bob");
  for (int i = 0; i < 10; ++i) chat.line(a, "/join room" + std::to_string(i));
  chat.forget();
  chat.turn([&] {
    for (int i = 0; i < 1000; ++i) chat.line(b, "/rooms");
    chat.line(b, "/ping end");
    chat.line(b, "");
  });
  const std::string all = told_in_slices(chat, b);
  CHECK(lines_of(all) == 11 * 1000 + 1);
  CHECK(all.ends_with("pong end\n"));
  CHECK(chat.heard(a).empty());
}

TEST_CASE("budget: whoever ends its stream meanwhile leaves when all is answered", "[listing]") {
  simulation chat(narrow());
  const auto a = named(chat, "ann");
  const auto b = named(chat, "bob");
  chat.turn([&] {
    for (int i = 0; i < 3000; ++i) chat.line(b, "who");
    chat.end(b);
  });
  CHECK(chat.heard(a).empty());
  std::size_t lines = 0;
  while (!chat.at(b).closed) {
    lines += lines_of(chat.heard(b));
    chat.drained(b);
  }
  CHECK(lines + lines_of(chat.heard(b)) == 2 * 3000);
  CHECK(chat.heard(a) == chat.as(b, "bob") + "is offline\n");
}

TEST_CASE("budget: who makes a turn say a quarter of the queue waits, and when all have said half the turn ends",
          "[talk]") {
  constexpr std::size_t quarter = queue / 4;
  simulation chat(narrow());
  // Each answer is "pong " and the text and a line end.
  const auto hear = [&](simulation::ref who, std::size_t bytes) {
    while (bytes > 0) {
      const std::size_t piece = bytes > 2000 ? 1000 : bytes;
      chat.line(who, "/ping " + std::string(piece - 6, 'x'));
      bytes -= piece;
    }
  };
  const auto a = chat.come();
  const auto b = chat.come();
  const auto c = chat.come();
  const auto d = chat.come();
  chat.forget();
  const int more = GENERATE(-1, 0, 1);
  const auto about = [more](std::size_t bytes) { return bytes - 1 + static_cast<std::size_t>(more + 1); };
  SECTION("one") {
    chat.turn([&] { hear(a, about(quarter)); });
    CHECK(chat.at(a).drain == (more >= 0));
  }
  SECTION("one, by what it says to all") {
    const std::size_t frame = chat.as(a).size() + 1;
    chat.turn([&] {
      for (int i = 0; i < 3; ++i) chat.line(a, std::string(quarter / 4 - frame, 'x'));
      chat.line(a, std::string(about(quarter / 4) - frame, 'x'));
    });
    CHECK(chat.at(a).drain == (more >= 0));
  }
  SECTION("several") {
    const std::size_t turns = chat.turns();
    chat.turn([&] {
      hear(a, quarter - 1);
      hear(b, quarter - 11);
      hear(c, about(12));
      hear(d, 6);
    });
    // Nobody of them has said much: d is heard in the next turn, if that one was full.
    for (const auto each : {a, b, c, d}) CHECK_FALSE(chat.at(each).held);
    CHECK(chat.turns() - turns == (more >= 0 ? 2 : 1));
    CHECK(chat.heard(d) == "pong\n");
  }
  chat.drain_all();
  CHECK_FALSE(chat.at(a).held);
  CHECK_FALSE(chat.at(c).held);
}

TEST_CASE("budget: what a line costs counts too, however little it says", "[talk]") {
  auto options = narrow();
  options.turn_steps = 400;
  simulation chat(options);
  const auto a = chat.come();
  const auto b = chat.come();
  chat.forget();
  const std::string words(64 * 10 - 2, 'x');  // about ten steps a line
  SECTION("of one user: a quarter, then the rest waits for its turn") {
    const int lines = GENERATE(8, 9, 10, 11);
    std::uint64_t each = 0;
    chat.turn([&] {
      for (int i = 0; i < lines; ++i) {
        const auto before = chat.hub().steps();
        chat.line(a, "to nobody " + words);
        if (i == 0) each = chat.hub().steps() - before;
      }
    });
    REQUIRE(each >= 10);
    REQUIRE(each < 12);
    CHECK(chat.at(a).drain == (static_cast<std::uint64_t>(lines) * each >= 100));
  }
  SECTION("of all together: the turn ends") {
    const std::size_t turns = chat.turns();
    chat.turn([&] {
      for (int i = 0; i < 100; ++i) {
        chat.line(a, "to nobody " + words);
        chat.line(b, "to nobody " + words);
      }
    });
    CHECK(chat.turns() - turns >= 5);
    CHECK_FALSE(chat.at(a).held);
    const std::string heard = chat.heard(a);
    CHECK(std::count(heard.begin(), heard.end(), '\n') == 100);
  }
}

TEST_CASE("budget: however many talk at once, nobody hears more in a turn than fits, and nothing is lost", "[talk]") {
  simulation chat(narrow(), GENERATE(std::size_t{1}, std::size_t{2}));
  // Many of whom each says one line are as many as few of whom each says many.
  const std::size_t count = GENERATE(std::size_t{10}, std::size_t{500});
  const std::size_t lines = 5000 / count;
  const std::string how = GENERATE("", "/tag t", "to lin ", "to prog ");
  const auto listener = named(chat, "lin");
  const auto reader = program(chat, "prog");
  const std::vector<simulation::ref> talkers = chat.come_many(count);
  chat.forget();
  std::string all;
  std::size_t heard = 0;
  const auto hear = [&] {
    for (const auto each : {listener, reader}) {
      const std::string some = chat.heard(each);
      CHECK(some.size() <= queue);
      heard += lines_of(some);
      if (each == listener) all += some;
    }
  };
  chat.after_each_turn(hear);
  chat.turn([&] {
    for (std::size_t i = 0; i < lines; ++i) {
      for (const auto each : talkers) chat.line(each, how + std::to_string(i) + " x");
    }
  });
  const auto waits = [&](simulation::ref who) { return chat.at(who).drain; };
  while (std::any_of(talkers.begin(), talkers.end(), waits)) {
    chat.turn([&] {
      for (const auto each : talkers) {
        if (waits(each)) chat.drained(each);
      }
    });
  }
  CHECK(heard == (how.starts_with("to") ? 1 : 2) * lines * talkers.size());
  // Each one's lines in their order.
  if (how.empty()) {
    for (const auto each : talkers) {
      std::size_t at = 0;
      for (std::size_t i = 0; i < lines; ++i) {
        at = all.find(chat.as(each) + std::to_string(i) + " x\n", at);
        if (at == std::string::npos) FAIL("a line is missing or out of order");
      }
    }
  }
}

TEST_CASE("budget: lines that are long when they are told, and lists, end a turn before it is too long", "[talk]") {
  simulation chat(narrow());
  const std::string line = GENERATE("who", "control characters");
  const std::string said = line == "who" ? line : std::string(1020, '\x01');
  const auto listener = program(chat, "prog");
  const auto talkers = chat.come_many(300);
  chat.drain_all();
  chat.forget();
  std::size_t largest = 0;
  std::size_t lines = 0;
  chat.after_each_turn([&] {
    const std::string some = chat.heard(listener);
    largest = std::max(largest, some.size());
    lines += lines_of(some);
  });
  const std::size_t turns = chat.turns();
  chat.turn([&] {
    for (const auto each : talkers) chat.line(each, said);
  });
  chat.drain_all();
  CHECK(largest <= queue / 2 + 4096);
  CHECK(lines == (line == "who" ? 0U : 300U));
  CHECK(chat.turns() - turns > 20);
  for (const auto each : talkers) CHECK_FALSE(chat.heard(each).empty());
}

TEST_CASE("budget: a list of rooms comes in pages", "[listing][rooms]") {
  auto options = narrow();
  options.max_rooms = 600;
  simulation chat(options);
  const std::size_t count = GENERATE(std::size_t{255}, std::size_t{256}, std::size_t{600});
  std::vector<simulation::ref> founders;
  for (std::size_t i = 0; i < count; ++i) {
    if (i % 32 == 0) founders.push_back(chat.come());
    chat.line(founders.back(), "/join room" + std::to_string(i));
  }
  const auto b = program(chat, "bob");
  chat.line(b, "/tag t /rooms");
  chat.drain_all();
  std::size_t listed = 0;
  const auto slices = chat.events(b);
  for (const auto& slice : slices) {
    CHECK(slice["type"] == "rooms");
    CHECK(slice["tag"] == "t");
    CHECK(slice["end"] == (&slice == &slices.back()));
    listed += slice["rooms"].size();
  }
  CHECK(listed == count + 1);
  CHECK(slices.size() == (count + 1 + 255) / 256);
}

TEST_CASE("budget: a newcomer is shown the newest that fit", "[replay]") {
  auto options = narrow();
  options.replay = 1000;
  simulation chat(options);
  const auto a = named(chat, "ann");
  for (int i = 0; i < 200; ++i) chat.line(a, std::to_string(i) + std::string(1000, 'x'));
  const auto b = chat.come();
  const std::string shown = chat.heard(b);
  CHECK(shown.size() <= queue / 2 + 200);
  CHECK(lines_of(shown) > 10);
  CHECK(shown.find(" 199xxx") != std::string::npos);
}

TEST_CASE("budget: what the history answers comes in pages, then how much it was", "[history]") {
  auto options = narrow();
  options.history = true;
  simulation chat(options);
  const auto a = named(chat, "ann");
  const auto asked = wanted(chat, a, "/tag h /history 200").queries.at(0);
  store::page found;
  for (std::uint64_t id = 1; id <= 200; ++id)
    found.messages.push_back(past_message(id, "lobby", std::string(4000, 'x')));
  found.complete = GENERATE(true, false);
  chat.line(a, "/ping");
  chat.turn([&] { chat.hub().answer(asked, found); });
  const std::string all = told_in_slices(chat, a);
  CHECK(lines_of(all) == 202);
  // What gave up has not seen everything.
  CHECK(all.ends_with(found.complete ? "h 200 found\npong\n" : "h 200 found, there are more\npong\n"));
}

TEST_CASE("budget: much that was missed comes in pages, and once, whatever is said meanwhile", "[resume]") {
  simulation chat(narrow(), GENERATE(std::size_t{1}, std::size_t{2}));
  const auto a = named(chat, "ann");
  const auto c = named(chat, "cat");
  const auto b = program(chat, "bob");
  chat.line(b, "/join tea");
  chat.line(a, "/join tea");
  chat.stop(b, leave_reason::error);
  const std::string much(1000, 'x');
  for (int i = 1; i <= 100; ++i) chat.line(i % 2 == 0 ? a : c, std::to_string(i) + much);
  chat.line(c, "to bob 101" + much);

  simulation::ref again = 0;
  if (GENERATE(false, true)) {
    again = program(chat, "new");
    chat.line(again, "/resume token1 0");
  } else {
    again = chat.come_saying("/resume token1 0");
  }
  std::vector<object> heard = chat.events(again);
  int next = 101;
  while (chat.at(again).drain) {
    ++next;
    chat.line(a, std::to_string(next) + "in tea" + much);
    ++next;
    chat.line(c, "to bob " + std::to_string(next) + much);
    if (next == 105) chat.line(a, "/recall 2");
    chat.drained(again);
    const auto more = chat.events(again);
    heard.insert(heard.end(), more.begin(), more.end());
  }
  chat.line(c, "the last");
  const auto more = chat.events(again);
  heard.insert(heard.end(), more.begin(), more.end());

  std::vector<int> ids;
  std::vector<int> gone;
  for (const auto& each : heard) {
    if (each["type"] == "message" || each["type"] == "private") ids.push_back(each["id"]);
    if (each["type"] == "recalled") gone.push_back(each["id"]);
  }
  REQUIRE(next > 105);
  std::vector<int> all(static_cast<std::size_t>(next) + 1);
  std::iota(all.begin(), all.end(), 1);
  CHECK(ids == all);
  CHECK(gone == std::vector<int>{2});
}

TEST_CASE("budget: what is forgotten before it could be told ends the connection, which may come back", "[resume]") {
  auto options = narrow();
  options.recent_bytes = 200'000;
  simulation chat(options);
  const auto a = named(chat, "ann");
  const auto b = program(chat, "bob");
  chat.stop(b, leave_reason::error);
  for (int i = 0; i < 100; ++i) chat.line(a, std::string(1000, 'x'));
  const auto again = chat.come_saying("/resume token1 0");
  REQUIRE(chat.at(again).drain);
  for (int i = 0; i < 300; ++i) chat.line(a, std::string(1000, 'y'));
  chat.drained(again);
  CHECK(chat.at(again).closed);
  CHECK(chat.hub().online() == 2);
  const auto once_more = chat.come_saying("/resume token1 20");
  CHECK(chat.events(once_more).at(0)["complete"] == false);
}

TEST_CASE("budget: who is catching up can be shown out, and leave", "[resume]") {
  simulation chat(narrow());
  const auto a = named(chat, "ann");
  const auto b = program(chat, "bob");
  chat.line(b, "/join tea");
  chat.stop(b, leave_reason::error);
  for (int i = 0; i < 100; ++i) chat.line(a, std::string(1000, 'x'));
  const auto again = chat.come_saying("/resume token1 0");
  REQUIRE(chat.at(again).drain);
  SECTION("its connection breaks again") {
    chat.stop(again, leave_reason::error);
    CHECK(chat.hub().online() == 2);
    const auto third = chat.come_saying("/resume token1 99");
    CHECK(chat.events(third).back()["id"] == 100);
  }
  SECTION("it quits") {
    chat.line(again, "/quit");
    CHECK_FALSE(chat.at(again).closed);
    chat.drain_all();
    CHECK(chat.at(again).closed);
  }
  SECTION("the server ends") {
    chat.shutdown();
    CHECK(chat.at(again).closed);
  }
  chat.line(a, "goes on");
}
