// Four times as many cost four times as much, not sixteen times: counted in steps, so that it is the same on any
// machine.

#include <algorithm>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/unit/chat/cast.hpp"

using namespace confab;
using namespace confab::test;
using namespace std::chrono_literals;

namespace {

using people = std::vector<simulation::ref>;

std::uint64_t steps_of(simulation& chat, const std::function<void()>& what) {
  const std::uint64_t before = chat.hub().steps();
  what();
  return chat.hub().steps() - before;
}

// What `cost` says of n and of 4n: it grows at all, and in step.
void check_linear(const std::function<std::uint64_t(std::size_t)>& cost) {
  constexpr std::size_t n = 300;
  const std::uint64_t few = cost(n);
  const std::uint64_t many = cost(4 * n);
  CAPTURE(few, many);
  CHECK(few >= n);
  CHECK(many >= 4 * n);
  CHECK(many <= 6 * few);
}

chat::hub_options crowded() {
  auto options = with_tokens();
  options.announce_limit = 20;
  options.max_rooms = 10'000;
  return options;
}

people programs(simulation& chat, std::size_t count) {
  people all;
  chat.turn([&] {
    for (std::size_t i = 0; i < count; ++i) {
      all.push_back(chat.come());
      chat.line(all.back(), "/json on");
    }
  });
  chat.drain_all();
  chat.forget();
  return all;
}

void each_says(simulation& chat, const people& all, const std::string& line) {
  chat.turn([&] {
    for (const auto each : all) chat.line(each, line);
  });
  chat.drain_all();
  chat.forget();
}

}  // namespace

TEST_CASE("growth: connections that break, and are given up", "[growth]") {
  check_linear([](std::size_t n) {
    simulation chat(crowded());
    const people all = programs(chat, n);
    return steps_of(chat, [&] {
      for (const auto each : all) chat.stop(each, leave_reason::error);
      chat.seconds(121);
    });
  });
}

TEST_CASE("growth: connections that break and come back, the last first", "[growth]") {
  check_linear([](std::size_t n) {
    simulation chat(crowded());
    const people all = programs(chat, n);
    return steps_of(chat, [&] {
      for (const auto each : all) chat.stop(each, leave_reason::error);
      for (std::size_t i = n; i > 0; --i) chat.come_saying("/resume token" + std::to_string(i) + " 0");
    });
  });
}

TEST_CASE("growth: the end of the server, with those whose connection broke", "[growth]") {
  check_linear([](std::size_t n) {
    simulation chat(crowded());
    const people all = programs(chat, n);
    each_says(chat, all, "/join tea");
    for (std::size_t i = 0; i < n; i += 2) chat.stop(all[i], leave_reason::error);
    return steps_of(chat, [&] { chat.shutdown(); });
  });
}

TEST_CASE("growth: a whole room leaves, or goes offline, in any order", "[growth]") {
  const bool offline = GENERATE(false, true);
  const bool backwards = GENERATE(false, true);
  check_linear([&](std::size_t n) {
    simulation chat(crowded());
    people all = programs(chat, n);
    if (backwards) std::reverse(all.begin(), all.end());
    return steps_of(chat, [&] {
      each_says(chat, all, "/join tea");
      if (!offline) return each_says(chat, all, "/leave");
      for (const auto each : all) chat.stop(each, leave_reason::quit);
    });
  });
}

TEST_CASE("growth: rooms that are made, named and left", "[growth]") {
  check_linear([](std::size_t n) {
    simulation chat(crowded());
    const people all = programs(chat, n / 20);
    return steps_of(chat, [&] {
      for (std::size_t i = 0; i < n; ++i) chat.line(all[i / 20], "/join room" + std::to_string(i));
      for (std::size_t i = 0; i < n; ++i) chat.line(all[0], "/who room" + std::to_string(n - 1 - i));
      for (std::size_t i = 0; i < n; ++i) chat.line(all[i / 20], "/leave room" + std::to_string(i));
    });
  });
}

TEST_CASE("growth: one list of a large room, of all rooms, of all users", "[growth]") {
  const std::string asked = GENERATE("/who tea", "/rooms", "who");
  check_linear([&](std::size_t n) {
    simulation chat(crowded());
    const people all = programs(chat, n);
    each_says(chat, all, "/join tea");
    for (std::size_t i = 0; i < n; ++i) chat.line(all[i], "/join room" + std::to_string(i));
    chat.forget();
    return steps_of(chat, [&] {
      chat.line(all[0], asked);
      chat.drain_all();
    });
  });
}

TEST_CASE("growth: lists among those who have left, from any place", "[growth]") {
  simulation chat(crowded());
  const people all = programs(chat, 2000);
  for (std::size_t i = 1; i < 1900; ++i) chat.stop(all[i], leave_reason::quit);
  CHECK(steps_of(chat, [&] { chat.line(all[0], "who"); }) < 500);
}

TEST_CASE("growth: all whisper to one who is away", "[growth]") {
  check_linear([](std::size_t n) {
    simulation chat(crowded());
    const auto b = named(chat, "bob");
    chat.line(b, "/away");
    const people all = programs(chat, n);
    // In one turn, so that those of a small crowd do not wait: then each costs a step more, to find it again.
    return steps_of(chat, [&] {
      for (const auto each : all) chat.line(each, "to bob hi");
    });
  });
}

TEST_CASE("growth: a resume costs what it tells, whatever else is remembered", "[growth][resume]") {
  simulation chat(crowded());
  const auto a = named(chat, "ann");
  const auto b = named(chat, "bob");
  chat.line(a, "/join tea");
  chat.line(b, "/join tea");
  const people all = programs(chat, 50);
  for (const auto each : all) chat.stop(each, leave_reason::error);
  const std::size_t others = GENERATE(std::size_t{0}, std::size_t{20'000});
  for (std::size_t i = 0; i < others; ++i) chat.line(a, i % 2 == 0 ? "to bob x" : "in tea");
  if (others != 0) chat.line(a, "/recall " + std::to_string(others));
  chat.line(a, "/room lobby");
  for (int i = 0; i < 10; ++i) chat.line(a, "missed");
  const auto steps = steps_of(chat, [&] {
    for (std::size_t i = 1; i <= all.size(); ++i) chat.come_saying("/resume token" + std::to_string(i) + " 0");
    chat.drain_all();
  });
  CHECK(steps >= all.size() * 10);
  CHECK(steps < all.size() * 40);
}

TEST_CASE("growth: much that was taken back is told in slices", "[growth][resume]") {
  simulation chat(crowded());
  const auto a = named(chat, "ann");
  const auto b = program(chat, "bob");
  chat.stop(b, leave_reason::error);
  constexpr int count = 3000;
  for (int i = 1; i <= count; ++i) {
    chat.line(a, "x");
    chat.line(a, "/recall " + std::to_string(i));
  }
  const auto again = chat.come_saying("/resume token1 3000");
  std::size_t told = 0;
  std::size_t slices = 0;
  for (bool more = true; more; ++slices) {
    std::size_t bytes = 0;
    for (const auto& each : chat.events(again)) {
      if (each["type"] == "recalled") CHECK(each["id"] == ++told);
      bytes += each.dump().size();
    }
    CHECK(bytes <= chat::hub_options().send_queue / 2);
    more = chat.at(again).drain;
    if (more) chat.drained(again);
  }
  CHECK(told == count);
  CHECK(slices > 2);
}

TEST_CASE("growth: what is taken back while a resume is told is told too, once", "[growth][resume]") {
  auto options = crowded();
  options.send_queue = 16'384;
  simulation chat(options);
  const auto a = named(chat, "ann");
  const auto b = program(chat, "bob");
  chat.stop(b, leave_reason::error);
  for (int i = 1; i <= 200; ++i) {
    chat.line(a, std::string(100, 'x'));
    if (i <= 100) chat.line(a, "/recall " + std::to_string(i));
  }
  const auto again = chat.come_saying("/resume token1 100");
  std::vector<object> heard = chat.events(again);
  int gone = 100;
  while (chat.at(again).drain) {
    chat.line(a, "/recall " + std::to_string(++gone));
    chat.drained(again);
    const auto more = chat.events(again);
    heard.insert(heard.end(), more.begin(), more.end());
  }
  REQUIRE(gone > 103);
  std::vector<int> shown;
  std::vector<int> recalled;
  for (const auto& each : heard) {
    if (each["type"] == "message") shown.push_back(each["id"]);
    if (each["type"] == "recalled") recalled.push_back(each["id"]);
  }
  CHECK(std::is_sorted(shown.begin(), shown.end()));
  // What it has been shown and is gone by now, it has heard of; what it has not been shown it need not.
  for (int id = 1; id <= 200; ++id) {
    CAPTURE(id, gone);
    const bool is_shown = std::find(shown.begin(), shown.end(), id) != shown.end();
    const auto told = std::count(recalled.begin(), recalled.end(), id);
    CHECK(told <= 1);
    if (id <= 100) {
      CHECK(told == 1);
    } else if (id <= gone) {
      CHECK(told == (is_shown ? 1 : 0));
    } else {
      CHECK(is_shown);
      CHECK(told == 0);
    }
  }
}
