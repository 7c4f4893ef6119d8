// What happens as time passes: warnings, the idle, crowds.

#include <string>

#include "server/chat/announcer.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/chat/simulation.hpp"

using namespace confab;
using namespace std::chrono_literals;
using confab::test::object;
using confab::test::simulation;

namespace {

chat::hub_options idle_after(std::chrono::seconds timeout) {
  auto options = simulation::quiet();
  options.idle_timeout = timeout;
  return options;
}

chat::hub_options announcing(std::size_t limit) {
  auto options = simulation::quiet();
  options.announce_limit = limit;
  return options;
}

constexpr const char* warning = "You have been idle: send any line within 30 s to stay\n";

}  // namespace

TEST_CASE("idle: one is shown out when the time is up, not before", "[idle]") {
  simulation chat(idle_after(10s));
  const auto a = chat.come();
  chat.seconds(9);
  const auto b = chat.come();
  chat.forget();
  CHECK_FALSE(chat.at(a).closed);
  chat.second();
  CHECK(chat.at(a).closed);
  CHECK(chat.heard(a) == "You were disconnected: idle for 10 s\n");
  CHECK(chat.heard(b) == chat.as(a) + "is offline\n");
  chat.seconds(8);
  CHECK_FALSE(chat.at(b).closed);
  chat.second();
  CHECK(chat.heard(b) == "You were disconnected: idle for 10 s\n");
  CHECK(chat.hub().online() == 0);
}

TEST_CASE("idle: a moment short of the time is not up", "[idle]") {
  simulation chat(idle_after(10s));
  const auto a = chat.come();
  chat.wait(1ms);
  chat.line(a, "");
  chat.wait(8999ms);
  chat.second();
  CHECK_FALSE(chat.at(a).closed);
  chat.wait(1ms);
  chat.turn([&] { chat.hub().tick(); });
  CHECK(chat.at(a).closed);
}

TEST_CASE("idle: any line is a sign of life", "[idle]") {
  simulation chat(idle_after(3s));
  const auto a = chat.come();
  const std::string line = GENERATE("", "hello", "/ping", "/dance", "to nobody x", "\xFF");
  for (int i = 0; i < 10; ++i) {
    chat.seconds(2);
    chat.line(a, line);
  }
  CHECK_FALSE(chat.at(a).closed);
  chat.seconds(2);
  CHECK_FALSE(chat.at(a).closed);
  chat.second();
  CHECK(chat.at(a).closed);
}

TEST_CASE("idle: a line that the session refused is a sign of life too", "[idle]") {
  simulation chat(idle_after(3s));
  const auto a = chat.come();
  chat.seconds(2);
  chat.refuse(a, problem::line_too_long);
  chat.seconds(2);
  CHECK_FALSE(chat.at(a).closed);
}

TEST_CASE("idle: who has been silent longest goes first, and being whispered to is no sign of life", "[idle]") {
  simulation chat(idle_after(5s));
  const auto all = chat.come_many(4);
  chat.second();
  chat.line(all[0], "/ping");
  chat.second();
  chat.line(all[2], "to 127.0.0.1:2 hi");
  chat.second();
  chat.forget();
  chat.seconds(2);  // the second and the fourth have said nothing for five seconds
  CHECK(chat.heard(all[0]) == chat.as(all[1]) + "is offline\n" + chat.as(all[3]) + "is offline\n");
  chat.second();
  CHECK(chat.at(all[0]).closed);
  CHECK_FALSE(chat.at(all[2]).closed);
  CHECK(chat.heard(all[2]) ==
        chat.as(all[1]) + "is offline\n" + chat.as(all[3]) + "is offline\n" + chat.as(all[0]) + "is offline\n");
  chat.second();
  CHECK(chat.at(all[2]).closed);
}

TEST_CASE("idle: all who are due go in one tick, each told once", "[idle]") {
  simulation chat(idle_after(5s));
  const auto all = chat.come_many(100);
  chat.line(all[50], "/json on");
  chat.seconds(1);
  chat.line(all[99], "/ping");
  chat.forget();
  chat.seconds(4);
  std::string told;
  for (std::size_t i = 0; i < 99; ++i) {
    CHECK(chat.at(all[i]).closed);
    if (i != 50) told += chat.as(all[i]) + "is offline\n";
  }
  told += chat.as(all[50]) + "is offline\n";  // it spoke after the others had come
  CHECK(chat.heard(all[99]) == told);
  CHECK(chat.hub().online() == 1);
}

TEST_CASE("idle: in JSON the reason is named", "[idle]") {
  simulation chat(idle_after(5s));
  const auto a = chat.come();
  chat.line(a, "/json on");
  chat.second();
  const auto b = chat.come();
  chat.line(b, "/json on");
  chat.second();
  chat.forget();
  chat.seconds(3);
  const auto last = chat.events(a);
  REQUIRE(last.size() == 1);
  CHECK(last[0]["type"] == "bye");
  CHECK(last[0]["reason"] == "idle");
  const auto news = chat.events(b);
  REQUIRE(news.size() == 2);
  CHECK(news[0]["type"] == "left");
  CHECK(news[0]["reason"] == "idle");
  CHECK(news[1]["type"] == "count");
}

TEST_CASE("idle: with 0 nobody is shown out", "[idle]") {
  simulation chat(idle_after(0s));
  const auto a = chat.come();
  chat.forget();
  chat.wait(24h);
  chat.seconds(400);
  CHECK_FALSE(chat.at(a).closed);
  CHECK(chat.heard(a).empty());
}

TEST_CASE("idle: a warning comes 30 s before the end, when the timeout is over 60 s", "[idle]") {
  {
    simulation chat(idle_after(60s));
    const auto a = chat.come();
    chat.forget();
    chat.seconds(59);
    CHECK(chat.heard(a).empty());
    chat.second();
    CHECK(chat.heard(a) == "You were disconnected: idle for 60 s\n");
  }
  simulation chat(idle_after(61s));
  const auto a = chat.come();
  chat.forget();
  chat.seconds(30);
  CHECK(chat.heard(a).empty());
  chat.second();
  CHECK(chat.heard(a) == warning);
  chat.seconds(29);
  CHECK(chat.heard(a).empty());
  chat.second();
  CHECK(chat.heard(a) == "You were disconnected: idle for 61 s\n");
}

TEST_CASE("idle: the warning comes once for each silence", "[idle]") {
  simulation chat(idle_after(100s));
  const auto a = chat.come();
  const auto b = chat.come();
  chat.forget();
  chat.seconds(75);
  CHECK(chat.heard(a) == warning);
  CHECK(chat.heard(b) == warning);
  chat.line(a, "");
  chat.seconds(25);
  CHECK(chat.heard(b) == "You were disconnected: idle for 100 s\n");
  CHECK(chat.heard(a) == chat.as(b) + "is offline\n");
  chat.seconds(44);
  CHECK(chat.heard(a).empty());
  chat.second();
  CHECK(chat.heard(a) == warning);
}

TEST_CASE("idle: in JSON the warning is a notice that says how long is left", "[idle]") {
  simulation chat(idle_after(100s));
  const auto a = chat.come();
  chat.line(a, "/json on");
  chat.second();
  chat.forget();
  chat.seconds(69);
  const auto events = chat.events(a);
  REQUIRE(events.size() == 1);
  CHECK(events[0]["type"] == "notice");
  CHECK(events[0]["idle_left"] == 30);
}

TEST_CASE("crowd: up to the limit arrivals are told one by one, the rest as a number", "[crowd]") {
  simulation chat(announcing(3));
  const auto a = chat.come();
  chat.second();
  chat.forget();
  const std::size_t count = GENERATE(std::size_t{2}, std::size_t{3}, std::size_t{4}, std::size_t{10});
  const auto all = chat.come_many(count);
  std::string told;
  for (std::size_t i = 0; i < std::min<std::size_t>(count, 3); ++i) told += chat.as(all[i]) + "is online\n";
  CHECK(chat.heard(a) == told);
  // Who is not told of still sees its own arrival, and no more than the crowd of the others.
  for (std::size_t i = 3; i < count; ++i) CHECK(chat.heard(all[i]) == chat.as(all[i]) + "is online\n");
  chat.second();
  const std::string crowd = std::to_string(count - std::min<std::size_t>(count, 3)) + " came online, 0 went offline (" +
                            std::to_string(count + 1) + " online)\n";
  CHECK(chat.heard(a) == (count > 3 ? crowd : ""));
  if (count > 3) CHECK(chat.heard(all[3]) == crowd);
  chat.second();
  CHECK(chat.heard(a).empty());
}

TEST_CASE("crowd: arrivals and departures share the limit of a second", "[crowd]") {
  simulation chat(announcing(2));
  const auto a = chat.come();
  chat.second();
  const auto b = chat.come();
  const auto c = chat.come();
  chat.second();
  chat.forget();
  chat.turn([&] {
    chat.end(b);
    chat.come_from("127.0.0.1:90");
    chat.end(c);
    chat.come_from("127.0.0.1:91");
  });
  CHECK(chat.heard(a) == chat.as(b) + "is offline\n[127.0.0.1:90]127.0.0.1:90: is online\n");
  chat.second();
  CHECK(chat.heard(a) == "1 came online, 1 went offline (3 online)\n");
}

TEST_CASE("crowd: each second counts anew", "[crowd]") {
  simulation chat(announcing(1));
  const auto a = chat.come();
  for (int i = 0; i < 5; ++i) {
    chat.second();
    chat.forget();
    const auto b = chat.come();
    CHECK(chat.heard(a) == chat.as(b) + "is online\n");
  }
  chat.second();
  CHECK(chat.heard(a).empty());
}

TEST_CASE("crowd: with a limit of 0 there are only crowds, with a Chinese line too", "[crowd]") {
  auto options = announcing(0);
  options.lang = language::zh;
  simulation chat(options);
  const auto a = chat.come();
  CHECK(chat.heard(a) == chat.as(a) + "已上线\n");
  const auto b = chat.come();
  chat.end(b);
  CHECK(chat.heard(a).empty());
  chat.second();
  CHECK(chat.heard(a) == "2 人上线，1 人下线（在线 1）\n");
}

TEST_CASE("crowd: in JSON it is an event of its own", "[crowd]") {
  simulation chat(announcing(1));
  const auto a = chat.come();
  chat.line(a, "/json on");
  chat.second();
  chat.forget();
  chat.come_many(3);
  chat.second();
  const auto events = chat.events(a);
  REQUIRE(events.size() == 3);
  CHECK(events[0]["type"] == "joined");
  CHECK(events[1] == object{{"type", "crowd"}, {"time", chat.time()}, {"joined", 2}, {"left", 0}, {"online", 4}});
  CHECK(events[2]["type"] == "count");
}

TEST_CASE("announcer: admits up to its limit, then counts", "[announcer]") {
  const std::size_t limit = GENERATE(std::size_t{0}, std::size_t{1}, std::size_t{20});
  chat::announcer announcer(limit);
  for (int second = 0; second < 3; ++second) {
    for (std::size_t i = 0; i < limit; ++i) {
      CHECK((i % 2 == 0 ? announcer.admit_arrival() : announcer.admit_departure()));
    }
    for (int i = 0; i < 3; ++i) CHECK_FALSE(announcer.admit_arrival());
    CHECK_FALSE(announcer.admit_departure());
    const auto crowd = announcer.next_second();
    CHECK(crowd.joined == 3);
    CHECK(crowd.left == 1);
    CHECK_FALSE(crowd.empty());
    CHECK(announcer.next_second().empty());
  }
}
