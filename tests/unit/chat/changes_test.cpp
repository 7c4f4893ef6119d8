// Options that become others while people are online: what holds for them, and what for those who come.

#include <string>
#include <string_view>

#include "tests/support/catch.hpp"
#include "tests/unit/chat/cast.hpp"
#include "tests/unit/chat/hub_inside.hpp"

using namespace confab;
using namespace std::chrono_literals;
using namespace confab::test;

namespace {

/// A chat and the options that it has.
struct changing {
  chat::hub_options options;
  simulation chat;

  explicit changing(chat::hub_options first, std::size_t shards = 1) : options(first), chat(std::move(first), shards) {}
  void change() {
    chat.turn([this] { chat.hub().change(options); });
  }
};

object welcome_of(simulation& chat, simulation::ref who, std::string_view line) {
  chat.heard(who);
  chat.line(who, line);
  for (object& each : chat.events(who)) {
    if (each["type"] == "welcome") return each;
  }
  return {};
}

simulation::ref newcomer(simulation& chat) {
  const auto fresh = chat.come();
  chat.arrive();
  return fresh;
}

std::size_t rooms_of(simulation& chat) {
  return hub_inside(chat.hub()).chat().rooms.size();
}

const std::string no_room = "There are too many rooms already: join one of /rooms\n";

}  // namespace

TEST_CASE("changes: the idle timeout is the one that each was told when it came", "[changes]") {
  changing with(with_tokens());
  simulation& chat = with.chat;
  with.options.idle_timeout = 10s;
  with.change();
  const auto early = chat.come();
  CHECK(welcome_of(chat, early, "/json on")["limits"]["idle"] == 10);
  with.options.idle_timeout = 5s;
  with.change();
  const auto late = chat.come();
  CHECK(welcome_of(chat, late, "/json on")["limits"]["idle"] == 5);
  CHECK(welcome_of(chat, early, "/json on")["limits"]["idle"] == 10);
  with.options.idle_timeout = 0s;
  with.change();
  const auto last = chat.come();
  CHECK(welcome_of(chat, last, "/json on")["limits"]["idle"] == 0);
  chat.seconds(4);
  CHECK_FALSE(chat.at(late).closed);
  chat.second();
  CHECK(chat.at(late).closed);
  CHECK(chat.events(late).back()["reason"] == "idle");
  chat.seconds(4);
  CHECK_FALSE(chat.at(early).closed);
  chat.second();
  CHECK(chat.at(early).closed);
  chat.seconds(1000);
  CHECK_FALSE(chat.at(last).closed);
}

TEST_CASE("changes: a sign of life counts by the timeout that one has, and who is told of it hears that", "[changes]") {
  changing with(simulation::quiet());
  simulation& chat = with.chat;
  with.options.idle_timeout = 100s;
  with.change();
  const auto early = named(chat, "ann");
  with.options.idle_timeout = 200s;
  with.change();
  const auto late = named(chat, "bob");
  chat.seconds(70);
  CHECK(chat.heard(early).find("30 s") != std::string::npos);
  CHECK(chat.heard(late).empty());
  chat.line(early, "here");
  chat.heard(late);
  chat.seconds(99);
  CHECK_FALSE(chat.at(early).closed);
  chat.second();
  CHECK(chat.at(early).closed);
  CHECK(chat.heard(early).find("100 s") != std::string::npos);
  chat.seconds(29);
  CHECK_FALSE(chat.at(late).closed);
  chat.second();
  CHECK(chat.at(late).closed);
}

TEST_CASE("changes: timeouts that nobody has any more are forgotten", "[changes]") {
  changing with(simulation::quiet());
  simulation& chat = with.chat;
  auto& orders = hub_inside(chat.hub()).with().liveness.*shown(liveness_presence_{});
  for (int seconds = 100; seconds < 120; ++seconds) {
    with.options.idle_timeout = std::chrono::seconds(seconds);
    with.change();
    const auto one = chat.come();
    CHECK(orders.size() <= 2);
    chat.stop(one, leave_reason::eof);
    chat.second();
  }
  CHECK(orders.size() == 0);
}

TEST_CASE("changes: who comes back has what its new connection was told", "[changes]") {
  changing with(with_tokens());
  simulation& chat = with.chat;
  with.options.max_line = 100;
  with.options.idle_timeout = 100s;
  with.change();
  const auto before = chat.come();
  const object told = welcome_of(chat, before, "/json on");
  CHECK(told["limits"]["line"] == 100);
  with.options.max_line = 200;
  with.options.idle_timeout = 50s;
  with.change();
  chat.stop(before, leave_reason::error);
  const auto after = chat.come_saying("/resume " + told["token"].get<std::string>() + " 0");
  const auto events = chat.events(after);
  REQUIRE_FALSE(events.empty());
  CHECK(events[0]["type"] == "welcome");
  CHECK(events[0]["resumed"] == true);
  CHECK(events[0]["limits"]["line"] == 200);
  CHECK(events[0]["limits"]["idle"] == 50);
  chat.drain_all();
  chat.seconds(49);
  CHECK_FALSE(chat.at(after).closed);
  chat.second();
  CHECK(chat.at(after).closed);
}

TEST_CASE("changes: the longest line is told as each connection has it", "[changes]") {
  changing with(simulation::quiet());
  simulation& chat = with.chat;
  with.options.max_line = 60'000;
  with.change();
  const auto early = named(chat, "ann");
  with.options.max_line = 64;
  with.change();
  const auto late = named(chat, "bob");
  chat.refuse(early, problem::line_too_long);
  chat.refuse(late, problem::line_too_long);
  CHECK(chat.heard(early).find("60000") != std::string::npos);
  CHECK(chat.heard(late).find("64") != std::string::npos);
  CHECK(welcome_of(chat, early, "/json on")["limits"]["line"] == 60'000);
}

TEST_CASE("changes: name, language and message of the day are the new ones from the next word on", "[changes]") {
  changing with(simulation::quiet());
  simulation& chat = with.chat;
  const auto early = named(chat, "ann");
  CHECK(answer(chat, early, "/nope").find("/nope") != std::string::npos);
  with.options.server_name = "Other";
  with.options.lang = language::zh;
  with.options.motd = {"be kind", "be brief"};
  with.change();
  CHECK(chat.heard(early).empty());
  const auto late = chat.come();
  CHECK(chat.heard(late).starts_with("be kind\nbe brief\n"));
  CHECK(answer(chat, early, "/help").find("私聊某个用户") != std::string::npos);
  CHECK(welcome_of(chat, early, "/json on")["server"] == "Other");
  with.options.motd = {};
  with.options.lang = language::en;
  with.change();
  CHECK(chat.heard(chat.come()).find("be kind") == std::string::npos);
}

TEST_CASE("changes: fewer users than there are: nobody goes, and nobody comes until there is a place", "[changes]") {
  changing with(simulation::quiet());
  simulation& chat = with.chat;
  const auto all = chat.come_many(5);
  chat.forget();
  with.options.max_users = 3;
  with.change();
  chat.seconds(3);
  for (const auto each : all) CHECK_FALSE(chat.at(each).closed);
  CHECK(chat.heard(newcomer(chat)).find("(3 users)") != std::string::npos);
  chat.stop(all[0], leave_reason::eof);
  chat.stop(all[1], leave_reason::eof);
  CHECK(chat.at(newcomer(chat)).closed);
  chat.stop(all[2], leave_reason::eof);
  CHECK_FALSE(chat.at(newcomer(chat)).closed);
  CHECK(chat.at(newcomer(chat)).closed);
  with.options.max_users = 4;
  with.change();
  CHECK_FALSE(chat.at(newcomer(chat)).closed);
}

TEST_CASE("changes: fewer users than may come back: no place is taken away, and they do not become more", "[changes]") {
  changing with(with_tokens(1000s));
  simulation& chat = with.chat;
  chat::ghosts& ghosts = hub_inside(chat.hub()).with().lifecycle.*shown(lifecycle_ghosts_{});
  std::vector<simulation::ref> all;
  for (const char* const name : {"a1", "b1", "c1", "d1", "e1"}) all.push_back(program(chat, name));
  for (std::size_t i = 0; i < 4; ++i) chat.stop(all[i], leave_reason::error);
  CHECK(ghosts.size() == 4);
  with.options.max_users = 2;
  with.change();
  chat.second();
  CHECK(ghosts.size() == 4);
  chat.stop(all[4], leave_reason::error);
  CHECK(ghosts.size() == 4);
}

TEST_CASE("changes: fewer rooms than there are: none ends, and a new one takes the place of one that goes",
          "[changes]") {
  changing with(simulation::quiet());
  simulation& chat = with.chat;
  const auto a = named(chat, "ann");
  const auto b = named(chat, "bob");
  for (const char* const name : {"one", "two", "three", "four"}) chat.line(a, "/join " + std::string(name));
  chat.line(b, "/join one");
  chat.forget();
  with.options.max_rooms = 2;
  with.change();
  chat.seconds(3);
  CHECK(rooms_of(chat) == 4);
  CHECK(chat.heard(a).empty());
  // Of whoever has many to itself one makes way, as before; it is one for one.
  CHECK(answer(chat, b, "/join new").find("has joined\n") != std::string::npos);
  CHECK(rooms_of(chat) == 4);
  with.options.max_rooms = 0;
  with.change();
  CHECK(answer(chat, a, "/join other") == no_room);
  CHECK(rooms_of(chat) == 4);
  with.options.max_rooms = 5;
  with.change();
  CHECK(answer(chat, a, "/join other").find("has joined\n") != std::string::npos);
  CHECK(rooms_of(chat) == 5);
}

TEST_CASE("changes: fewer messages are shown to newcomers at once, more as they are said, none is left out",
          "[changes]") {
  auto first = simulation::quiet();
  first.replay = 4;
  changing with(first);
  simulation& chat = with.chat;
  const auto a = named(chat, "ann");
  const auto say = [&](int from, int to) {
    for (int i = from; i <= to; ++i) chat.line(a, "m" + std::to_string(i));
  };
  const auto shown = [&] {
    std::string all = chat.heard(newcomer(chat));
    std::string numbers;
    for (int i = 1; i < 30; ++i) {
      if (all.find("m" + std::to_string(i) + "\n") != std::string::npos) numbers += std::to_string(i) + ' ';
    }
    return numbers;
  };
  say(1, 6);
  CHECK(shown() == "3 4 5 6 ");
  with.options.replay = 2;
  with.change();
  CHECK(shown() == "5 6 ");
  with.options.replay = 3;
  with.change();
  CHECK(shown() == "4 5 6 ");
  with.options.replay = 0;
  with.change();
  CHECK(shown().empty());
  say(7, 8);
  with.options.replay = 4;
  with.change();
  CHECK(shown().empty());
  say(9, 9);
  CHECK(shown() == "9 ");
}

TEST_CASE("changes: how many arrivals are told one by one, in the chat and in each room", "[changes]") {
  auto first = simulation::quiet();
  first.announce_limit = 1000;
  changing with(first);
  simulation& chat = with.chat;
  const auto a = named(chat, "ann");
  const auto b = named(chat, "bob");
  chat.line(a, "/join tea");
  chat.second();
  chat.forget();
  with.options.announce_limit = 0;
  with.change();
  const auto c = newcomer(chat);
  chat.line(b, "/join tea");
  CHECK(chat.heard(a).empty());
  chat.second();
  CHECK_FALSE(chat.heard(a).empty());
  with.options.announce_limit = 1000;
  with.change();
  chat.line(c, "/join tea");
  CHECK(chat.heard(a).find("joined") != std::string::npos);
  newcomer(chat);
  CHECK(chat.heard(a).find("is online") != std::string::npos);
}

TEST_CASE("changes: how long a message can be taken back", "[changes]") {
  auto first = simulation::quiet();
  first.recall_window = 100s;
  first.resume_window = 0s;
  changing with(first);
  simulation& chat = with.chat;
  const auto a = program(chat, "ann");
  const auto said = [&] {
    chat.line(a, "words");
    return chat.events(a).back()["id"].dump();
  };
  const std::string one = said();
  chat.seconds(50);
  with.options.recall_window = 49s;
  with.change();
  CHECK(answer(chat, a, "/recall " + one).find("\"error\"") != std::string::npos);
  with.options.recall_window = 300s;
  with.change();
  const std::string two = said();
  chat.seconds(250);
  CHECK(answer(chat, a, "/recall " + two).find("\"recalled\"") != std::string::npos);
}

TEST_CASE("changes: how long a connection can come back, also one that has broken already", "[changes]") {
  changing with(with_tokens(100s));
  simulation& chat = with.chat;
  const auto a = chat.come();
  const std::string token = welcome_of(chat, a, "/json on")["token"];
  chat.line(a, "/tag t1 words");
  chat.stop(a, leave_reason::error);
  chat.seconds(50);
  SECTION("shorter") {
    with.options.resume_window = 50s;
    with.change();
    chat.second();
    CHECK(chat.hub().online() == 0);
  }
  SECTION("longer: also what it said with a tag is known for as long") {
    with.options.resume_window = 300s;
    with.change();
    chat.seconds(249);
    CHECK(chat.hub().online() == 1);
    const auto back = chat.come_saying("/resume " + token + " 0");
    chat.drain_all();
    chat.heard(back);
    chat.line(back, "/tag t1 words");
    const auto events = chat.events(back);
    REQUIRE(events.size() == 1);
    CHECK(events[0]["repeated"] == true);
  }
  SECTION("not at all: whoever comes gets no token") {
    with.options.resume_window = 0s;
    with.change();
    chat.second();
    CHECK(chat.hub().online() == 0);
    CHECK_FALSE(welcome_of(chat, chat.come(), "/json on").contains("token"));
  }
}

TEST_CASE("changes: heartbeats that were promised before count from now on, or no more", "[changes]") {
  auto first = with_tokens(0s);
  first.dead_after = 0;
  changing with(first);
  simulation& chat = with.chat;
  const auto a = program(chat, "ann");
  const auto b = program(chat, "bob");
  chat.line(a, "/heartbeat 5");
  chat.line(b, "/heartbeat 7");
  chat.seconds(100);
  CHECK_FALSE(chat.at(a).closed);
  chat.line(a, "/ping");
  chat.line(b, "/ping");
  with.options.dead_after = 2;
  with.change();
  chat.seconds(9);
  CHECK_FALSE(chat.at(a).closed);
  chat.line(b, "/ping");
  chat.seconds(6);
  CHECK(chat.at(a).closed);
  with.options.dead_after = 0;
  with.change();
  chat.seconds(100);
  CHECK_FALSE(chat.at(b).closed);
}

TEST_CASE("changes: pages are as long as the queue allows", "[changes]") {
  auto first = simulation::quiet();
  first.send_queue = 4096;
  changing with(first);
  simulation& chat = with.chat;
  const auto a = named(chat, "ann");
  const auto page = [&] {
    chat.turn([&] {
      for (int i = 0; i < 50; ++i) chat.line(a, "/help");
    });
    const std::size_t bytes = chat.heard(a).size();
    chat.drain_all();
    chat.heard(a);
    return bytes;
  };
  const std::size_t small = page();
  with.options.send_queue = chat::hub_options::most_send_queue;
  with.change();
  CHECK(page() > small);
  with.options.send_queue = 4096;
  with.change();
  CHECK(page() == small);
}
