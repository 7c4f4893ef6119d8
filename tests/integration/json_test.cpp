// What the server says to those who asked for JSON lines.

#include <cstdint>
#include <regex>
#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/running_server.hpp"

using namespace confab::test;
using lines = std::vector<std::string>;

namespace {

/// The types of the events in these lines.
lines types(const lines& heard) {
  lines out;
  for (const auto& line : heard) out.push_back(json::parse(line)["type"]);
  return out;
}

/// Two in JSON, alice and bob, and a third in text; all have heard all there was.
struct company {
  explicit company(const endpoint& where)
      : alice(joined_as(where, "alice")), bob(joined_as(where, "bob")), plain(joined(where)) {
    alice.heard();
    bob.heard();
    alice.json_on();
    bob.json_on();
  }

  peer alice;
  peer bob;
  peer plain;
};

}  // namespace

TEST_CASE("json: the welcome says where one is and what the limits are", "[json]") {
  const bool can_come_back = GENERATE(false, true);
  server_setup setup{.arguments = {"--name", "tea room", "--idle-timeout", "120", "--max-line", "1000"}};
  if (!can_come_back) setup.arguments.insert(setup.arguments.end(), {"--resume-window", "0"});
  running_server server(setup);
  peer a = joined(server);
  peer b = joined_as(server, "bob");
  const json welcome = b.json_on();
  lines expected{"type", "time", "server", "version", "lang", "name", "addr", "user", "online", "limits", "tls"};
  if (can_come_back) expected.push_back("token");
  CHECK(fields(welcome) == expected);
  CHECK(welcome["server"] == "tea room");
  CHECK(welcome["version"] == CONFAB_VERSION);
  CHECK(welcome["name"] == "bob");
  CHECK(welcome["addr"] == b.address());
  CHECK(welcome["online"] == 2);
  CHECK(welcome["tls"] == false);
  CHECK(welcome["limits"] == json{{"line", 1000},
                                  {"name", 32},
                                  {"idle", 120},
                                  {"note", 200},
                                  {"tag", 64},
                                  {"history", 200},
                                  {"rooms", 32},
                                  {"recall", 120},
                                  {"resume", can_come_back ? 120 : 0}});
  CHECK(std::regex_match(welcome["time"].get<std::string>(),
                         std::regex(R"(20\d\d-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-6]\d\.\d{3}Z)")));
}

TEST_CASE("json: all fields of every event, in their order", "[json]") {
  running_server server;
  company here(server);
  peer& alice = here.alice;
  peer& bob = here.bob;
  lines left_for_bob;  // what it has to hear besides what it is asked for below

  SECTION("joined and left") {
    left_for_bob = {"joined", "left"};
    peer d = joined(server);
    json event = alice.event("joined");
    CHECK(fields(event) == lines{"type", "time", "name", "addr", "user", "online"});
    CHECK(event["name"] == d.address());
    CHECK(event["addr"] == d.address());
    CHECK(event["online"] == 4);
    std::string reason;
    SECTION("quit") {
      reason = "quit";
      d.say("/quit");
    }
    SECTION("eof") {
      reason = "eof";
      d.half_close();
    }
    SECTION("error") {
      reason = "error";
      d.reset();
    }
    event = alice.event("left");
    CHECK(fields(event) == lines{"type", "time", "name", "addr", "user", "online", "reason"});
    CHECK(event["name"] == d.address());
    CHECK(event["online"] == 3);
    CHECK(event["reason"] == reason);
  }
  SECTION("message") {
    left_for_bob = {"message"};  // its own
    here.plain.say("hello \"you\"\t\\ 你好");
    const json event = alice.event("message");
    CHECK(fields(event) == lines{"type", "time", "id", "from", "addr", "user", "text"});
    CHECK(event["from"] == here.plain.address());
    CHECK(event["addr"] == here.plain.address());
    CHECK(event["text"] == "hello \"you\"\t\\ 你好");
    CHECK(bob.event("message") == event);
    bob.say("again");
    const json second = alice.event("message");
    CHECK(second["from"] == "bob");
    CHECK(second["id"].get<std::int64_t>() > event["id"].get<std::int64_t>());
    CHECK(here.plain.lines(2) == lines{here.plain.as() + "hello \"you\"\t\\ 你好", bob.as("bob") + "again"});
  }
  SECTION("private, to the receiver and as a confirmation") {
    alice.say("to bob hi there");
    const json event = bob.event("private");
    CHECK(fields(event) == lines{"type", "time", "id", "from", "addr", "user", "to", "to_user", "text"});
    CHECK(event["from"] == "alice");
    CHECK(event["to"] == "bob");
    CHECK(event["text"] == "hi there");
    CHECK(alice.event("private") == event);
    CHECK(here.plain.heard() == lines{});
  }
  SECTION("renamed") {
    alice.say("rename anna");
    const json event = bob.event("renamed");
    CHECK(fields(event) == lines{"type", "time", "old", "name", "addr", "user"});
    CHECK(event["old"] == "alice");
    CHECK(event["name"] == "anna");
    CHECK(event["addr"] == alice.address());
    CHECK(alice.event("renamed") == event);
  }
  SECTION("users") {
    alice.say("who");
    const json event = alice.event("users");
    CHECK(fields(event) == lines{"type", "time", "users", "online", "end"});
    CHECK(event["online"] == 3);
    CHECK(event["end"] == true);
    REQUIRE(event["users"].size() == 3);
    CHECK(event["users"][0]["name"] == "alice");
    CHECK(event["users"][1]["name"] == "bob");
    CHECK(event["users"][2]["name"] == here.plain.address());
    for (const auto& user : event["users"]) CHECK(fields(user) == lines{"name", "addr", "user", "since", "idle"});
    CHECK(event["users"][1]["addr"] == bob.address());
    CHECK(event["users"][1]["since"].is_string());
    CHECK(event["users"][1]["idle"].is_number());
  }
  SECTION("count, pong, error, bye") {
    left_for_bob = {"left"};
    alice.say("/count");
    json event = alice.event("count");
    CHECK(fields(event) == lines{"type", "time", "online"});
    CHECK(event["online"] == 3);
    alice.say("/ping abc");
    event = alice.event("pong");
    CHECK(fields(event) == lines{"type", "time", "token"});
    CHECK(event["token"] == "abc");
    alice.say("to nobody hi");
    event = alice.event("error");
    CHECK(fields(event) == lines{"type", "time", "code", "problem", "text"});
    CHECK(event["text"].is_string());
    alice.say("/quit");
    event = alice.event("bye");
    CHECK(fields(event) == lines{"type", "time", "reason"});
    CHECK(event["reason"] == "quit");
    CHECK(alice.lines_until_end() == lines{});
  }
  CHECK(types(bob.heard()) == left_for_bob);
}

TEST_CASE("json: a tag comes back in every answer, and nowhere else", "[json]") {
  running_server server;
  company here(server);
  peer& alice = here.alice;
  peer& bob = here.bob;

  int number = 0;
  const auto tagged = [&alice, &number](const std::string& command, std::string_view type) {
    const std::string tag = "t-" + std::to_string(++number);
    alice.say("/tag " + tag + ' ' + command);
    json event = alice.event(type);
    CHECK(event["tag"] == tag);
    return event;
  };
  CHECK(fields(tagged("hello", "message")) == lines{"type", "time", "id", "tag", "from", "addr", "user", "text"});
  CHECK_FALSE(bob.event("message").contains("tag"));
  CHECK(fields(tagged("to bob hi", "private")) ==
        lines{"type", "time", "id", "tag", "from", "addr", "user", "to", "to_user", "text"});
  CHECK_FALSE(bob.event("private").contains("tag"));
  CHECK(fields(tagged("rename anna", "renamed")) == lines{"type", "time", "tag", "old", "name", "addr", "user"});
  CHECK_FALSE(bob.event("renamed").contains("tag"));
  CHECK(fields(tagged("who", "users")) == lines{"type", "time", "tag", "users", "online", "end"});
  CHECK(tagged("/count", "count")["online"] == 3);
  CHECK(tagged("/ping x", "pong")["token"] == "x");
  CHECK(fields(tagged("to nobody hi", "error")) == lines{"type", "time", "tag", "code", "problem", "text"});
  CHECK(tagged("/nonsense", "error")["code"] == "unknown-command");
  tagged("/quit", "bye");
  CHECK(alice.lines_until_end() == lines{});
  CHECK(bob.event("left")["name"] == "anna");
  CHECK(bob.heard() == lines{});
}

TEST_CASE("json: what is said again with the same tag is said once", "[json]") {
  running_server server;
  company here(server);
  const std::string command = GENERATE("hello", "to bob hello");
  const std::string type = command == "hello" ? "message" : "private";
  here.alice.say("/tag once " + command);
  const json first = here.alice.event(type);
  here.alice.say("/tag once " + command);
  CHECK(here.alice.event()["id"] == first["id"]);
  CHECK(here.bob.event(type)["id"] == first["id"]);
  CHECK(here.bob.heard() == lines{});
  here.alice.say("/tag again " + command);
  CHECK(here.alice.event(type)["id"].get<std::int64_t>() > first["id"].get<std::int64_t>());
  CHECK(here.bob.heard().size() == 1);
}

TEST_CASE("json: one may go back to text", "[json]") {
  running_server server;
  peer a = joined(server);
  a.json_on();
  a.say("/json off");
  a.heard();
  a.say("hello");
  CHECK(a.line() == a.as() + "hello");
  a.json_on();
  a.say("hello");
  CHECK(a.event("message")["text"] == "hello");
}

TEST_CASE("json: a long list of users comes in lines of bounded size", "[json]") {
  constexpr std::size_t count = 600;
  raise_open_files();
  running_server server({.arguments = {"--threads", "1"}});
  std::vector<peer> users = joined_many(server, count);
  peer& asker = users.back();
  asker.json_on();
  asker.say("/tag x who");
  std::size_t place = 0;
  for (bool end = false; !end;) {
    const std::string line = asker.line();
    CHECK(line.size() <= 64 * 1024);
    const json part = json::parse(line);
    REQUIRE(part["type"] == "users");
    CHECK(part["tag"] == "x");
    CHECK(part["online"] == count);
    for (const auto& user : part["users"]) {
      REQUIRE(place < count);
      REQUIRE(user["addr"] == users[place++].address());
    }
    end = part.value("end", false);
  }
  CHECK(place == count);
  CHECK(asker.heard() == lines{});
}

TEST_CASE("json: texts for people follow the language of the server", "[json]") {
  running_server english;
  running_server chinese({.language = "zh"});
  std::vector<json> errors;
  for (const auto* server : {&english, &chinese}) {
    peer a = joined(*server);
    a.json_on();
    a.say("to nobody hi");
    errors.push_back(a.event("error"));
  }
  CHECK(errors[0]["code"] == errors[1]["code"]);
  CHECK(errors[0]["text"] == "There is no user with that name");
  CHECK(errors[1]["text"] == "该用户不存在");
}
