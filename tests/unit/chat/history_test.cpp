// Asking what was said before.

#include <algorithm>
#include <deque>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/unit/chat/cast.hpp"

using namespace confab;
using namespace confab::test;
using namespace std::chrono_literals;

TEST_CASE("history: /history asks for the room that one's text goes to", "[history]") {
  simulation chat(with_history());
  const auto a = named(chat, "ann");
  const std::string room = GENERATE("lobby", "tea");
  if (room == "tea") chat.line(a, "/join tea");
  const auto asked = wanted(chat, a, "/history 7 before 1234");
  REQUIRE(asked.queries.size() == 1);
  CHECK(asked.writes.empty());
  const auto& page = std::get<store::page_request>(asked.queries[0].wanted);
  CHECK(page.room.name == room);
  CHECK(page.room.generation == (room == "tea" ? 1 : 0));
  CHECK(page.limit == 7);
  CHECK(page.where == store::page_request::from::before_id);
  CHECK(page.id == 1234);
}

TEST_CASE("history: arguments that make no sense are refused", "[history]") {
  simulation chat(with_history());
  const auto a = named(chat, "ann");
  for (const char* const line : {"/history 0", "/history 201", "/history x", "/history before"}) {
    INFO(line);
    CHECK(wanted(chat, a, line).empty());
    CHECK(chat.heard(a) ==
          "Say how many, and before what: /history 50 before 1234 (an id, 12:30, 2026-01-05 or "
          "2026-01-05T12:30)\n");
  }
  CHECK(wanted(chat, a, "/search").empty());
  CHECK(chat.heard(a) == "Something is missing. Usage: /search [before ID|TIME] WORDS\n");
}

TEST_CASE("history: of a room that is named, whichever text goes to", "[history]") {
  simulation chat(with_history());
  const auto a = named(chat, "ann");
  const auto b = named(chat, "bob");
  chat.line(b, "/join den");
  for (const char* const line : {"/join tea", "/join nap"}) chat.line(a, line);
  chat.forget();
  const auto room_of = [&](const char* line) {
    const auto asked = wanted(chat, a, line);
    REQUIRE(asked.queries.size() == 1);
    chat.turn([&] { chat.hub().answer(asked.queries[0], {}); });
    chat.forget();
    return std::get<store::page_request>(asked.queries[0].wanted).room.name;
  };
  CHECK(room_of("/history") == "nap");
  CHECK(room_of("/history #tea") == "tea");
  CHECK(room_of("/history #TEA 7 before 5") == "tea");
  CHECK(room_of("/history #lobby") == "lobby");
  CHECK(room_of("/history #大厅 3") == "lobby");
  CHECK(wanted(chat, a, "/history #den").empty());
  CHECK(chat.heard(a) == "You are not in #den: /join it first\n");
  CHECK(wanted(chat, a, "/history #nowhere").empty());
  CHECK(chat.heard(a) == "There is no room #nowhere: see /rooms, or make it with /join\n");
}

TEST_CASE("history: of the whispers with somebody, by name or by number", "[history]") {
  simulation chat(with_history());
  const auto a = named(chat, "ann");
  const auto b = named(chat, "bob");
  const auto gone = named(chat, "cid");
  const std::string number = std::to_string(chat.number(gone));
  chat.end(gone);
  chat.forget();
  const auto asked_by = [&](const std::string& line) {
    const auto asked = wanted(chat, a, line);
    REQUIRE(asked.queries.size() == 1);
    chat.turn([&] { chat.hub().answer(asked.queries[0], {}); });
    chat.forget();
    return std::get<store::search_request>(asked.queries[0].wanted);
  };
  const std::string to_bob = "r7." + std::to_string(chat.number(b));
  for (const std::string& whom : std::vector<std::string>{"@bob", "@BOB", "@" + std::to_string(chat.number(b))}) {
    const auto asked = asked_by("/history " + whom + " 7 before 1234");
    CHECK(asked.who.person == "r7.1");
    CHECK(asked.who.rooms.empty());
    CHECK(asked.with == to_bob);
    CHECK(asked.words.empty());
    CHECK(asked.limit == 7);
    CHECK(asked.before == 1234);
    CHECK_FALSE(asked.before_time);
  }
  CHECK(asked_by("/history @ann").with == "r7.1");
  CHECK(asked_by("/history @bob before 2026-01-05").before_time);
  CHECK(asked_by("/history @" + number).with == "r7." + number);
  for (const char* const whom : {"@cid", "@dan", "@0", "@4", "@99999999999999999999"}) {
    INFO(whom);
    CHECK(wanted(chat, a, "/history " + std::string(whom)).empty());
    CHECK(chat.heard(a) == "There is no user with that name\n");
  }
}

TEST_CASE("history: whispers with somebody end with the number of the other", "[history]") {
  simulation chat(with_history());
  const auto b = named(chat, "bob");
  const auto a = program(chat, "ann");
  const auto asked = wanted(chat, a, "/tag q /history @bob").queries.at(0);
  store::page found;
  auto whisper = past_message(4, "", "psst");
  whisper.to = "ann";
  whisper.to_key = "r7." + std::to_string(chat.number(a));
  found.messages.push_back(whisper);
  found.more = true;
  chat.turn([&] { chat.hub().answer(asked, found); });
  const auto events = chat.events(a);
  REQUIRE(events.size() == 2);
  CHECK(events[0]["type"] == "private");
  CHECK(events[0]["tag"] == "q");
  CHECK(events[0]["text"] == "psst");
  CHECK(events[1] == object{{"type", "history"},
                            {"time", chat.time()},
                            {"tag", "q"},
                            {"user", chat.number(b)},
                            {"messages", 1},
                            {"more", true}});
}

TEST_CASE("history: /search takes what is to be before, and wants a word", "[history]") {
  simulation chat(with_history());
  const auto a = named(chat, "ann");
  const auto asked = wanted(chat, a, "/search before 77 green tea");
  REQUIRE(asked.queries.size() == 1);
  const auto& search = std::get<store::search_request>(asked.queries[0].wanted);
  CHECK(search.words == "green tea");
  CHECK(search.before == 77);
  chat.turn([&] { chat.hub().answer(asked.queries[0], {}); });
  chat.forget();
  for (const char* const line : {"/search ++", "/search ?!", "/search 。", "/search before 7 ++"}) {
    INFO(line);
    CHECK(wanted(chat, a, line).empty());
    CHECK(chat.heard(a) == "There is no word in that: a word has a letter, a digit or an emoji\n");
  }
}

TEST_CASE("history: /search asks in the lobby, one's rooms and one's own whispers", "[history]") {
  simulation chat(with_history());
  const auto a = named(chat, "ann");
  const auto b = named(chat, "bob");
  chat.line(b, "/join nap");
  for (const char* const line : {"/join tea", "/join den", "/leave tea", "/join tea"}) chat.line(a, line);
  const auto asked = wanted(chat, a, "/search green tea");
  REQUIRE(asked.queries.size() == 1);
  const auto& search = std::get<store::search_request>(asked.queries[0].wanted);
  CHECK(search.words == "green tea");
  CHECK(search.who.rooms == std::vector<store::room_ref>{"lobby", {"den", 1}, {"tea", 1}});
  CHECK(search.who.person == "r7.1");
}

TEST_CASE("history: the answer comes before those to later commands, others go on", "[history]") {
  simulation chat(with_history(), 2);
  const auto a = named(chat, "ann");
  const auto b = named(chat, "bob");
  const auto asked = wanted(chat, a, "/tag h /history 2").queries.at(0);
  CHECK(chat.at(a).held);
  chat.line(a, "/tag p /ping");
  CHECK(chat.heard(a).empty());
  chat.line(b, "meanwhile");
  CHECK(chat.heard(a) == chat.as(b, "bob") + "meanwhile\n");
  CHECK(chat.heard(b) == chat.as(b, "bob") + "meanwhile\n");
  store::page found;
  found.messages = {past_message(7, "lobby", "one"), past_message(9, "lobby", "two")};
  found.more = true;
  chat.turn([&] { chat.hub().answer(asked, found); });
  const std::string then = format_past(std::chrono::system_clock::time_point(1'700'000'000s));
  CHECK(chat.heard(a) == "h (" + then + ") [9.9.9.9:9]eve: one\nh (" + then +
                             ") [9.9.9.9:9]eve: two\nh 2 found, there are more\np pong\n");
  CHECK_FALSE(chat.at(a).held);
  CHECK(chat.heard(b).empty());
  // An answer is said once, whatever comes.
  chat.turn([&] { chat.hub().answer(asked, found); });
  CHECK(chat.heard(a).empty());
}

TEST_CASE("history: in JSON each message has its room and the tag, and the end says how many", "[history]") {
  simulation chat(with_history());
  const auto a = named(chat, "ann");
  chat.line(a, "/join tea");
  chat.line(a, "/json on");
  chat.forget();
  const bool search = GENERATE(false, true);
  const auto asked = wanted(chat, a, search ? "/tag q /search x" : "/tag q /history").queries.at(0);
  store::page found;
  found.messages = {past_message(3, search ? "lobby" : "tea", "x")};
  if (!search) found.messages[0].room.generation = 1;
  if (search) {
    auto whisper = past_message(4, "", "xx");
    whisper.to = "ann";
    whisper.to_key = "r7.1";
    found.messages.push_back(whisper);
  }
  chat.turn([&] { chat.hub().answer(asked, found); });
  const auto events = chat.events(a);
  REQUIRE(events.size() == found.messages.size() + 1);
  const std::string then = "2023-11-14T22:13:20.000Z";
  if (search) {
    CHECK(events[0] == object{{"type", "message"},
                              {"time", then},
                              {"id", 3},
                              {"tag", "q"},
                              {"from", "eve"},
                              {"addr", "9.9.9.9:9"},
                              {"text", "x"},
                              {"past", true}});
    CHECK(events[1] == object{{"type", "private"},
                              {"time", then},
                              {"id", 4},
                              {"tag", "q"},
                              {"from", "eve"},
                              {"addr", "9.9.9.9:9"},
                              {"to", "ann"},
                              {"to_user", chat.number(a)},
                              {"text", "xx"},
                              {"past", true}});
    CHECK(events[2] ==
          object{{"type", "search"}, {"time", chat.time()}, {"tag", "q"}, {"messages", 2}, {"more", false}});
  } else {
    CHECK(events[0] == object{{"type", "message"},
                              {"time", then},
                              {"id", 3},
                              {"tag", "q"},
                              {"room", "tea"},
                              {"from", "eve"},
                              {"addr", "9.9.9.9:9"},
                              {"text", "x"},
                              {"past", true}});
    CHECK(events[1] == object{{"type", "history"},
                              {"time", chat.time()},
                              {"tag", "q"},
                              {"room", "tea"},
                              {"messages", 1},
                              {"more", false}});
  }
}

TEST_CASE("history: an answer of nothing, and one that can't be had", "[history]") {
  auto options = with_history();
  options.lang = GENERATE(language::en, language::zh);
  const bool zh = options.lang == language::zh;
  simulation chat(options);
  const auto a = named(chat, "ann");
  const auto nothing = wanted(chat, a, "/history").queries.at(0);
  chat.turn([&] { chat.hub().answer(nothing, {}); });
  CHECK(chat.heard(a) == (zh ? "没有找到消息\n" : "Nothing found\n"));
  const auto some = wanted(chat, a, "/search x").queries.at(0);
  store::page found;
  found.messages = {past_message(1, "lobby", "x")};
  chat.turn([&] { chat.hub().answer(some, found); });
  CHECK(chat.heard(a).find(zh ? "以上 1 条\n" : "1 found\n") != std::string::npos);
  const auto failing = wanted(chat, a, "/search x").queries.at(0);
  found.error = "the disk is gone";
  chat.turn([&] { chat.hub().answer(failing, found); });
  CHECK(chat.heard(a) ==
        (zh ? "聊天记录暂时无法读取，请稍后再试\n" : "The history cannot be read at the moment: try again later\n"));
  CHECK_FALSE(chat.at(a).held);
}

TEST_CASE("history: a second query waits for the answer to the first", "[history]") {
  simulation chat(with_history());
  const auto a = named(chat, "ann");
  const auto first = wanted(chat, a, "/tag 1 /history").queries.at(0);
  CHECK(wanted(chat, a, "/tag 2 /history").queries.empty());
  CHECK(wanted(chat, a, "/tag 3 said meanwhile").writes.empty());
  CHECK(chat.heard(a).empty());
  chat::store_requests then;
  chat.turn([&] {
    chat.hub().answer(first, {});
    then = std::exchange(chat.hub().requests(), {});
  });
  CHECK(chat.heard(a) == "1 Nothing found\n");
  REQUIRE(then.queries.size() == 1);
  CHECK(then.writes.empty());
  chat.turn([&] {
    chat.hub().answer(then.queries[0], {});
    then = std::exchange(chat.hub().requests(), {});
  });
  CHECK(chat.heard(a) == "2 Nothing found\n3 " + chat.as(a, "ann") + "said meanwhile\n");
  CHECK(then.writes.size() == 1);
}

TEST_CASE("history: an asker whose stream ends gets the answer first, one who is gone gets none", "[history]") {
  simulation chat(with_history());
  const auto a = named(chat, "ann");
  const auto asked = wanted(chat, a, "/history").queries.at(0);
  SECTION("ended") {
    chat.end(a);
    CHECK_FALSE(chat.at(a).closed);
    chat.turn([&] { chat.hub().answer(asked, {}); });
    CHECK(chat.heard(a) == "Nothing found\n");
    CHECK(chat.at(a).closed);
  }
  SECTION("gone") {
    chat.stop(a, leave_reason::error);
    chat.turn([&] { chat.hub().answer(asked, {}); });
    CHECK(chat.heard(a).empty());
  }
  SECTION("gone, and another in its place") {
    chat.stop(a, leave_reason::error);
    const auto b = chat.come_in_place_of(a, "127.0.0.1:99");
    chat.forget();
    const auto own = wanted(chat, b, "/history").queries.at(0);
    chat.turn([&] { chat.hub().answer(asked, {}); });
    CHECK(chat.heard(b).empty());
    chat.turn([&] { chat.hub().answer(own, {}); });
    CHECK(chat.heard(b) == "Nothing found\n");
  }
}

TEST_CASE("history: one's own whisper is shown as what one said", "[history]") {
  auto options = with_history();
  options.lang = GENERATE(language::en, language::zh);
  const bool zh = options.lang == language::zh;
  simulation chat(options);
  const auto a = named(chat, "ann");
  const auto b = named(chat, "bob");
  auto said = wanted(chat, a, "to bob psst");
  store::page found;
  found.messages = {kept(said)};
  chat.forget();
  const auto from_sender = wanted(chat, a, "/search psst").queries.at(0);
  chat.turn([&] { chat.hub().answer(from_sender, found); });
  CHECK(chat.heard(a) ==
        past_line(chat, zh ? "您对 bob 说：psst" : "you whispered to bob: psst") + (zh ? "以上 1 条\n" : "1 found\n"));
  const auto from_receiver = wanted(chat, b, "/search psst").queries.at(0);
  chat.turn([&] { chat.hub().answer(from_receiver, found); });
  CHECK(chat.heard(b) ==
        past_line(chat, zh ? "ann想对您说：psst" : "ann whispers to you: psst") + (zh ? "以上 1 条\n" : "1 found\n"));
}

TEST_CASE("history: who waits for an answer is not idle, and has the whole time again afterwards", "[history][idle]") {
  auto options = with_history();
  options.idle_timeout = 70s;
  simulation chat(options);
  const auto a = named(chat, "ann");
  const auto b = named(chat, "bob");
  const std::string asked = GENERATE("/history", "/search words");
  const auto query = wanted(chat, a, asked).queries.at(0);
  chat.seconds(69);
  CHECK(chat.heard(b).find("You have been idle") != std::string::npos);
  CHECK(chat.heard(a).empty());  // not warned either
  chat.seconds(100);
  CHECK(chat.at(b).closed);
  CHECK_FALSE(chat.at(a).closed);
  chat.heard(a);
  store::page found;
  found.error = GENERATE("", "broken");
  chat.turn([&] { chat.hub().answer(query, found); });
  CHECK_FALSE(chat.heard(a).empty());
  chat.seconds(69);
  CHECK_FALSE(chat.at(a).closed);
  chat.second();
  CHECK(chat.at(a).closed);
}

TEST_CASE("history: only so many questions are under way, further askers wait their turn", "[history]") {
  auto options = with_history();
  options.answer_bytes = 3 * 64 * 1024;
  simulation chat(options);
  const auto all = chat.come_many(8);
  chat.forget();
  const bool search = GENERATE(false, true);
  const std::string line = search ? "/search words" : "/history";
  std::deque<chat::query> asked;
  const auto take = [&](const std::function<void()>& events) {
    std::size_t fresh = 0;
    chat.turn([&] {
      events();
      for (auto& each : std::exchange(chat.hub().requests(), {}).queries) asked.push_back(std::move(each)), ++fresh;
    });
    return fresh;
  };
  const auto ask = [&](simulation::ref who, const std::string& what) { return take([&] { chat.line(who, what); }); };
  const auto settle = [&] {
    const chat::query first = std::move(asked.front());
    asked.pop_front();
    return take([&] { chat.hub().answer(first, {}); });
  };
  for (std::size_t i = 0; i < 7; ++i) CHECK(ask(all[i], line) == (i < 3 ? 1 : 0));
  // Those of the other kind do not wait for them.
  CHECK(ask(all[7], search ? "/history" : "/search words") == 1);
  asked.pop_back();
  // One leaves, one breaks off: their places are free when it is their turn.
  chat.stop(all[3], leave_reason::error);
  CHECK(settle() == 1);
  CHECK_FALSE(chat.heard(all[0]).empty());
  CHECK(asked.back().asker == chat.at(all[4]).session);
  CHECK(settle() == 1);
  CHECK(asked.back().asker == chat.at(all[5]).session);
  SECTION("one by one all are answered") {
    CHECK(settle() == 1);
    CHECK(settle() == 0);
    CHECK(settle() == 0);
    CHECK(settle() == 0);
    for (const std::size_t i : std::vector<std::size_t>{0, 1, 2, 4, 5, 6}) CHECK_FALSE(chat.at(all[i]).held);
    CHECK(ask(all[0], line) == 1);
  }
  SECTION("an asker that is gone is answered all the same, which makes space") {
    chat.stop(all[4], leave_reason::error);
    CHECK(settle() == 1);
    CHECK(asked.back().asker == chat.at(all[6]).session);
    CHECK(settle() == 0);
  }
  SECTION("who has waited for ten seconds is told that it does not work now") {
    chat.seconds(10);
    chat.forget();
    CHECK(chat.at(all[6]).held);
    chat.second();
    CHECK(chat.heard(all[6]) == "The history cannot be read at the moment: try again later\n");
    CHECK_FALSE(chat.at(all[6]).held);
    CHECK(chat.at(all[5]).held);
  }
}

TEST_CASE("history: without memory nobody asks it, who waited is told, and who was asked for is answered",
          "[history]") {
  auto options = with_history();
  options.answer_bytes = 64 * 1024;
  simulation chat(options);
  const auto a = named(chat, "ann");
  const auto b = named(chat, "bob");
  const auto c = named(chat, "cleo");
  const auto asked = wanted(chat, a, "/history");
  REQUIRE(asked.queries.size() == 1);
  CHECK(wanted(chat, b, "/history").empty());
  CHECK(chat.at(b).held);
  const std::string refused = "The history cannot be read at the moment: try again later\n";
  chat.turn([&] { chat.hub().short_of_memory(true); });
  CHECK(chat.heard(b) == refused);
  CHECK_FALSE(chat.at(b).held);
  for (const char* const line : {"/history", "/search words"}) {
    CHECK(wanted(chat, c, line).empty());
    CHECK(chat.heard(c) == refused);
  }
  CHECK(chat.at(a).held);
  chat.turn([&] { chat.hub().answer(asked.queries[0], {}); });
  CHECK(chat.heard(a) == "Nothing found\n");
  chat.turn([&] { chat.hub().short_of_memory(false); });
  CHECK(wanted(chat, c, "/history").queries.size() == 1);
}

TEST_CASE("history: an answer has as many bytes as may wait for its asker, 64 KiB at most", "[history]") {
  auto options = with_history();
  options.send_queue = GENERATE(std::size_t{4096}, std::size_t{65'535}, std::size_t{65'536}, std::size_t{1 << 20});
  simulation chat(options);
  const auto a = chat.come();
  const auto b = chat.come();
  const std::size_t most = std::min<std::size_t>(options.send_queue, 65'536);
  CHECK(std::get<store::page_request>(wanted(chat, a, "/history 200").queries.at(0).wanted).max_bytes == most);
  CHECK(std::get<store::search_request>(wanted(chat, b, "/search x").queries.at(0).wanted).max_bytes == most);
}
