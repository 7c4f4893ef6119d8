// Rooms: joining, talking, leaving, and who hears what.

#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/unit/chat/cast.hpp"

using namespace confab;
using namespace confab::test;

TEST_CASE("rooms: joining makes a room, and plain text goes there", "[rooms]") {
  simulation chat;
  const auto a = named(chat, "ann");
  const auto b = named(chat, "bob");
  chat.line(a, "/join tea");
  CHECK(chat.heard(a) == "#tea " + chat.as(a, "ann") + "has joined\nYour text goes to #tea\n");
  CHECK(chat.heard(b).empty());
  chat.line(a, "green?");
  CHECK(chat.heard(a) == "#tea " + chat.as(a, "ann") + "green?\n");
  CHECK(chat.heard(b).empty());
  chat.line(b, "/join tea");
  CHECK(chat.heard(a) == "#tea " + chat.as(b, "bob") + "has joined\n");
  CHECK(chat.heard(b) == "#tea " + chat.as(b, "bob") + "has joined\nYour text goes to #tea\n");
  chat.line(b, "black");
  CHECK(chat.heard(a) == "#tea " + chat.as(b, "bob") + "black\n");
  CHECK(chat.heard(b) == "#tea " + chat.as(b, "bob") + "black\n");
}

TEST_CASE("rooms: lines of the lobby look as ever, members of rooms hear them too", "[rooms]") {
  simulation chat;
  const auto a = named(chat, "ann");
  const auto b = named(chat, "bob");
  chat.line(a, "/join tea");
  chat.forget();
  chat.line(b, "hello");
  CHECK(chat.heard(a) == chat.as(b, "bob") + "hello\n");
  CHECK(chat.heard(b) == chat.as(b, "bob") + "hello\n");
  chat.line(a, GENERATE("/room lobby", "/room #Lobby", "/room 大厅", "/join 大厅"));
  CHECK(chat.heard(a) == "Your text goes to the lobby\n");
  chat.line(a, "hello back");
  CHECK(chat.heard(a) == chat.as(a, "ann") + "hello back\n");
  CHECK(chat.heard(b) == chat.as(a, "ann") + "hello back\n");
  chat.line(a, "/room tea");
  CHECK(chat.heard(a) == "Your text goes to #tea\n");
  chat.line(a, "alone");
  CHECK(chat.heard(a) == "#tea " + chat.as(a, "ann") + "alone\n");
  CHECK(chat.heard(b).empty());
}

TEST_CASE("rooms: only members hear, whatever shard they are on and however they are spoken to", "[rooms]") {
  const std::size_t shards = GENERATE(std::size_t{1}, std::size_t{2}, std::size_t{3});
  simulation chat(simulation::quiet(), shards);
  const auto all = chat.come_many(9);
  for (std::size_t i = 0; i < 9; ++i) {
    if (i % 3 == 1) chat.line(all[i], "/json on");
    if (i % 3 == 2) chat.line(all[i], "/ids on");
    if (i < 6) chat.line(all[i], "/join tea");
  }
  chat.forget();
  chat.turn([&] {
    chat.line(all[6], "before");
    chat.line(all[0], "in between");
    chat.line(all[6], "after");
  });
  for (std::size_t i = 0; i < 9; ++i) {
    INFO("user " << i);
    std::string begin = chat.as(all[6]);
    if (i % 3 == 1) {
      const auto events = chat.events(all[i]);
      REQUIRE(events.size() == (i < 6 ? 3 : 2));
      CHECK(events.front()["text"] == "before");
      CHECK_FALSE(events.front().contains("room"));
      if (i < 6) {
        CHECK(events[1] == object{{"type", "message"},
                                  {"time", chat.time()},
                                  {"id", 2},
                                  {"room", "tea"},
                                  {"from", chat.addr(all[0])},
                                  {"addr", chat.addr(all[0])},
                                  {"user", chat.number(all[0])},
                                  {"text", "in between"}});
      }
      CHECK(events.back()["text"] == "after");
      continue;
    }
    const bool ids = i % 3 == 2;
    std::string due = (ids ? "1 " : "") + chat.as(all[6]) + "before\n";
    if (i < 6) due += (ids ? "2 #tea " : "#tea ") + chat.as(all[0]) + "in between\n";
    due += (ids ? "3 " : "") + chat.as(all[6]) + "after\n";
    CHECK(chat.heard(all[i]) == due);
  }
}

TEST_CASE("rooms: in JSON each thing is an event with its room", "[rooms]") {
  simulation chat;
  const auto a = named(chat, "ann");
  const auto b = named(chat, "bob");
  chat.line(a, "/json on");
  chat.line(b, "/json on");
  chat.forget();
  const std::string ann = chat.addr(a);
  const std::string time = chat.time();
  chat.line(a, "/tag 1 /join tea");
  CHECK(chat.events(a) ==
        std::vector<object>{{{"type", "joined"},
                             {"time", time},
                             {"tag", "1"},
                             {"room", "tea"},
                             {"name", "ann"},
                             {"addr", ann},
                             {"user", chat.number(a)},
                             {"members", 1}},
                            {{"type", "room"}, {"time", time}, {"tag", "1"}, {"room", "tea"}, {"topic", ""}}});
  chat.line(b, "/join tea");
  CHECK(chat.events(a) == std::vector<object>{{{"type", "joined"},
                                               {"time", time},
                                               {"room", "tea"},
                                               {"name", "bob"},
                                               {"addr", chat.addr(b)},
                                               {"user", chat.number(b)},
                                               {"members", 2}}});
  chat.forget();
  chat.line(a, "/tag 2 /topic tea Green or black");
  const object topic{{"type", "topic"}, {"time", time}, {"room", "tea"},         {"topic", "Green or black"},
                     {"name", "ann"},   {"addr", ann},  {"user", chat.number(a)}};
  CHECK(chat.events(b) == std::vector<object>{topic});
  const object tagged{{"type", "topic"},           {"time", time},  {"tag", "2"},  {"room", "tea"},
                      {"topic", "Green or black"}, {"name", "ann"}, {"addr", ann}, {"user", chat.number(a)}};
  CHECK(chat.events(a) == std::vector<object>{tagged});
  chat.line(a, "/tag 3 /rooms");
  const object list = object::array({object{{"room", "lobby"}, {"members", 2}, {"topic", ""}},
                                     object{{"room", "tea"}, {"members", 2}, {"topic", "Green or black"}}});
  CHECK(chat.events(a) ==
        std::vector<object>{{{"type", "rooms"}, {"time", time}, {"tag", "3"}, {"rooms", list}, {"end", true}}});
  chat.line(a, "/tag 4 /leave tea");
  const object gone{{"type", "left"}, {"time", time},           {"room", "tea"}, {"name", "ann"},
                    {"addr", ann},    {"user", chat.number(a)}, {"members", 1}};
  CHECK(chat.events(b) == std::vector<object>{gone});
  CHECK(chat.events(a) ==
        std::vector<object>{{{"type", "left"},
                             {"time", time},
                             {"tag", "4"},
                             {"room", "tea"},
                             {"name", "ann"},
                             {"addr", ann},
                             {"user", chat.number(a)},
                             {"members", 1}},
                            {{"type", "room"}, {"time", time}, {"tag", "4"}, {"room", "lobby"}, {"topic", ""}}});
}

TEST_CASE("rooms: a tag is for the one who set it", "[rooms]") {
  simulation chat;
  const auto a = named(chat, "ann");
  const auto b = named(chat, "bob");
  chat.line(b, "/join tea");
  chat.forget();
  chat.line(a, "/tag t1 /join tea");
  CHECK(chat.heard(a) == "t1 #tea " + chat.as(a, "ann") + "has joined\nt1 Your text goes to #tea\n");
  CHECK(chat.heard(b) == "#tea " + chat.as(a, "ann") + "has joined\n");
  chat.line(a, "/tag t2 hello");
  CHECK(chat.heard(a) == "t2 #tea " + chat.as(a, "ann") + "hello\n");
  CHECK(chat.heard(b) == "#tea " + chat.as(a, "ann") + "hello\n");
  chat.line(a, "/tag t3 /topic tea green");
  CHECK(chat.heard(a) == "t3 #tea " + chat.as(a, "ann") + "the topic is now green\n");
  CHECK(chat.heard(b) == "#tea " + chat.as(a, "ann") + "the topic is now green\n");
  chat.line(a, "/tag t4 /leave");
  CHECK(chat.heard(a) == "t4 #tea " + chat.as(a, "ann") + "has left\nt4 Your text goes to the lobby\n");
  CHECK(chat.heard(b) == "#tea " + chat.as(a, "ann") + "has left\n");
}

TEST_CASE("rooms: leaving", "[rooms]") {
  simulation chat;
  const auto a = named(chat, "ann");
  const auto b = named(chat, "bob");
  for (const auto who : {a, b}) {
    chat.line(who, "/join tea");
    chat.line(who, "/join nap");
  }
  chat.forget();

  SECTION("without a name it is the room that one's text goes to") {
    chat.line(a, "/leave");
    CHECK(chat.heard(a) == "#nap " + chat.as(a, "ann") + "has left\nYour text goes to the lobby\n");
    CHECK(chat.heard(b) == "#nap " + chat.as(a, "ann") + "has left\n");
    chat.line(b, "zzz");
    CHECK(chat.heard(a).empty());
    chat.line(a, "/leave");
    CHECK(chat.heard(a) == "Everybody is in the lobby: leave another room, or /quit\n");
  }
  SECTION("another room leaves one's text where it goes") {
    chat.line(a, "/leave tea");
    CHECK(chat.heard(a) == "#tea " + chat.as(a, "ann") + "has left\n");
    chat.line(a, "still here");
    CHECK(chat.heard(a) == "#nap " + chat.as(a, "ann") + "still here\n");
  }
  SECTION("the lobby can't be left") {
    CHECK(answer(chat, a, "/leave lobby") == "Everybody is in the lobby: leave another room, or /quit\n");
  }
  SECTION("nor a room that one is not in, or that is not there") {
    chat.line(a, "/leave tea");
    CHECK(answer(chat, a, "/leave tea") == "You are not in tea: /join it first\n");
    CHECK(answer(chat, a, "/leave #void") == "There is no room #void: see /rooms, or make it with /join\n");
  }
  SECTION("one who has left hears nothing, and comes back to an empty past of its own making") {
    chat.line(a, "/leave tea");
    chat.line(b, "/room tea");
    chat.forget();
    chat.line(b, "without you");
    CHECK(chat.heard(a).empty());
    chat.line(a, "/join tea");
    chat.forget();
    chat.line(b, "with you");
    CHECK(chat.heard(a) == "#tea " + chat.as(b, "bob") + "with you\n");
  }
}

TEST_CASE("rooms: joining one that one is in only moves one's text", "[rooms]") {
  simulation chat;
  const auto a = named(chat, "ann");
  const auto b = named(chat, "bob");
  chat.line(a, "/join tea");
  chat.line(a, "/room lobby");
  chat.line(b, "/join tea");
  chat.forget();
  chat.line(a, "/join TEA");
  CHECK(chat.heard(a) == "Your text goes to #tea\n");
  CHECK(chat.heard(b).empty());
  chat.line(a, "/join #lobby");
  CHECK(chat.heard(a) == "Your text goes to the lobby\n");
  chat.line(a, "hear me");
  CHECK(chat.heard(b) == chat.as(a, "ann") + "hear me\n");
}

TEST_CASE("rooms: one's text can't be sent where one is not", "[rooms]") {
  simulation chat;
  const auto a = named(chat, "ann");
  const auto b = named(chat, "bob");
  chat.line(b, "/join tea");
  CHECK(answer(chat, a, "/room tea") == "You are not in tea: /join it first\n");
  CHECK(answer(chat, a, "/room void") == "There is no room void: see /rooms, or make it with /join\n");
  CHECK(answer(chat, a, "/topic tea mine") == "You are not in tea: /join it first\n");
  CHECK(answer(chat, a, "in the lobby") == chat.as(a, "ann") + "in the lobby\n");
  CHECK(answer(chat, a, "/room") == "Something is missing. Usage: /room ROOM\n");
  CHECK(answer(chat, a, "/topic") == "Something is missing. Usage: /topic ROOM [TEXT]\n");
}

TEST_CASE("rooms: the words are Chinese where the server is", "[rooms]") {
  auto options = simulation::quiet();
  options.lang = language::zh;
  options.max_rooms = 1;
  simulation chat(options);
  const auto a = named(chat, "小明");
  const std::string me = chat.as(a, "小明");
  CHECK(answer(chat, a, "/join 茶馆") == "#茶馆 " + me + "进入房间\n当前房间：#茶馆\n");
  CHECK(answer(chat, a, "你好") == "#茶馆 " + me + "你好\n");
  CHECK(answer(chat, a, "/topic 茶馆 绿茶") == "#茶馆 " + me + "话题改为 绿茶\n");
  CHECK(answer(chat, a, "/room 茶馆") == "当前房间：#茶馆，话题：绿茶\n");
  CHECK(answer(chat, a, "/rooms") == "#lobby (1)\n#茶馆 (1): 绿茶\n");
  CHECK(answer(chat, a, "/join 别处") == "房间已达上限：请加入 /rooms 中已有的房间\n");
  CHECK(answer(chat, a, "/room 别处") == "没有房间 别处：用 /rooms 查看，或用 /join 创建\n");
  CHECK(answer(chat, a, "/who 茶馆") == me + "在线...\n");
  CHECK(answer(chat, a, "/leave") == "#茶馆 " + me + "离开房间\n当前房间：大厅\n");
  CHECK(answer(chat, a, "/leave") == "大厅不能离开：可离开其他房间，或用 /quit 退出\n");
  CHECK(answer(chat, a, "/join") == "缺少内容，用法：/join ROOM\n");
  CHECK(answer(chat, a, "/topic 茶馆") == "没有房间 茶馆：用 /rooms 查看，或用 /join 创建\n");
  const auto b = named(chat, "小红");
  chat.line(b, "/join 茶馆");
  CHECK(answer(chat, a, "/room 茶馆") == "您不在房间 茶馆 中：请先 /join\n");
}
