// People who come by WebSocket, among those who come with nc.

#include <signal.h>
#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/web_site.hpp"
#include "tests/support/websocket_peer.hpp"

using namespace confab::test;
using lines = std::vector<std::string>;

TEST_CASE("websocket: a program is welcomed in JSON with its first line, and heard by all", "[websocket]") {
  web_site site;
  peer bob = joined_as(site.lines(), "bob");
  websocket_peer page(site.web(), "confab.json");
  REQUIRE(page.status() == 101);
  bob.expect_quiet();  // it is nobody yet
  page.say("");
  const json welcome = page.event("welcome");
  CHECK(welcome["name"] == page.address());
  CHECK(welcome["online"] == 2);
  CHECK(welcome.contains("token"));
  CHECK(page.event("joined")["addr"] == page.address());
  CHECK(bob.line() == '[' + page.address() + ']' + page.address() + ": is online");
  page.say("/tag n rename 小明");
  CHECK(page.event("renamed")["tag"] == "n");
  CHECK(bob.line() == '[' + page.address() + ']' + page.address() + ": is now known as 小明");
  page.say("hello");
  CHECK(page.event("message")["text"] == "hello");
  CHECK(bob.line() == '[' + page.address() + "]小明: hello");
  bob.say("hi");
  CHECK(page.event("message")["text"] == "hi");
}

TEST_CASE("websocket: a newcomer by JSON is shown the past and the message of the day, once", "[websocket]") {
  web_site site({"--replay", "5"});
  peer bob = joined_as(site.lines(), "bob");
  bob.say("before");
  CHECK(bob.line() == bob.as("bob") + "before");
  websocket_peer page(site.web(), "confab.json");
  page.say("/ping");
  CHECK(page.event("welcome")["online"] == 2);
  CHECK(page.event("joined")["user"] == 2);
  const json past = page.event("message");
  CHECK(past["text"] == "before");
  CHECK(past["past"] == true);
  page.event("pong");
}

TEST_CASE("websocket: a page that is loaded anew comes back, and nobody hears of a guest", "[websocket]") {
  web_site site;
  peer bob = joined_as(site.lines(), "bob");
  websocket_peer first(site.web(), "confab.json");
  first.say("rename ann");
  const std::string token = first.event("welcome")["token"];
  first.event("joined");
  first.event("renamed");
  bob.line();
  if (GENERATE(false, true)) {
    first.send(close_frame(1001));
    CHECK(first.close_code() == 1001);
  } else {
    first.wire().reset();
  }
  bob.say("while you were away");
  bob.line();
  websocket_peer second(site.web(), "confab.json");
  second.say("/resume " + token + " 0");
  const json back = second.event("welcome");
  CHECK(back["resumed"] == true);
  CHECK(back["name"] == "ann");
  CHECK(second.event("message")["text"] == "while you were away");
  second.say("here again");
  CHECK(bob.line().ends_with("]ann: here again"));
}

TEST_CASE("websocket: a token that is not known any more makes a new user, who is told so first", "[websocket]") {
  web_site site({"--replay", "5"});
  peer bob = joined(site.lines());
  bob.say("before");
  bob.line();
  websocket_peer page(site.web(), "confab.json");
  page.say("/resume 0123456789abcdef 7");
  CHECK(page.event("error")["code"] == "cannot-resume");
  CHECK(page.event("welcome")["online"] == 2);
  page.event("joined");
  page.say("/ping");
  page.event("pong");  // and no past
}

TEST_CASE("websocket: without a subprotocol it speaks lines, as nc", "[websocket]") {
  web_site site;
  const std::string protocol = GENERATE("", "confab.text", "something.else");
  websocket_peer talks(site.web(), protocol);
  CHECK(talks.line() == '[' + talks.address() + ']' + talks.address() + ": is online");  // greeted for being silent
  talks.say("/json on");
  talks.event("welcome");
}

TEST_CASE("websocket: why it is over is the code of the close frame", "[websocket]") {
  SECTION("quit") {
    web_site site;
    websocket_peer talks(site.web());
    talks.say("/quit");
    CHECK(talks.close_code() == 1000);
  }
  SECTION("the end of the server") {
    web_site site;
    websocket_peer talks(site.web());
    talks.line();
    site.server().program().signal(SIGTERM);
    CHECK(talks.close_code() == 1001);
    CHECK(site.server().program().wait() == 0);
    site.server().expect_ended();
  }
  SECTION("full") {
    web_site site({"--max-users", "1"});
    peer there = joined(site.lines());
    websocket_peer talks(site.web(), "confab.json");
    talks.say("");
    CHECK(talks.event("error")["code"] == "server-full");
    CHECK(talks.close_code() == 1013);
  }
  SECTION("resumed by another connection") {
    web_site site;
    websocket_peer first(site.web(), "confab.json");
    first.say("");
    const std::string token = first.event("welcome")["token"];
    websocket_peer second(site.web(), "confab.json");
    second.say("/resume " + token + " 0");
    second.event("welcome");
    first.event("joined");
    CHECK(first.event("bye")["reason"] == "resumed");
    CHECK(first.close_code() == 1000);
  }
  SECTION("a line that is too long") {
    web_site site({"--max-line", "100"});
    websocket_peer talks(site.web());
    talks.say(std::string(101, 'x'));
    CHECK(talks.close_code() == 1009);
  }
}

TEST_CASE("websocket: a paged answer comes whole, and what was sent meanwhile after it", "[websocket]") {
  web_site site;
  websocket_peer page(site.web(), "confab.json");
  page.say("/help");
  page.event("welcome");
  page.event("joined");
  for (int i = 0; i < 40; ++i) page.say("/help");
  page.say("/ping end");
  std::size_t notices = 0;
  json got = page.event();
  for (; got["type"] == "notice"; got = page.event()) ++notices;
  CHECK(got["token"] == "end");
  CHECK(notices % 41 == 0);
  CHECK(notices > 1000);
}
