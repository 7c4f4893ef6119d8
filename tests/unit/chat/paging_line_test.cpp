// A turn that is full: the rest waits in a fair order, whatever becomes of whoever said it.

#include <algorithm>
#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/unit/chat/cast.hpp"
#include "tests/unit/chat/storm_house.hpp"

using namespace confab;
using namespace confab::test;
using namespace std::chrono_literals;

namespace {

/// Few bytes fill a turn.
chat::hub_options small_turns() {
  auto options = with_tokens();
  options.send_queue = 8000;
  return options;
}

/// From here on this turn has no time for anything more.
void no_time(simulation& chat) {
  chat.hub().hurry();
}

}  // namespace

TEST_CASE("line: who asks little is answered before those who say much, and nothing is lost", "[line]") {
  simulation chat(small_turns(), GENERATE(std::size_t{1}, std::size_t{2}));
  const auto a = named(chat, "ann");
  const auto talkers = chat.come_many(50);
  chat.forget();
  std::size_t said_before = 0;
  bool answered = false;
  std::string all;
  chat.after_each_turn([&] {
    const std::string some = chat.heard(a);
    all += some;
    if (answered) return;
    answered = some.find("pong") != std::string::npos;
    const std::string until = some.substr(0, some.find("pong"));
    said_before += static_cast<std::size_t>(std::count(until.begin(), until.end(), '\n'));
  });
  chat.turn([&] {
    for (const auto each : talkers) chat.line(each, std::string(900, 'x'));
    chat.line(a, "/ping");
  });
  CHECK(answered);
  CHECK(said_before <= 10);
  CHECK(std::count(all.begin(), all.end(), '\n') == 51);
  for (const auto each : talkers) CHECK(all.find(chat.as(each)) != std::string::npos);
  CHECK_FALSE(chat.hub().anybody_waits());
  for (const auto each : talkers) CHECK_FALSE(chat.at(each).held);
}

TEST_CASE("line: each user's own lines keep their order", "[line]") {
  simulation chat(small_turns());
  const auto a = named(chat, "ann");
  const auto b = named(chat, "bob");
  const auto c = named(chat, "cat");
  chat.forget();
  std::string heard;
  chat.after_each_turn([&] { heard += chat.heard(a); });
  chat.turn([&] {
    for (int i = 0; i < 40; ++i) {
      for (const auto each : {b, c}) chat.line(each, std::to_string(i) + " " + std::string(i % 3 == 0 ? 500 : 5, 'y'));
    }
  });
  chat.drain_all();
  for (const auto& [who, name] : {std::pair{b, "bob"}, std::pair{c, "cat"}}) {
    std::size_t at = 0;
    for (int i = 0; i < 40; ++i) {
      at = heard.find(chat.as(who, name) + std::to_string(i) + " y", at);
      REQUIRE(at != std::string::npos);
    }
  }
}

TEST_CASE("line: what was said before the connection ended is said, and then its end is told", "[line]") {
  simulation chat(small_turns());
  const auto a = named(chat, "ann");
  const auto b = named(chat, "bob");
  const auto c = named(chat, "cat");
  if (GENERATE(false, true)) chat.line(b, "/join tea");
  const auto why = GENERATE(leave_reason::eof, leave_reason::error, leave_reason::slow);
  CAPTURE(why);
  chat.line(c, "/join tea");
  chat.line(a, "/join tea");
  chat.forget();
  chat.turn([&] {
    no_time(chat);
    chat.line(b, "one");
    chat.line(b, "who");  // nobody is there to read it
    chat.line(b, "to ann two");
    chat.line(b, "/in tea three");
    if (why == leave_reason::eof) {
      chat.end(b);
    } else {
      chat.stop(b, why);
      // Its place is another's at once.
      const auto d = chat.come_in_place_of(b, "9.9.9.9:9");
      chat.line(d, "/ping");
    }
  });
  const std::string heard = chat.heard(a);
  const auto one = heard.find("one\n");
  const auto two = heard.find("two\n");
  const auto left = heard.find(chat.as(b, "bob") + "is offline\n");
  REQUIRE(one != std::string::npos);
  REQUIRE(two != std::string::npos);
  REQUIRE(left != std::string::npos);
  CHECK(one < two);
  CHECK(two < left);
  CHECK_FALSE(chat.hub().anybody_waits());
}

TEST_CASE("line: what a broken connection had sent is said as whom and where it was meant, or not at all", "[line]") {
  simulation chat(small_turns());
  const auto a = named(chat, "ann");  // in the lobby and in tea
  const auto b = named(chat, "bob");
  chat.line(a, "/join tea");
  const bool in_tea = GENERATE(false, true);
  if (in_tea) chat.line(b, "/join tea");
  const std::string bob = "[" + chat.at(b).addr + "]bob: ";
  const std::string eve = "[" + chat.at(b).addr + "]eve: ";
  chat.forget();
  const auto sent = [&](const std::vector<std::string>& lines) {
    chat.turn([&] {
      no_time(chat);
      for (const std::string& line : lines) chat.line(b, line);
      chat.stop(b, leave_reason::error);
    });
    return "\n" + chat.heard(a);
  };
  SECTION("a room that it entered") {
    const std::string heard = sent({"/join tea", "secret"});
    CHECK(heard.find("#tea " + bob + "secret\n") != std::string::npos);
    CHECK(heard.find("\n" + bob + "secret\n") == std::string::npos);
  }
  SECTION("a room that it left") {
    const std::string heard = sent({"/join tea", "/leave tea", "for all"});
    CHECK(heard.find("\n" + bob + "for all\n") != std::string::npos);
    CHECK(heard.find("#tea " + bob + "for all\n") == std::string::npos);
  }
  SECTION("a room that it made its own") {
    const std::string heard = sent({"/join tea", "/room lobby", "for all", "/room tea", "secret"});
    CHECK(heard.find("\n" + bob + "for all\n") != std::string::npos);
    CHECK(heard.find("#tea " + bob + "secret\n") != std::string::npos);
    CHECK(heard.find("\n" + bob + "secret\n") == std::string::npos);
  }
  SECTION("a name") {
    const std::string heard = sent({"rename eve", "/in tea hello", "to ann psst", "/join tea", "hello"});
    CHECK(heard.find("eve whispers to you: psst\n") != std::string::npos);
    CHECK(heard.find("#tea " + eve + "hello\n") != std::string::npos);
    CHECK(heard.find(bob + "hello\n") == std::string::npos);
  }
  SECTION("the end") {
    const std::string heard = sent({"one", "/quit", "two"});
    CHECK(heard.find(bob + "one\n") != std::string::npos);
    CHECK(heard.find("two") == std::string::npos);
    CHECK(heard.ends_with(bob + "is offline\n"));
  }
  SECTION("what it changed for others") {
    const std::string heard = sent({"/join tea", "oops", "/topic tea cakes", "/recall 1"});
    CHECK(heard.find("#tea " + bob + "the topic is now cakes\n") != std::string::npos);
    CHECK(heard.find("message 1 was recalled\n") != std::string::npos);
  }
  CHECK_FALSE(chat.hub().anybody_waits());
}

TEST_CASE("line: a whisper to somebody whose connection broke in it waits, or is lost", "[line]") {
  const auto options = small_turns();
  simulation chat(options);
  const auto a = named(chat, "ann");
  const bool speaks_json = GENERATE(false, true);
  const auto b = speaks_json ? program(chat, "bob") : chat.come();
  const std::string bob = speaks_json ? "bob" : chat.at(b).addr;
  chat.forget();
  chat.turn([&] {
    no_time(chat);
    chat.line(b, "hello");
    chat.line(a, "to " + bob + " one");
    chat.stop(b, leave_reason::error);
  });
  CHECK(chat.heard(a).find("hello\n") != std::string::npos);
  chat.forget();
  // Once more, and asked by a program.
  const auto c = speaks_json ? chat.come_saying("/resume token1 0") : chat.come();
  const auto p = program(chat, "eve");
  chat.drain_all();
  chat.forget();
  const std::string to = speaks_json ? "bob" : chat.at(c).addr;
  chat.turn([&] {
    no_time(chat);
    chat.line(c, std::string(900, 'x'));
    chat.line(p, "to " + to + " two");
    chat.stop(c, leave_reason::error);
  });
  bool told = false;
  for (const auto& each : chat.events(p)) {
    if (each["type"] != "delivery" || each["state"] != "waiting") continue;
    told = true;
    CHECK(each["seconds"] > 0);
    CHECK(each["seconds"] <= options.resume_window.count());
  }
  CHECK(told);
  CHECK_FALSE(chat.hub().anybody_waits());
}

TEST_CASE("line: somebody whose connection breaks in it is in only if there is a place", "[line]") {
  auto options = small_turns();
  options.max_users = GENERATE(std::size_t{1}, std::size_t{2});
  const bool has_place = options.max_users == 2;
  simulation chat(options);
  const auto a = named(chat, "ann");
  chat.forget();
  chat.turn([&] {
    no_time(chat);
    const auto fresh = chat.come_saying("/join tea");
    chat.line(fresh, "hello");
    chat.line(fresh, "to ann psst");
    chat.line(fresh, "/in lobby hello");
    chat.stop(fresh, leave_reason::error);
  });
  CHECK(chat.heard(a).empty() != has_place);
  CHECK_FALSE(chat.hub().anybody_waits());
}

TEST_CASE("line: a place that becomes free is too late for half of what a broken connection had sent", "[line]") {
  auto options = small_turns();
  options.max_users = 2;
  simulation chat(options);
  const auto a = named(chat, "ann");
  const auto b = named(chat, "bob");
  chat.forget();
  chat.turn([&] {
    no_time(chat);
    const auto fresh = chat.come_saying("rename eve");
    chat.line(fresh, "hello");
    chat.stop(fresh, leave_reason::error);
    chat.line(b, "/quit");
  });
  CHECK(chat.heard(a) == chat.as(b, "bob") + "is offline\n");
  CHECK_FALSE(chat.hub().anybody_waits());
}

TEST_CASE("line: a whisper waits for the whole time of one whose own lines wait for longer", "[line]") {
  std::string heard;
  storm_house chat(
      small_turns(), 1,
      {[](storm_house::ref, std::uint64_t) {}, [](chat::store_requests&, const storm_house::mark&) { return 0; },
       [&](storm_house::ref who, const std::string& bytes, const storm_house::mark&) {
         if (who == 0) heard += bytes;
       }});
  const auto a = chat.come("1.1.1.1:1", 0, false, true);
  chat.line(a, "/json on");
  chat.mail_turn({});
  const auto b = chat.come("1.1.1.1:2", 0, false, true);
  chat.line(b, "rename bob");
  chat.mail_turn({});
  chat.line(a, "/ping");
  chat.line(b, "hello");
  chat.stop(b, leave_reason::error);
  storm_house::course none;
  none.hurries_after = 1;
  none.serves = 0;
  chat.mail_turn(none);
  const std::size_t seconds = GENERATE(std::size_t{0}, std::size_t{119}, std::size_t{120}, std::size_t{121});
  for (std::size_t i = 0; i < seconds; ++i) chat.tick();
  CHECK(heard.find("hello") == std::string::npos);
  chat.line(a, "to bob psst");
  storm_house::course one;
  one.serves = 0;
  for (int turns = 0; heard.find("waiting") == std::string::npos && turns < 3; ++turns) {
    chat.mail_turn(one);
    one.serves = 1;
  }
  CHECK(heard.find(R"("state":"waiting")") != std::string::npos);
  CHECK(heard.find(R"("seconds":120)") != std::string::npos);
}

TEST_CASE("line: a program whose connection breaks in it can come back", "[line][resume]") {
  simulation chat(small_turns());
  const auto a = named(chat, "ann");
  const auto b = program(chat, "bob");
  chat.forget();
  SECTION("when its lines have been said") {
    chat.turn([&] {
      no_time(chat);
      chat.line(b, "/tag t1 one");
      chat.stop(b, leave_reason::error);
    });
    CHECK(chat.heard(a).find("one\n") != std::string::npos);
    const auto again = chat.come_saying("/resume token1 0");
    CHECK(chat.events(again).at(0)["resumed"] == true);
    chat.drain_all();
    chat.forget();
    chat.line(again, "/tag t1 one");
    CHECK(chat.events(again).at(0)["repeated"] == true);
    CHECK(chat.heard(a).empty());
  }
  SECTION("and the connection it comes back over breaks there, too") {
    chat.stop(b, leave_reason::error);
    chat.turn([&] {
      no_time(chat);
      const auto broken = chat.come_saying("/resume token1 0");
      chat.line(broken, "/tag t1 one");
      chat.line(broken, "/tag t2 to ann two");
      chat.stop(broken, leave_reason::error);
    });
    CHECK(chat.heard(a).empty());
    const auto again = chat.come_saying("/resume token1 0");
    chat.line(again, "/tag t1 one");
    chat.line(again, "/tag t2 to ann two");
    chat.drain_all();
    CHECK(chat.heard(a) == chat.as(b, "bob") + "one\nbob whispers to you: two\n");
  }
  SECTION("before") {
    simulation::ref again = 0;
    chat.turn([&] {
      no_time(chat);
      chat.line(b, "/tag t1 one");
      chat.stop(b, leave_reason::error);
      again = chat.come_saying("/resume token1 0");
      chat.line(again, "/tag t1 one");
    });
    chat.drain_all();
    const std::string heard = chat.heard(a);
    CHECK(heard == chat.as(b, "bob") + "one\n");
    CHECK_FALSE(chat.at(again).closed);
  }
}

TEST_CASE("line: a newcomer is let in in its turn", "[line]") {
  simulation chat(small_turns());
  const auto a = named(chat, "ann");
  chat.forget();
  simulation::ref silent = 0;
  simulation::ref speaking = 0;
  chat.turn([&] {
    no_time(chat);
    silent = chat.come();
    speaking = chat.come_saying("hello");
    CHECK(chat.at(silent).unread.empty());
  });
  CHECK(chat.heard(silent).starts_with(chat.as(silent) + "is online\n"));
  const std::string heard = chat.heard(a);
  CHECK(heard.find(chat.as(silent) + "is online\n") != std::string::npos);
  CHECK(heard.find(chat.as(speaking) + "is online\n" + chat.as(speaking) + "hello\n") != std::string::npos);
}

TEST_CASE("line: the end of the server ends it", "[line]") {
  simulation chat(small_turns());
  const auto a = named(chat, "ann");
  const auto b = named(chat, "bob");
  chat.forget();
  chat.turn([&] {
    no_time(chat);
    chat.line(b, "hello");
    CHECK(chat.hub().anybody_waits());
    chat.hub().shutdown();
  });
  CHECK_FALSE(chat.hub().anybody_waits());
  CHECK(chat.at(b).closed);
  CHECK(chat.heard(a).find("hello") == std::string::npos);
}

TEST_CASE("line: who hurries lets nobody else do anything in this turn, but knows who wants to", "[line]") {
  simulation chat(with_tokens());
  const auto a = named(chat, "ann");
  chat.forget();
  chat.turn([&] {
    chat.line(a, "/ping one");
    CHECK_FALSE(chat.hub().anybody_waits());
    chat.hub().hurry();
    chat.line(a, "/ping two");
    CHECK(chat.hub().anybody_waits());
    CHECK(chat.hub().has_space());
  });
  CHECK(chat.heard(a) == "pong one\npong two\n");
  chat.turn([&] {
    chat.line(a, "/ping three");
    CHECK_FALSE(chat.hub().anybody_waits());
  });
}

TEST_CASE("line: what waits is bounded", "[line]") {
  simulation chat(small_turns());
  const auto talkers = chat.come_many(30);
  chat.forget();
  chat.turn([&] {
    no_time(chat);
    std::size_t sent = 0;
    const std::string line = "/ping " + std::string(4000, 'z');
    const auto send_while = [&](auto wanted) {
      while (wanted() && sent < 10'000) chat.line(talkers[sent++ % talkers.size()], line);
      return sent;
    };
    const std::size_t much = send_while([&] { return !chat.hub().wants_little(); });
    CHECK(much > 750);
    CHECK(much < 1250);  // 4 MiB
    const std::size_t most = send_while([&] { return chat.hub().has_space(); });
    CHECK(most > 3000);
    CHECK(most < 5000);  // 16 MiB
    CHECK(chat.hub().wants_little());
    chat.hub().shutdown();
  });
  CHECK(chat.hub().has_space());
  CHECK_FALSE(chat.hub().wants_little());
}
