// What a program says is said once, over crashes of the server too: it sends what was not confirmed again.

#include <cstdint>
#include <map>
#include <memory>
#include <signal.h>
#include <string>
#include <vector>

#include "tests/integration/asking.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/running_server.hpp"

using namespace confab::test;
using lines = std::vector<std::string>;

namespace {

void kill(running_server& server) {
  server.program().signal(SIGKILL);
  CHECK(server.program().wait() == 128 + SIGKILL);
  server.expect_ended();
}

/// Connects with `/resume`; what comes first, and the token to use next, from the welcome.
struct returned {
  returned(const endpoint& where, std::string& token) : line(where) {
    line.say("/resume " + token + " 0");
    first = line.event();
    const json welcome = first["type"] == "welcome" ? first : line.event("welcome");
    token = welcome["token"];
    line.heard();
  }

  peer line;
  json first;
};

}  // namespace

TEST_CASE("once: a line that was kept but not confirmed is not said again after a crash", "[once]") {
  scratch_directory data;
  std::string token;
  {
    running_server server(on(data));
    peer ann = joined_as(server, "ann");
    peer bob = joined_as(server, "bob");
    ann.heard();
    token = bob.json_on()["token"];
    bob.say("/join tea");
    bob.heard();
    bob.say("/tag t1 kept");
    bob.say("/tag t2 to ann kept too");
    bob.say("/in lobby heard");
    bob.heard();  // heard is kept; the bot has not seen it
    kill(server);
  }
  for (int crash = 1; crash <= 3; ++crash) {
    CAPTURE(crash);
    running_server server(on(data));
    peer ann = joined_as(server, "ann");
    returned bob(server, token);
    CHECK(bob.first["code"] == "cannot-resume");
    ann.heard();
    bob.line.say("/tag t1 kept");
    const json said = bob.line.event("message");
    CHECK(said["id"] == 1);
    CHECK(said["tag"] == "t1");
    CHECK(said["room"] == "tea");
    CHECK(said["repeated"] == true);
    bob.line.say("/tag t2 to ann kept too");
    const json whispered = bob.line.event("private");
    CHECK(whispered["id"] == 2);
    CHECK(whispered["repeated"] == true);
    bob.line.say("/tag t1 other");
    CHECK(bob.line.event("error")["code"] == "tag-used");
    CHECK(ann.heard().empty());
    // The history tells it, and nobody else, which lines are its own.
    bob.line.say("/join tea");
    CHECK(bob.line.event("joined")["members"] == 1);
    bob.line.event("room");
    bob.line.say("/tag h /history #tea");
    const json own = bob.line.event("message");
    CHECK(own["text"] == "kept");
    CHECK(own["own_tag"] == "t1");
    CHECK(own["tag"] == "h");
    while (bob.line.event()["type"] != "history") continue;
    ann.say("/join tea");
    ann.heard();
    ann.json_on();
    ann.say("/history #tea");
    CHECK_FALSE(ann.event("message").contains("own_tag"));
    bob.line.heard();
    // What is new is said, once each.
    bob.line.say("/tag c" + std::to_string(crash) + " crash " + std::to_string(crash));
    CHECK_FALSE(bob.line.event("message").contains("repeated"));
    kill(server);
  }
  running_server server(on(data));
  peer ann = joined(server);
  ann.say("/join tea");
  ann.heard();
  lines texts;
  for (const auto& line : [&] {
         ann.say("/history 200");
         return ann.heard();
       }()) {
    if (const auto place = line.rfind(": "); place != std::string::npos) texts.push_back(line.substr(place + 2));
  }
  CHECK(texts == lines{"kept", "crash 1", "crash 2", "crash 3"});
}

TEST_CASE("once: without a history, or with another token, it is said", "[once]") {
  scratch_directory data;
  std::string token;
  {
    running_server server(on(data));
    peer bob = joined_as(server, "bob");
    token = bob.json_on()["token"];
    bob.say("/tag t1 hello");
    bob.event("message");
    kill(server);
  }
  const bool other_token = GENERATE(true, false);
  running_server server(on(data, "0", other_token ? lines{} : lines{"--history", "off"}));
  std::string mine = other_token ? std::string("00000000000000000000000000000000") : token;
  returned bob(server, mine);
  bob.line.say("/tag t1 hello");
  CHECK_FALSE(bob.line.event("message").contains("repeated"));
}
