// Finding what was said.

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "tests/integration/asking.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/running_server.hpp"

using namespace confab::test;
using lines = std::vector<std::string>;

TEST_CASE("search: a whisper to oneself is kept, shown and found once, and by nobody else", "[search]") {
  const scratch_directory data;
  running_server server(on(data));
  peer ann = joined_as(server, "ann");
  peer bob = joined_as(server, "bob");
  ann.heard();
  ann.say("to ann remember the milk");
  CHECK(ann.heard().size() == 1);
  CHECK(found(ann, "/search milk") == 1);
  CHECK(found(bob, "/search milk") == 0);
}

TEST_CASE("search: words in any case, and Chinese of one character and two", "[search]") {
  const scratch_directory data;
  running_server server(on(data));
  peer ann(server);
  ann.heard();
  for (const char* const text :
       {"The quick brown fox", "brown BEARS", "我喜欢喝绿茶", "茶馆今天开门", "喝茶", "ＷＩＤＥ letters"})
    ann.say(text);
  ann.heard();
  CHECK(found(ann, "/search brown") == 2);
  CHECK(found(ann, "/search BROWN fox") == 1);
  CHECK(found(ann, "/search fox brown") == 1);
  CHECK(found(ann, "/search bro fox") == 0);
  CHECK(found(ann, "/search 茶") == 3);
  CHECK(found(ann, "/search 绿茶") == 1);
  CHECK(found(ann, "/search 喝茶") == 1);
  CHECK(found(ann, "/search 今天") == 1);
  CHECK(found(ann, "/search 茶 喝") == 2);
  CHECK(found(ann, "/search 咖啡") == 0);
  CHECK(found(ann, "/search wide") == 1);
  CHECK(found(ann, "/search nothing like it") == 0);
  // Nothing in it is syntax.
  for (const char* const odd : {"brown\" OR \"fox", "text:brown", "NEAR(brown fox)", "'; DROP TABLE messages"})
    CHECK_NOTHROW(found(ann, "/search " + std::string(odd)));
  for (const char* const no_word : {"\"", "*", "%"})
    CHECK(ask(ann, "/search " + std::string(no_word)).starts_with("There is no word in that"));
  CHECK(found(ann, "/search brown") == 2);
  CHECK(ask(ann, "/search") == "Something is missing. Usage: /search [before ID|TIME] WORDS\n");
}

TEST_CASE("search: shows the newest, oldest first, and says when there are more", "[search]") {
  const scratch_directory data;
  running_server server(on(data));
  peer ann(server);
  ann.heard();
  const int count = GENERATE(19, 20, 21);
  for (int i = 1; i <= count; ++i) ann.say("needle " + std::to_string(i));
  ann.heard();
  ann.say("/search needle");
  const lines heard = ann.heard();
  REQUIRE(heard.size() == static_cast<std::size_t>(std::min(count, 20)) + 1);
  CHECK(undated(heard.front()) == ann.as() + "needle " + std::to_string(count > 20 ? count - 19 : 1));
  CHECK(undated(heard[heard.size() - 2]) == ann.as() + "needle " + std::to_string(count));
  CHECK(heard.back() == (count > 20 ? "20 found, there are more" : std::to_string(count) + " found"));
}

TEST_CASE("search: only in the lobby and the rooms that one is in", "[search][rooms]") {
  const scratch_directory data;
  running_server server(on(data));
  peer ann(server);
  peer bob(server);
  ann.heard();
  bob.heard();
  for (const char* const line : {"needle in the lobby", "/join tea", "needle in the tea"}) ann.say(line);
  ann.heard();
  CHECK(found(ann, "/search needle") == 2);
  bob.heard();
  CHECK(found(bob, "/search needle") == 1);
  CHECK(ask(bob, "/history").find("needle in the lobby") != std::string::npos);
  bob.say("/join tea");
  bob.heard();
  CHECK(found(bob, "/search needle") == 2);
  CHECK(ask(bob, "/history").find("needle in the tea") != std::string::npos);
  bob.say("/leave tea");
  bob.heard();
  CHECK(found(bob, "/search needle") == 1);
  CHECK(ask(bob, "/history").find("needle in the tea") == std::string::npos);
}

TEST_CASE("search: whispers are found by those who were there, not by who has their name", "[search]") {
  const scratch_directory data;
  {
    running_server server(on(data));
    peer ann(server);
    peer bob(server);
    peer eve(server);
    ann.heard();
    for (auto& [who, name] : std::vector<std::pair<peer*, std::string>>{{&ann, "ann"}, {&bob, "bob"}, {&eve, "eve"}}) {
      who->say("rename " + name);
      who->heard();
    }
    ann.say("to bob the needle is in the hay");
    ann.heard();
    CHECK(bob.heard().back() == "ann whispers to you: the needle is in the hay");
    eve.heard();
    CHECK(found(ann, "/search needle") == 1);
    CHECK(found(bob, "/search needle") == 1);
    CHECK(found(eve, "/search needle") == 0);
    // Not in the room's history, for anybody.
    CHECK(ask(bob, "/history") == "Nothing found\n");
    ann.say("rename amy");
    bob.say("rename bill");
    ann.heard();
    bob.heard();
    eve.say("rename ann");
    eve.heard();
    CHECK(found(eve, "/search needle") == 0);
    eve.say("rename bob");
    eve.heard();
    CHECK(found(eve, "/search needle") == 0);
    ann.heard();
    bob.heard();
    CHECK(found(ann, "/search needle") == 1);
    CHECK(found(bob, "/search needle") == 1);
    const auto gone = ann.as("amy") + "is offline";
    ann.close();
    while (eve.line() != gone) {
    }
    eve.say("rename amy");
    eve.heard();
    CHECK(found(eve, "/search needle") == 0);
  }
  // A later session with the same number is another one too.
  running_server server(on(data));
  for (int i = 0; i < 3; ++i) {
    peer again(server);
    again.heard();
    again.say("rename ann" + std::to_string(i));
    again.heard();
    CHECK(found(again, "/search needle") == 0);
  }
}

TEST_CASE("search: what was just said is found, and so it is in the history", "[search][history]") {
  const scratch_directory data;
  running_server server(on(data));
  peer ann(server);
  ann.heard();
  for (int i = 0; i < 100; ++i) {
    const std::string word = "word" + std::to_string(i);
    ann.say(word + "\n/search " + word + "\n/history 1");
    const lines heard = ann.heard();
    REQUIRE(heard.size() == 5);
    CHECK(heard[0] == ann.as() + word);
    CHECK(undated(heard[1]) == ann.as() + word);
    CHECK(heard[2] == "1 found");
    CHECK(undated(heard[3]) == ann.as() + word);
    CHECK(heard[4].rfind("1 found", 0) == 0);
  }
}
