// Rooms over real connections, on one thread and on two.

#include <algorithm>
#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/running_server.hpp"

using namespace confab::test;
using lines = std::vector<std::string>;

namespace {

struct words {
  std::string language;
  std::string joined, left, goes_to, lobby, full;
};

std::string threads() {
  return GENERATE("1", "2");
}

/// What came, without what the tests of rooms do not care for: who else has come online or has a new name.
lines of_rooms(const lines& heard) {
  lines out;
  for (const auto& line : heard)
    if (line.find(": is online") == std::string::npos && line.find(": is now known as") == std::string::npos)
      out.push_back(line);
  return out;
}

}  // namespace

TEST_CASE("rooms: joining, talking, leaving, in English and Chinese", "[rooms]") {
  const auto said =
      GENERATE(words{"en", "has joined", "has left", "Your text goes to ", "the lobby",
                     "There are too many rooms already: join one of /rooms"},
               words{"zh", "进入房间", "离开房间", "当前房间：", "大厅", "房间已达上限：请加入 /rooms 中已有的房间"});
  running_server server({.arguments = {"--threads", threads(), "--max-rooms", "2"}, .language = said.language});
  peer ann = joined_as(server, "ann");
  peer bob = joined_as(server, "bob");
  peer cat = joined_as(server, "cat");
  ann.heard();
  bob.heard();

  ann.say("/join 茶馆");
  CHECK(ann.heard() == lines{"#茶馆 " + ann.as("ann") + said.joined, said.goes_to + "#茶馆"});
  bob.say("/join #茶馆");
  CHECK(bob.heard() == lines{"#茶馆 " + bob.as("bob") + said.joined, said.goes_to + "#茶馆"});
  CHECK(ann.heard() == lines{"#茶馆 " + bob.as("bob") + said.joined});
  bob.say("绿茶？");
  CHECK(bob.heard() == lines{"#茶馆 " + bob.as("bob") + "绿茶？"});
  CHECK(ann.heard() == lines{"#茶馆 " + bob.as("bob") + "绿茶？"});
  cat.say("in the lobby");
  CHECK(cat.heard() == lines{cat.as("cat") + "in the lobby"});
  CHECK(ann.heard() == lines{cat.as("cat") + "in the lobby"});
  ann.say("/room lobby");
  ann.say("back");
  CHECK(ann.heard() == lines{said.goes_to + said.lobby, ann.as("ann") + "back"});
  CHECK(cat.heard() == lines{ann.as("ann") + "back"});

  // --max-rooms: one less, as many, one more.
  cat.say("/join two");
  cat.say("/join three");
  CHECK(cat.heard() == lines{"#two " + cat.as("cat") + said.joined, said.goes_to + "#two", said.full});
  cat.say("/leave two");
  CHECK(cat.heard() == lines{"#two " + cat.as("cat") + said.left, said.goes_to + said.lobby});
  cat.say("/join three");
  CHECK(cat.heard() == lines{"#three " + cat.as("cat") + said.joined, said.goes_to + "#three"});
  cat.say("/rooms");
  CHECK(cat.heard() == lines{"#lobby (3)", "#茶馆 (2)", "#three (1)"});
  bob.heard();
  bob.say("/leave");
  CHECK(bob.heard() == lines{"#茶馆 " + bob.as("bob") + said.left, said.goes_to + said.lobby});
  CHECK(ann.heard() == lines{"#茶馆 " + bob.as("bob") + said.left});
}

TEST_CASE("rooms: the same in JSON", "[rooms][json]") {
  running_server server({.arguments = {"--threads", threads()}});
  peer ann = joined_as(server, "ann");
  peer bob = joined_as(server, "bob");
  ann.heard();
  bob.json_on();
  bob.say("/tag j /join Tea");
  json event = bob.event("joined");
  CHECK(fields(event) == lines{"type", "time", "tag", "room", "name", "addr", "user", "members"});
  CHECK(event["room"] == "tea");
  CHECK(event["members"] == 1);
  event = bob.event("room");
  CHECK(fields(event) == lines{"type", "time", "tag", "room", "topic"});
  ann.say("/join tea");
  event = bob.event("joined");
  CHECK(event["name"] == "ann");
  CHECK(event["members"] == 2);
  ann.say("/topic tea Green");
  event = bob.event("topic");
  CHECK(fields(event) == lines{"type", "time", "room", "topic", "name", "addr", "user"});
  CHECK(event["topic"] == "Green");
  ann.say("hi");
  event = bob.event("message");
  CHECK(fields(event) == lines{"type", "time", "id", "room", "from", "addr", "user", "text"});
  CHECK(event["room"] == "tea");
  bob.say("/who tea");
  event = bob.event("users");
  CHECK(event["room"] == "tea");
  CHECK(event["users"].size() == 2);
  bob.say("/tag r /rooms");
  event = bob.event("rooms");
  CHECK(event["tag"] == "r");
  CHECK(event["rooms"][1] == json{{"room", "tea"}, {"members", 2}, {"topic", "Green"}});
  ann.say("/leave");
  event = bob.event("left");
  CHECK(fields(event) == lines{"type", "time", "room", "name", "addr", "user", "members"});
  CHECK(event["members"] == 1);
}

TEST_CASE("rooms: a user may be in 32, and comes and goes between them", "[rooms]") {
  running_server server({.arguments = {"--threads", "2"}});
  peer ann = joined(server);
  for (int i = 1; i <= 32; ++i) ann.say("/join r" + std::to_string(i));
  CHECK(ann.heard().size() == 64);
  ann.say("/join r33");
  CHECK(ann.heard() == lines{"You are in too many rooms already: /leave one first"});
  ann.say("/leave r1");
  ann.say("/join r33");
  CHECK(ann.heard().size() == 3);
  ann.say("/join r1");
  CHECK(ann.heard() == lines{"You are in too many rooms already: /leave one first"});
}

TEST_CASE("rooms: names follow the rules for names", "[rooms]") {
  running_server server;
  peer ann = joined(server);
  for (const std::string bad : {"a b", "#", "##x", "-x", "admin", "join", "10.0.0.1", "x:y"}) {
    INFO(bad);
    ann.say("/tag t /join " + bad);
    const lines heard = ann.heard();
    REQUIRE(heard.size() == 1);
    CHECK(heard[0].find("joined") == std::string::npos);
    CHECK(heard[0].rfind("t ", 0) == 0);
  }
  ann.say("/rooms");
  CHECK(ann.heard() == lines{"#lobby (1)"});
}

TEST_CASE("rooms: only members hear, in one order, whichever thread they are on", "[rooms]") {
  running_server server({.arguments = {"--threads", "2"}});
  std::vector<peer> members;
  std::vector<peer> others;
  for (int i = 0; i < 6; ++i) members.push_back(joined(server));
  for (int i = 0; i < 6; ++i) others.push_back(joined(server));
  for (auto& each : members) each.say("/join tea");
  for (auto& each : members) each.heard();
  for (auto& each : others) each.heard();
  for (auto& each : members) each.heard();
  constexpr int count = 200;
  for (int i = 0; i < count; ++i) {
    for (auto& each : members) each.say("tea " + std::to_string(i));
    others[0].say("all " + std::to_string(i));
  }
  const lines first = members[0].lines(count * 7);
  CHECK(members[0].heard().empty());
  std::size_t of_tea = 0;
  for (const auto& line : first) of_tea += line.rfind("#tea ", 0) == 0 ? 1U : 0U;
  CHECK(of_tea == count * 6);
  for (std::size_t i = 1; i < members.size(); ++i) {
    CHECK(members[i].lines(count * 7) == first);
    CHECK(members[i].heard().empty());
  }
  const lines lobby = others[0].lines(count);
  for (std::size_t i = 1; i < others.size(); ++i) CHECK(others[i].lines(count) == lobby);
  for (auto& each : others) CHECK(each.heard().empty());
}

TEST_CASE("rooms: one with kept messages stays over a restart, others are gone when empty", "[rooms][history]") {
  const scratch_directory kept;
  const std::string replay = GENERATE("0", "5");
  const server_setup setup{.arguments = {"--data-dir", kept.path(), "--threads", "2", "--replay", replay},
                           .predictable = false};
  {
    running_server server(setup);
    peer ann(server);
    ann.heard();
    for (const char* const line :
         {"/join tea", "kept", "/join nap", "/leave nap", "/join 茶", "也", "/topic tea gone with the server"})
      ann.say(line);
    ann.heard();
    ann.say("/rooms");
    CHECK(ann.heard() == lines{"#lobby (1)", "#tea (1): gone with the server", "#茶 (1)"});
    ann.say("/leave tea");
    ann.say("/leave 茶");
    ann.heard();
    ann.say("/rooms");
    CHECK(ann.heard() == lines{"#lobby (1)", "#tea (0): gone with the server", "#茶 (0)"});
  }
  running_server server(setup);
  peer bob(server);
  bob.heard();
  bob.say("/rooms");
  CHECK(bob.heard() == lines{"#lobby (1)", "#tea (0)", "#茶 (0)"});
  bob.say("/join tea");
  const lines heard = bob.heard();
  REQUIRE(heard.size() == (replay == "0" ? 2 : 3));
  CHECK(heard.back().find(replay == "0" ? "Your text goes to #tea" : "kept") != std::string::npos);
  bob.say("/history");
  CHECK(bob.heard().back() == "1 found");
}

TEST_CASE("rooms: there are not more of them after a restart", "[rooms][history]") {
  const scratch_directory kept;
  const int rooms = GENERATE(2, 3, 4);
  const server_setup setup{.arguments = {"--data-dir", kept.path(), "--max-rooms", "3"}, .predictable = false};
  {
    running_server server(setup);
    peer ann(server);
    for (int i = 0; i < rooms; ++i) {
      ann.say("/join room" + std::to_string(i));
      ann.say("kept");
      ann.say("/leave");
    }
    ann.heard();
  }
  running_server server(setup);
  peer bob(server);
  bob.heard();
  bob.say("/rooms");
  CHECK(bob.heard().size() == 1 + static_cast<std::size_t>(std::min(rooms, 3)));
  bob.say("/join another");
  CHECK(bob.heard().back() == "Your text goes to #another");
}

TEST_CASE("rooms: one that is made anew shows nothing of the one before, also over a restart", "[rooms][history]") {
  const scratch_directory kept;
  const server_setup setup{.arguments = {"--data-dir", kept.path(), "--max-rooms", "1"}, .predictable = false};
  const auto shown = [](peer& who) {
    who.say("/join tea");
    who.say("/history");
    who.say("/search green");
    lines found;
    for (const std::string& line : who.heard()) {
      if (line.find("green") != std::string::npos) found.push_back(line);
    }
    return found;
  };
  {
    running_server server(setup);
    peer ann = joined(server);
    for (const char* const line : {"/join tea", "green once", "/leave"}) ann.say(line);
    ann.heard();
    // It is remembered: replay, history and search have it.
    CHECK(shown(ann).size() == 3);
    for (const char* const line : {"/leave", "/join nap", "zzz", "/leave"}) ann.say(line);
    ann.heard();
    CHECK(shown(ann).empty());
    ann.say("/leave");
    ann.heard();
    if (GENERATE(false, true)) {
      // Nothing was said in the second, so what is kept of that name has ended.
      peer bob = joined(server);
      CHECK(shown(bob).empty());
      bob.say("green again");
      bob.heard();
    }
  }
  running_server server(setup);
  peer cat = joined(server);
  for (const std::string& line : shown(cat)) CHECK(line.find("once") == std::string::npos);
  cat.say("/rooms");
  CHECK(cat.heard().size() == 2);
}

TEST_CASE("rooms: without a history an empty one is gone at once", "[rooms]") {
  running_server server({.arguments = {"--history", "off"}});
  peer ann = joined(server);
  ann.say("/join tea");
  ann.say("hello");
  ann.say("/leave");
  ann.heard();
  ann.say("/rooms");
  CHECK(ann.heard() == lines{"#lobby (1)"});
}

TEST_CASE("rooms: whoever goes offline has left them", "[rooms]") {
  running_server server({.arguments = {"--threads", "2"}});
  peer ann = joined_as(server, "ann");
  peer bob = joined_as(server, "bob");
  for (peer* const each : {&ann, &bob}) {
    each->say("/join tea");
    each->heard();
  }
  ann.heard();
  bob.close();
  CHECK(ann.line() == "#tea " + bob.as("bob") + "has left");
  CHECK(ann.line() == bob.as("bob") + "is offline");
  ann.say("/who tea");
  CHECK(of_rooms(ann.heard()) == lines{ann.as("ann") + "online..."});
}
