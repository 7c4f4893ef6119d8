// What people do instead of saying it: heard by whoever is meant, and an emote still after a restart.

#include <signal.h>
#include <string>
#include <vector>

#include "tests/integration/asking.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/running_server.hpp"

using namespace confab::test;
using lines = std::vector<std::string>;

TEST_CASE("emotes: all, a room and one user hear them", "[emote]") {
  const scratch_directory data;
  running_server server(on(data));
  peer ann = joined_as(server, "ann");
  peer bob = joined_as(server, "bob");
  ann.heard();
  bob.heard();
  ann.say("/me waves");
  for (peer* const each : {&ann, &bob}) CHECK(each->line() == "* ann waves");
  bob.say("/me 挥手");
  for (peer* const each : {&ann, &bob}) CHECK(each->line() == "* bob 挥手");
  ann.say("to bob /me winks");
  CHECK(bob.line() == "ann whispers to you: * ann winks");
  ann.say("/join tea");
  ann.heard();
  bob.say("/join tea");
  bob.heard();
  ann.say("/me sits down");
  CHECK(bob.line() == "#tea * ann sits down");
  ann.say("/room lobby");
  ann.say("/in tea /me gets up");
  CHECK(bob.line() == "#tea * ann gets up");
}

TEST_CASE("emotes: are emotes still after a restart, and only those", "[emote][history]") {
  const scratch_directory data;
  std::string token;
  {
    running_server server(on(data));
    peer ann = joined_as(server, "ann");
    ann.heard();
    ann.say("/json on");
    token = ann.event("welcome")["token"];
    ann.say("/tag t1 /me waves");
    CHECK(ann.event("message")["kind"] == "emote");
    ann.say("plain waves");
    ann.event("message");
    ann.say("to ann /me whispers waves");
    ann.event("private");
    server.program().signal(SIGKILL);
    CHECK(server.program().wait() == 128 + SIGKILL);
    server.expect_ended();
  }
  running_server server(on(data, "2"));
  peer bob(server);
  const lines shown = bob.heard();
  REQUIRE(shown.size() == 3);
  CHECK(undated(shown[1]) == "* ann waves");
  CHECK(undated(shown[2]).ends_with("]ann: plain waves"));
  bob.say("/history 1 before 2");
  CHECK(undated(bob.line()) == "* ann waves");
  bob.heard();
  CHECK(found(bob, "/search waves") == 2);
  // Whoever is not sure whether it got through sends it again.
  peer again(server);
  again.say("/resume " + token + " 0");
  CHECK(again.event("error")["code"] == "cannot-resume");
  again.event("welcome");
  again.heard();
  again.say("/tag t1 waves");
  CHECK(again.event("error")["problem"] == "tag-used");
  again.say("/tag t1 /me waves");
  const json repeated = again.event("message");
  CHECK(repeated["kind"] == "emote");
  CHECK(repeated["repeated"] == true);
}
