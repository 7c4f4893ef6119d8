// How many are there, and whose heart beats.

#include <string>
#include <vector>

#include "server/chat/heartbeats.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/chat/cast.hpp"

using namespace confab;
using namespace std::chrono_literals;
using namespace confab::test;

namespace {

std::vector<int> counts(const std::vector<object>& events) {
  std::vector<int> out;
  for (const object& each : events) {
    if (each["type"] == "count") out.push_back(each["online"]);
  }
  return out;
}

chat::hub_options dead_after(unsigned missed, std::chrono::seconds resume_window = 120s) {
  auto options = with_tokens(resume_window);
  options.dead_after = missed;
  return options;
}

}  // namespace

// ---- how many

TEST_CASE("count: JSON users are told when the number has changed, at most once a second", "[count]") {
  simulation chat(simulation::quiet(), 2);
  const auto a = program(chat, "ann");
  const auto b = named(chat, "bob");
  chat.second();
  chat.forget();
  const auto more = chat.come_many(5);
  CHECK(counts(chat.events(a)).empty());
  chat.second();
  CHECK(counts(chat.events(a)) == std::vector<int>{7});
  CHECK(chat.heard(b).find("7 online") == std::string::npos);
  chat.seconds(5);
  CHECK(chat.heard(a).empty());
  for (const auto each : more) chat.stop(each, leave_reason::eof);
  chat.second();
  CHECK(counts(chat.events(a)) == std::vector<int>{2});
}

TEST_CASE("count: one that comes and goes within a second is no change", "[count]") {
  simulation chat;
  const auto a = program(chat, "ann");
  chat.second();
  chat.forget();
  const auto b = chat.come();
  chat.stop(b, leave_reason::eof);
  chat.second();
  CHECK(counts(chat.events(a)).empty());
}

TEST_CASE("count: the event has nothing but the number", "[count]") {
  simulation chat;
  const auto a = program(chat, "ann");
  chat.second();
  chat.forget();
  named(chat, "bob");
  chat.second();
  CHECK(chat.events(a) == std::vector<object>{{{"type", "count"}, {"time", chat.time()}, {"online", 2}}});
}

TEST_CASE("count: one who may come back still counts, until it can't", "[count]") {
  auto options = dead_after(0, 10s);
  simulation chat(options);
  const auto a = program(chat, "ann");
  const auto b = program(chat, "bob");
  chat.second();
  chat.forget();
  chat.stop(b, leave_reason::error);
  chat.seconds(9);
  CHECK(chat.heard(a).empty());
  chat.second();
  CHECK(counts(chat.events(a)) == std::vector<int>{1});
}

// ---- away

// ---- heartbeat

TEST_CASE("heartbeat: who has missed two is given up", "[heartbeat]") {
  const int seconds = GENERATE(1, 2, 7);
  simulation chat(dead_after(2, 0s));
  const auto a = named(chat, "ann");
  const auto b = program(chat, "bob");
  CHECK(answer(chat, b, "/tag h /heartbeat " + std::to_string(seconds)).find(R"("type":"ok")") != std::string::npos);
  chat.forget();
  chat.seconds(static_cast<std::size_t>(2 * seconds - 1));
  CHECK_FALSE(chat.at(b).closed);
  CHECK(chat.heard(a).empty());
  chat.second();
  CHECK(chat.at(b).closed);
  CHECK(chat.events(b).back()["reason"] == "error");
  CHECK(chat.heard(a) == chat.as(b, "bob") + "is offline\n");
  chat.seconds(30);
  CHECK(chat.heard(a).empty());
}

TEST_CASE("heartbeat: any line keeps one alive, as long as they come", "[heartbeat]") {
  simulation chat(dead_after(2, 0s));
  const auto b = program(chat, "bob");
  chat.line(b, "/heartbeat 2");
  const char* const line = GENERATE("/ping", "", "hello", "/nope");
  for (int i = 0; i < 10; ++i) {
    chat.seconds(3);
    chat.line(b, line);
  }
  CHECK_FALSE(chat.at(b).closed);
  chat.seconds(3);
  CHECK_FALSE(chat.at(b).closed);
  chat.second();
  CHECK(chat.at(b).closed);
}

TEST_CASE("heartbeat: after one missed with --dead-after 1, never with 0", "[heartbeat]") {
  {
    simulation chat(dead_after(1, 0s));
    const auto b = program(chat, "bob");
    chat.line(b, "/heartbeat 5");
    chat.seconds(4);
    CHECK_FALSE(chat.at(b).closed);
    chat.second();
    CHECK(chat.at(b).closed);
  }
  simulation chat(dead_after(0, 0s));
  const auto b = program(chat, "bob");
  chat.line(b, "/heartbeat 1");
  chat.seconds(100);
  CHECK_FALSE(chat.at(b).closed);
}

TEST_CASE("heartbeat: nobody is given up or idle while a paged reply is being written to it", "[heartbeat][idle]") {
  const bool promised = GENERATE(true, false);
  CAPTURE(promised);
  auto options = dead_after(2, 100s);
  options.send_queue = 64 * 1024;
  options.idle_timeout = promised ? 0s : 6s;  // as long as two promised lines of 3 s
  simulation chat(options);
  const auto b = program(chat, "bob");
  if (promised) chat.line(b, "/heartbeat 3");
  chat.turn([&] {
    for (int i = 0; i < 10'000; ++i) chat.line(b, "who");
  });
  for (int i = 0; i < 5; ++i) {
    REQUIRE(chat.at(b).drain);
    chat.seconds(69);
    CHECK_FALSE(chat.at(b).closed);
    CHECK(chat.heard(b).find("\"bye\"") == std::string::npos);
    chat.drained(b);
  }
  // From its end on it counts again.
  chat.drain_all();
  chat.seconds(5);
  CHECK_FALSE(chat.at(b).closed);
  chat.second();
  CHECK(chat.at(b).closed);
}

TEST_CASE("heartbeat: who promised none is not looked at", "[heartbeat]") {
  simulation chat(dead_after(2));
  const auto a = program(chat, "ann");
  const auto b = program(chat, "bob");
  chat.line(b, "/heartbeat 1");
  chat.line(b, "/heartbeat 0");
  chat.seconds(100);
  CHECK_FALSE(chat.at(a).closed);
  CHECK_FALSE(chat.at(b).closed);
}

TEST_CASE("heartbeat: the last promise counts", "[heartbeat]") {
  simulation chat(dead_after(2, 0s));
  const auto b = program(chat, "bob");
  SECTION("a longer one") {
    chat.line(b, "/heartbeat 1");
    chat.line(b, "/heartbeat 10");
    chat.seconds(19);
    CHECK_FALSE(chat.at(b).closed);
    chat.second();
    CHECK(chat.at(b).closed);
  }
  SECTION("a shorter one") {
    chat.line(b, "/heartbeat 3600");
    chat.line(b, "/heartbeat 1");
    chat.second();
    CHECK_FALSE(chat.at(b).closed);
    chat.second();
    CHECK(chat.at(b).closed);
  }
  SECTION("one after none") {
    chat.line(b, "/heartbeat 1");
    chat.line(b, "/heartbeat 0");
    chat.seconds(20);
    chat.line(b, "/heartbeat 1");
    chat.second();
    CHECK_FALSE(chat.at(b).closed);
    chat.second();
    CHECK(chat.at(b).closed);
  }
}

TEST_CASE("heartbeat: up to an hour", "[heartbeat]") {
  simulation chat(dead_after(2));
  const auto b = program(chat, "bob");
  for (const char* const good : {"0", "1", "3599", "3600"}) {
    INFO(good);
    CHECK(answer(chat, b, "/heartbeat " + std::string(good)).find(R"("type":"ok")") != std::string::npos);
  }
  for (const char* const bad : {"3601", "-1", "x", "1 2", "1.5", "99999999999"}) {
    INFO(bad);
    CHECK(answer(chat, b, "/heartbeat " + std::string(bad)).find(R"("code":"bad-argument")") != std::string::npos);
  }
  CHECK(answer(chat, b, "/heartbeat").find("Something is missing. Usage: /heartbeat SECONDS") != std::string::npos);
  // The last promise was an hour.
  chat.seconds(7199);
  CHECK_FALSE(chat.at(b).closed);
  chat.second();
  CHECK(chat.at(b).closed);
}

TEST_CASE("heartbeat: one given up may come back, and still promises", "[heartbeat][resume]") {
  simulation chat(dead_after(2, 120s));
  const auto a = named(chat, "ann");
  const auto b = program(chat, "bob");
  chat.line(b, "/heartbeat 2");
  chat.forget();
  chat.seconds(4);
  CHECK(chat.at(b).closed);
  CHECK(chat.heard(a).empty());
  CHECK(chat.hub().online() == 2);
  const auto again = chat.come_saying("/resume token1 0");
  CHECK(chat.events(again).at(0)["resumed"] == true);
  chat.seconds(3);
  CHECK_FALSE(chat.at(again).closed);
  chat.second();
  CHECK(chat.at(again).closed);
  CHECK(chat.heard(a).empty());
}

TEST_CASE("heartbeats: a wheel shows each at its second, once", "[heartbeat]") {
  chat::heartbeats wheel;
  const auto in = std::chrono::seconds(GENERATE(1, 2, 3600, 7200));
  const chat::session_ref who{1, 2, 3};
  wheel.look(who, in);
  for (int i = 1; i < in.count(); ++i) REQUIRE(wheel.next_second().empty());
  CHECK(wheel.next_second() == std::vector<chat::session_ref>{who});
  for (int i = 0; i < 9000; ++i) REQUIRE(wheel.next_second().empty());
}
