// What is typed before there is a menu to take it.

#include <string>

#include "client/app/app.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/client/app/app_session.hpp"

using namespace confab::client;

TEST_CASE("app: prompt and status stand before there is a connection, and what is typed then is seen", "[app]") {
  for (const bool zh : {false, true}) {
    bool silent = true;
    session here([&silent](const std::string& line) { return silent ? std::string() : polite_answer(line); });
    here.interactive = true;
    here.screen.footer = true;
    if (zh) here.wanted.lang = confab::language::zh;
    here.start();
    CHECK(here.screen.last_prompt() == (zh ? "选择> " : "choose> "));
    CHECK(here.screen.status == (zh ? " 菜单 · 正在连接" : " menu · connecting"));
    here.screen.type_at_once("1");
    here.screen.type_at_once("  ");
    here.screen.type_at_once("hello \x1b[2J");
    const std::string mark = zh ? " ⏳待发" : " ⏳ waiting";
    CHECK(here.screen.count(mark) == 2);
    CHECK(here.screen.has("1" + mark));
    CHECK(here.screen.has("hello \uFFFD[2J" + mark));
    CHECK(here.server->count("/say") == 0);
  }
}

TEST_CASE("app: what was typed before there was a connection is done in order when there is one", "[app]") {
  session here;
  here.interactive = true;
  here.screen.footer = true;
  here.start();
  here.screen.type_at_once("1");
  here.screen.type_at_once("hello");
  CHECK(here.screen.has("hello ⏳ waiting"));
  REQUIRE(here.until([&] { return here.server->count("/say hello") == 1; }));
  REQUIRE(here.until([&] { return here.screen.last_prompt() == "public[ann]> "; }));
  CHECK(here.screen.status.find("connecting") == std::string::npos);
  CHECK(here.screen.count("⏳") == 2);
  here.screen.type_at_once("later");
  CHECK(here.screen.count("⏳") == 2);
}

TEST_CASE("app: a script's lines are not marked, and no prompt comes before its time", "[app]") {
  session here;
  here.start();
  CHECK(here.screen.prompts.empty());
  here.screen.type_at_once("1");
  here.screen.type_at_once("hello");
  CHECK(here.screen.count("⏳") == 0);
  REQUIRE(here.until([&] { return here.server->count("/say hello") == 1; }));
}

TEST_CASE("app: a line that is too long to be read is told with its size, and the next goes on", "[app]") {
  session here;
  here.screen.type("1");
  here.start();
  REQUIRE(here.until([&] { return here.screen.last_prompt() == "public[ann]> "; }));
  here.screen.type_too_long(1'234'567);
  CHECK(here.screen.has("1234567 bytes, the server takes at most"));
  here.screen.type("hello");
  here.screen.end_input();
  REQUIRE(here.ends());
  CHECK(here.server->count("/say hello") == 1);
  CHECK(here.code() == exit_code::failed);
}

TEST_CASE("app: what was typed before there was a connection is no answer to the question for a name", "[app]") {
  session here;
  here.wanted.name.clear();
  here.interactive = true;
  here.screen.footer = true;
  here.start();
  SECTION("lines that wait are the menu's, and no name is offered") {
    here.screen.type_at_once("1");
    here.screen.type_at_once("hello");
    REQUIRE(here.until([&] { return here.server->count("/say hello") == 1; }));
    CHECK(here.server->count("/rename") == 0);
  }
  SECTION("nothing waits: a name is offered") {
    REQUIRE(here.until([&] { return here.screen.last_prompt() == "new name> "; }));
  }
}

TEST_CASE("app: when the name was refused, what was typed before is given back and not sent", "[app]") {
  session here;
  here.wanted.name = "taken";
  here.interactive = true;
  here.screen.footer = true;
  here.start();
  here.screen.type_at_once("1");
  here.screen.type_at_once("  ");
  here.screen.type_at_once("hello");
  REQUIRE(here.until([&] { return here.screen.last_prompt() == "new name> "; }));
  CHECK(here.screen.has("Not sent: 1"));
  CHECK(here.screen.has("Not sent: hello"));
  CHECK(here.screen.remembered == std::vector<std::string>{"1", "hello"});
  CHECK(here.server->count("/say") == 0);
  CHECK(here.server->count("/rename hello") == 0);
  here.screen.type_at_once("ann");
  REQUIRE(here.until([&] { return here.screen.last_prompt() == "choose> "; }));
}
