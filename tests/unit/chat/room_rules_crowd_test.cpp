// Many who join and leave a room at once are told there as a number.

#include <algorithm>
#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/unit/chat/cast.hpp"

using namespace confab;
using namespace confab::test;

namespace {

chat::hub_options announcing(std::size_t limit) {
  auto options = with_tokens();
  options.announce_limit = limit;
  options.max_users = 100'000;
  return options;
}

std::vector<simulation::ref> people(simulation& chat, std::size_t count) {
  const auto all = chat.come_many(count);
  chat.second();
  chat.forget();
  return all;
}

}  // namespace

TEST_CASE("room crowd: up to the limit they are told one by one, the rest as a number", "[crowd][rooms]") {
  simulation chat(announcing(3), GENERATE(std::size_t{1}, std::size_t{2}));
  const auto a = named(chat, "ann");
  chat.line(a, "/join tea");
  const std::size_t count = GENERATE(std::size_t{2}, std::size_t{3}, std::size_t{4}, std::size_t{10});
  const auto all = people(chat, count);
  const auto in_all = std::to_string(count + 1);
  chat.turn([&] {
    for (const auto each : all) chat.line(each, "/join tea");
  });
  std::string one_by_one;
  for (std::size_t i = 0; i < std::min<std::size_t>(count, 3); ++i) {
    one_by_one += "#tea " + chat.as(all[i]) + "has joined\n";
  }
  CHECK(chat.heard(a) == one_by_one);
  // Whoever joins is told of it.
  for (std::size_t i = 0; i < count; ++i) {
    CHECK(chat.heard(all[i]).find("#tea " + chat.as(all[i]) + "has joined\nYour text goes to #tea\n") !=
          std::string::npos);
  }
  chat.second();
  const std::string crowd = "#tea: " + std::to_string(count - 3) + " joined, 0 left (" + in_all + " there)\n";
  CHECK(chat.heard(a) == (count > 3 ? crowd : ""));
  if (count > 3) CHECK(chat.heard(all[3]) == crowd);
  chat.second();
  CHECK(chat.heard(a).empty());

  SECTION("leaving") {
    chat.turn([&] {
      for (const auto each : all) chat.line(each, "/leave");
    });
    for (std::size_t i = 0; i < count; ++i) {
      CHECK(chat.heard(all[i]).find("#tea " + chat.as(all[i]) + "has left\nYour text goes to the lobby\n") !=
            std::string::npos);
    }
    CHECK(chat.heard(a) == [&] {
      std::string out;
      for (std::size_t i = 0; i < std::min<std::size_t>(count, 3); ++i) {
        out += "#tea " + chat.as(all[i]) + "has left\n";
      }
      return out;
    }());
  }
  SECTION("going offline") {
    chat.turn([&] {
      for (const auto each : all) chat.stop(each, leave_reason::error);
    });
    const std::string heard = chat.heard(a);
    CHECK(std::count(heard.begin(), heard.end(), '\n') ==
          static_cast<std::ptrdiff_t>(2 * std::min<std::size_t>(count, 3)));
  }
  chat.second();
  const std::string left = "#tea: 0 joined, " + std::to_string(count - 3) + " left (1 there)\n";
  const std::string heard = chat.heard(a);
  CHECK((heard.find(left) != std::string::npos) == (count > 3));
}

TEST_CASE("room crowd: each room and the lobby count for themselves, each second anew", "[crowd][rooms]") {
  simulation chat(announcing(1));
  const auto a = named(chat, "ann");
  const auto b = named(chat, "bob");
  const auto c = named(chat, "cat");
  chat.line(a, "/join tea");
  chat.line(a, "/join nap");
  for (int i = 0; i < 3; ++i) {
    chat.second();
    chat.forget();
    chat.line(b, "/join tea");
    chat.line(b, "/join nap");
    CHECK(chat.heard(a) == "#tea " + chat.as(b, "bob") + "has joined\n#nap " + chat.as(b, "bob") + "has joined\n");
    chat.line(c, "/join nap");
    chat.line(b, "/leave nap");
    chat.line(b, "/leave tea");
    chat.line(c, "/leave nap");
    CHECK(chat.heard(a).empty());
    chat.second();
    CHECK(chat.heard(a) == "#tea: 0 joined, 1 left (1 there)\n#nap: 1 joined, 2 left (1 there)\n");
  }
}

TEST_CASE("room crowd: in JSON it is an event of its own, in Chinese a line", "[crowd][rooms]") {
  auto options = announcing(0);
  options.lang = language::zh;
  simulation chat(options);
  const auto a = named(chat, "ann");
  const auto b = program(chat, "bob");
  chat.line(a, "/join tea");
  chat.line(b, "/join tea");
  chat.forget();
  const auto c = named(chat, "cat");
  chat.line(c, "/join tea");
  CHECK(chat.heard(a).empty());
  CHECK(chat.heard(b).empty());
  chat.second();
  CHECK(chat.heard(a).find("#tea：3 人进入，0 人离开（房间内 3 人）\n") != std::string::npos);
  std::vector<object> crowds;
  for (const auto& each : chat.events(b)) {
    if (each["type"] == "room_crowd") crowds.push_back(each);
  }
  REQUIRE(crowds.size() == 1);
  CHECK(
      crowds[0] ==
      object{
          {"type", "room_crowd"}, {"time", chat.time()}, {"room", "tea"}, {"joined", 3}, {"left", 0}, {"members", 3}});
}

TEST_CASE("room crowd: a room that has gone, or is made anew, is told nothing of it", "[crowd][rooms]") {
  simulation chat(announcing(0));
  const auto a = named(chat, "ann");
  chat.line(a, "/join tea");
  chat.line(a, "/leave tea");
  SECTION("gone") {
    chat.second();
    CHECK(chat.heard(a).find("#tea:") == std::string::npos);
  }
  SECTION("anew") {
    chat.line(a, "/join tea");
    chat.second();
    CHECK(chat.heard(a).ends_with("#tea: 1 joined, 0 left (1 there)\n"));
  }
}

TEST_CASE("room crowd: 2,000 who leave one room, whichever way, are few lines for those who stay", "[crowd][rooms]") {
  simulation chat(announcing(20));
  const auto a = named(chat, "ann");
  chat.line(a, "/join tea");
  const auto all = people(chat, 2000);
  chat.turn([&] {
    for (const auto each : all) chat.line(each, "/join tea");
  });
  chat.drain_all();
  chat.second();
  chat.forget();
  const bool offline = GENERATE(false, true);
  chat.turn([&] {
    for (const auto each : all) offline ? chat.stop(each, leave_reason::error) : chat.line(each, "/leave tea");
  });
  chat.drain_all();
  chat.second();
  const std::string heard = chat.heard(a);
  CHECK(std::count(heard.begin(), heard.end(), '\n') == (offline ? 42 : 21));
  CHECK(heard.find("#tea: 0 joined, 1980 left (1 there)\n") != std::string::npos);
}
