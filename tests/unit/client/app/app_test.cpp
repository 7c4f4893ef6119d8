#include "client/app/app.hpp"

#include <string>
#include <string_view>

#include <fmt/format.h>

#include "client/protocol/send_queue.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/client/app/app_session.hpp"

using namespace confab::client;
using namespace std::chrono_literals;

TEST_CASE("app: a script is done when every line was confirmed", "[app]") {
  session here;
  for (const char* line : {"1", "hello", "help me", "exit", "0"}) here.screen.type(line);
  here.start();
  REQUIRE(here.ends());
  CHECK(here.code() == exit_code::done);
  CHECK(here.server->count("/say hello") == 1);
  CHECK(here.server->count("/say help me") == 1);
  CHECK(here.server->lines().back() == "/quit");
  CHECK(here.screen.count("[public] (me): hello") == 1);
  CHECK(here.screen.has("1. public chat"));
  CHECK(here.screen.prompts.front() == "choose> ");
  CHECK(here.screen.errors.empty());
}

TEST_CASE("app: the end of the input waits for confirmations, then lingers", "[app]") {
  session here;
  here.wanted.linger = 1s;
  here.screen.type("1");
  here.screen.type("hello");
  here.screen.end_input();
  here.start();
  REQUIRE(here.until([&] { return here.screen.has("(me): hello"); }));
  const auto flushed = std::chrono::steady_clock::now();
  here.server->send(said_by_bob("still there?"));
  REQUIRE(here.ends());
  CHECK(here.code() == exit_code::done);
  CHECK(std::chrono::steady_clock::now() - flushed >= 900ms);
  CHECK(here.screen.has("bob: still there?"));
}

TEST_CASE("app: the end of the input with nothing said is a success", "[app]") {
  session here;
  here.screen.end_input();
  here.start();
  REQUIRE(here.ends());
  CHECK(here.code() == exit_code::done);
}

TEST_CASE("app: a line that is never confirmed is told, with an exit code", "[app]") {
  session here(
      [](const std::string& line) { return line.find("/say") == std::string::npos ? polite_answer(line) : ""; });
  here.screen.type("1");
  here.screen.type("hello");
  here.screen.end_input();
  here.start();
  REQUIRE(here.until([&] { return here.client->result().has_value(); }, app::flush_time + 5s));
  CHECK(here.code() == exit_code::unavailable);
  CHECK(here.screen.has("did not confirm 1 line"));
}

TEST_CASE("app: lines wait while an answer decides what they mean", "[app]") {
  session here;
  here.wanted.name.clear();
  for (const char* line : {"3", "taken", "ann", "1", "hi", "exit", "2", "nobody", "bob", "psst", "exit", "0"})
    here.screen.type(line);
  here.start();
  REQUIRE(here.ends());
  CHECK(here.code() == exit_code::failed);  // two of the names were refused
  CHECK(here.screen.has("already in use"));
  CHECK(here.server->count("/rename ann") == 1);
  CHECK(here.server->count("/say hi") == 1);
  CHECK(here.screen.has("Nobody online is called nobody"));
  CHECK(here.server->count("/to bob psst") == 1);
  CHECK(here.screen.has("[private] (me) → bob: psst"));
}

TEST_CASE("app: a line that is not UTF-8 or too long is not sent", "[app]") {
  session here;
  for (const std::string& line :
       {std::string("1"), std::string("\xC4\xE3"), std::string(5000, 'x'), std::string("good")})
    here.screen.type(line);
  here.screen.end_input();
  here.start();
  REQUIRE(here.ends());
  CHECK(here.screen.errors.size() == 2);
  CHECK(here.server->count("/say") == 1);
  CHECK(here.code() == exit_code::failed);
}

TEST_CASE("app: a line may be as long as the server takes, as it was typed", "[app]") {
  session here;
  const std::string_view before = GENERATE("", "/msg bob ");
  here.start_in_public_chat();
  const std::size_t frame =
      send_queue("t").overhead() + (before.empty() ? std::string_view("/say ") : "/to bob ").size();
  const std::size_t most = 4096 - frame;  // the fake server's longest line
  for (const std::size_t size : {most - 1, most, most + 1}) {
    here.screen.type(std::string(before) + std::string(size, 'x'));
  }
  REQUIRE(here.until([&] { return here.screen.errors.size() == 1 && here.server->count("xxx") == 2; }));
  CHECK(here.screen.has(fmt::format("Not sent: the line has {} bytes, the server takes at most {}", most + 1, most)));
}

TEST_CASE("app: a refusal is a script's exit code, and no person's", "[app]") {
  const bool interactive = GENERATE(false, true);
  const std::string line = GENERATE("/msg nobody hi", "/nonsense", "/json off", "9");
  session here;
  here.interactive = interactive;
  here.screen.type(line);
  here.screen.type("0");
  here.start();
  REQUIRE(here.ends());
  CHECK(here.code() == (interactive ? exit_code::done : exit_code::failed));
}

TEST_CASE("app: the reason for leaving goes to the others", "[app]") {
  session here;
  here.screen.type("/quit " + std::string(5000, 'x'));  // not sent, so nobody leaves
  here.screen.type("/quit see you");
  here.start();
  REQUIRE(here.ends());
  CHECK(here.server->lines().back() == "/quit see you");
}

TEST_CASE("app: what is unsafe to print leaves the client as a replacement", "[app]") {
  session here;
  here.screen.type("1");
  here.screen.type("a\x1b[2Jb");
  here.screen.end_input();
  here.start();
  REQUIRE(here.ends());
  CHECK(here.server->count("/say a\xEF\xBF\xBD[2Jb") == 1);
}

TEST_CASE("app: without a server a script fails at once", "[app]") {
  session here;
  here.server.reset();
  here.start();
  REQUIRE(here.ends());
  CHECK(here.code() == exit_code::unavailable);
  CHECK(here.screen.errors.at(0).starts_with("confab: Cannot connect to 127.0.0.1:"));
}

TEST_CASE("app: before the first connection there is no name, and only a person is told of Enter", "[app]") {
  session here;
  here.server.reset();
  here.wanted.lang = confab::language::zh;
  here.wanted.reconnect = 1;
  here.interactive = GENERATE(true, false);
  here.start();
  REQUIRE(here.until([&] { return here.screen.has("秒后重试（第 1 次）"); }));
  CHECK(here.screen.has("*** 未连接（"));
  CHECK(here.screen.has("回车立即重试") == here.interactive);
  CHECK(here.screen.status == " 菜单 · 未连接");
}

TEST_CASE("app: a lost connection fails a script and tells why", "[app]") {
  session here;
  here.screen.type("1");
  here.start();
  REQUIRE(here.until([&] { return here.screen.prompts.size() == 2; }));
  here.server->send("{\"type\":\"bye\",\"reason\":\"shutdown\"}\n");
  here.server->drop();
  REQUIRE(here.ends());
  CHECK(here.code() == exit_code::unavailable);
  CHECK(here.screen.has("the server is shutting down"));
}

TEST_CASE("app: another kind of server is a protocol error", "[app]") {
  session here([](const std::string&) { return std::string("220 smtp ready\n"); });
  here.start();
  REQUIRE(here.until([&] { return !here.server->lines().empty(); }));
  here.server->drop();
  REQUIRE(here.ends());
  CHECK(here.code() == exit_code::protocol);
  CHECK(here.screen.has("220 smtp ready"));
}

TEST_CASE("app: a refused name fails a script, and a person is asked for another", "[app]") {
  session here;
  here.wanted.name = "taken";
  SECTION("script") {
    here.screen.type("1");
    here.screen.type("hello");
    here.start();
    REQUIRE(here.ends());
    CHECK(here.code() == exit_code::failed);
    CHECK(here.server->count("/say") == 0);
    CHECK(here.screen.errors.size() == 1);
    CHECK(here.screen.has("The name taken was refused: That name is already in use"));
    CHECK_FALSE(here.screen.has("Connected"));
    CHECK_FALSE(here.screen.has("1. public chat"));
  }
  SECTION("person") {
    here.interactive = true;
    here.start();
    REQUIRE(here.until([&] { return !here.screen.prompts.empty(); }));
    CHECK(here.screen.last_prompt() == "new name> ");
    CHECK(here.screen.has("The name taken was refused"));
  }
}
