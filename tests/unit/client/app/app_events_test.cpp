#include <string>

#include <fmt/format.h>

#include "client/app/app.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/client/app/app_session.hpp"

using namespace confab::client;
using namespace std::chrono_literals;

TEST_CASE("app: the end of a history that was asked for is shown", "[app]") {
  session here([](const std::string& line) -> std::string {
    if (line.find("/history") == std::string::npos) return polite_answer(line);
    const auto tag = line.substr(5, line.find(' ', 5) - 5);
    return fmt::format(R"({{"type":"message","id":3,"tag":"{}","from":"bob","text":"old","past":true}})", tag) + "\n" +
           fmt::format(R"({{"type":"history","tag":"{}","messages":1,"more":true}})", tag) + "\n";
  });
  here.screen.type("/history 1");
  here.screen.end_input();
  here.start();
  REQUIRE(here.ends());
  CHECK(here.screen.count("1 found, there are more") == 1);
}

TEST_CASE("app: private messages ring and count until they are looked at", "[app]") {
  session here;
  here.interactive = true;
  here.start();
  REQUIRE(here.until([&] { return !here.screen.prompts.empty(); }));
  here.server->send(R"({"type":"private","id":3,"from":"bob","to":"ann","text":"psst"})"
                    "\n");
  REQUIRE(here.until([&] { return here.screen.rings == 1; }));
  CHECK(here.screen.status.find("unread private 1") != std::string::npos);
  CHECK(here.screen.title == "(1) menu");
  here.screen.type("/2 bob");
  REQUIRE(here.until([&] { return here.screen.last_prompt() == "private→bob> "; }));
  CHECK(here.screen.status.find("unread") == std::string::npos);
  CHECK(here.screen.title == "private→bob");
}

TEST_CASE("app: the prompt and the status follow a new name", "[app]") {
  session here;
  here.interactive = true;
  here.screen.type("1");
  here.start();
  REQUIRE(here.until([&] { return here.screen.last_prompt() == "public[ann]> "; }));
  here.server->send(R"({"type":"renamed","old":"ann","name":"Anna"})"
                    "\n");
  REQUIRE(here.until([&] { return here.screen.last_prompt() == "public[Anna]> "; }));
  CHECK(here.screen.status.find("Anna") != std::string::npos);
}

TEST_CASE("app: the server's own commands pass through, and /who is a list", "[app]") {
  session here;
  for (const char* line : {"/who", "/nonsense", "0"}) here.screen.type(line);
  here.start();
  REQUIRE(here.ends());
  CHECK(here.screen.has("2 online:"));
  CHECK(here.screen.has("  bob"));
  CHECK(here.screen.errors.size() == 1);
}

TEST_CASE("app: arrivals that wait are shown by the clock", "[app]") {
  session here;
  here.start();
  REQUIRE(here.until([&] { return !here.screen.prompts.empty(); }));
  for (const char* name : {"x", "y", "z"})
    here.server->send(R"({"type":"joined","online":5,"name":")" + std::string(name) + "\"}\n");
  REQUIRE(here.until([&] { return here.screen.has("y, z came in (5 online)"); }));
  here.server->send(R"({"type":"joined","online":6,"name":"10.0.0.1:7","addr":"10.0.0.1:7"})"
                    "\n");
  REQUIRE(here.until([&] { return here.screen.has("10.0.0.1:7 came in (6 online)"); }));
}
