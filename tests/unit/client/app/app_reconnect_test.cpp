#include <memory>
#include <string>

#include <fmt/format.h>

#include "client/app/app.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/client/app/app_session.hpp"

using namespace confab::client;
using namespace std::chrono_literals;

TEST_CASE("app: a person's lines wait for the connection and are sent once", "[app]") {
  session here;
  here.start_in_public_chat();
  const std::uint16_t port = here.server->port();
  here.server.reset();
  REQUIRE(here.until([&] { return here.screen.has("trying again in"); }));
  CHECK(here.screen.status.find("not connected") != std::string::npos);
  here.screen.type("on my way");
  REQUIRE(here.until([&] { return here.screen.has("(me): on my way ⏳"); }));

  here.server = std::make_unique<fake_server>(here.io, polite_answer, port);
  here.screen.type("");  // Enter: now
  REQUIRE(here.until([&] { return here.screen.has("Waiting lines delivered: 1"); }));
  CHECK(here.server->count("/say on my way") == 1);
  CHECK(here.server->count("/rename ann") == 1);
  CHECK(here.screen.has("Connected again"));
  for (const std::string& prompt : here.screen.prompts) CHECK(prompt.find("127.0.0.1") == std::string::npos);
  here.screen.end_input();
  REQUIRE(here.ends());
  CHECK(here.code() == exit_code::done);
}

TEST_CASE("app: what could not be sent is listed at the end", "[app]") {
  session here;
  here.start_in_public_chat();
  here.server.reset();
  REQUIRE(here.until([&] { return here.screen.has("trying again in"); }));
  here.screen.type("on my way");
  REQUIRE(here.until([&] { return here.screen.has("(me): on my way ⏳"); }));
  SECTION("leaving") {
    here.screen.type("/quit");
  }
  SECTION("interrupted") {
    here.client->on_interrupt();
  }
  REQUIRE(here.ends());
  CHECK(here.screen.count("Not sent: on my way") == 1);
}

TEST_CASE("app: what was written and not confirmed shows as waiting, at once", "[app]") {
  bool deaf = false;
  session here([&deaf](const std::string& line) { return deaf ? "" : polite_answer(line); });
  here.start_in_public_chat();
  deaf = true;
  here.screen.type("anybody?");
  here.screen.type("/to bob psst");
  REQUIRE(here.until([&] { return here.server->count("psst") == 1; }));
  here.server->drop();
  REQUIRE(here.until([&] { return here.screen.has("trying again in"); }));
  CHECK(here.screen.count("[public] (me): anybody? ⏳") == 1);
  CHECK(here.screen.count("[private] (me) → bob: psst ⏳") == 1);
  deaf = false;
  here.screen.type("a line hurries, too");
  REQUIRE(here.until([&] { return here.screen.has("Waiting lines delivered: 2"); }));
  CHECK(here.server->count("psst") == 1);  // who bob is now, only the person can say
  REQUIRE(here.until([&] { return here.screen.last_prompt() == "y or n> "; }));
  here.screen.type("y");
  REQUIRE(here.until([&] { return here.screen.has("Waiting lines delivered: 1"); }));
  CHECK(here.server->count("/tag t") > 0);
  CHECK(here.server->count("psst") == 2);
}

TEST_CASE("app: lost again and again, a line shows as waiting once", "[app]") {
  bool deaf = false;
  session here([&deaf](const std::string& line) {
    return deaf && line.find("/say") != std::string::npos ? "" : polite_answer(line);
  });
  here.first_wait = 10ms;
  here.start_in_public_chat();
  deaf = true;
  here.screen.type("written");
  REQUIRE(here.until([&] { return here.server->count("written") == 1; }));
  for (int losses = 1; losses <= 3; ++losses) {
    here.server->drop();
    REQUIRE(here.until([&] { return here.screen.count("trying again in") == losses; }));
    if (losses == 1) here.screen.type("typed meanwhile");
    REQUIRE(here.until([&] { return here.server->count("written") == static_cast<std::size_t>(losses) + 1; }));
    REQUIRE(here.until([&] { return here.server->count("typed meanwhile") == static_cast<std::size_t>(losses); }));
  }
  CHECK(here.screen.count("(me): written ⏳") == 1);
  CHECK(here.screen.count("(me): typed meanwhile ⏳") == 1);
  deaf = false;
  here.server->drop();
  REQUIRE(here.until([&] { return here.screen.has("Waiting lines delivered: 2"); }));
}

TEST_CASE("app: a refused line is told with its text and not counted as delivered", "[app]") {
  session here([](const std::string& line) -> std::string {
    if (line.find("/say bad") == std::string::npos) return polite_answer(line);
    return R"({"type":"error","tag":")" + line.substr(5, line.find(' ', 5) - 5) +
           R"(","code":"no-such-user","problem":"no-such-user","text":"no"})" + "\n";
  });
  here.start_in_public_chat();
  here.server->drop();
  REQUIRE(here.until([&] { return here.screen.has("trying again in"); }));
  here.screen.type("fine");
  here.screen.type("bad");
  REQUIRE(here.until([&] { return here.screen.has("Waiting lines delivered"); }));
  CHECK(here.screen.has("Waiting lines delivered: 1"));
  CHECK(here.screen.has("Not delivered: bad (There is no user with that name)"));
}

TEST_CASE("app: after a restart of the server our text goes to the room again", "[app]") {
  bool closed = false;
  const auto with_rooms = [&closed](const std::string& line) -> std::string {
    const auto tag = line.substr(5, line.find(' ', 5) - 5);
    const auto start = [&](const char* type) {
      return "{\"type\":\"" + std::string(type) + R"(","tag":")" + tag + "\",";
    };
    if (line.find("/join tea") != std::string::npos) {
      if (closed) return start("error") + R"("code":"too-many-rooms","text":"no room"})" + "\n";
      return start("joined") + R"("room":"tea","name":"ann","members":1})" + "\n" + start("room") +
             R"("room":"tea","topic":""})" + "\n";
    }
    return polite_answer(line);
  };
  session here(with_rooms);
  here.interactive = true;
  here.screen.type("1");
  here.screen.type("/join tea");
  here.start();
  REQUIRE(here.until([&] { return here.screen.last_prompt() == "#tea[ann]> "; }));
  const std::uint16_t port = here.server->port();
  here.server.reset();
  REQUIRE(here.until([&] { return here.screen.has("trying again in"); }));
  here.screen.type("for tea");
  REQUIRE(here.until([&] { return here.screen.has("[#tea] (me): for tea ⏳"); }));
  SECTION("before anything is said") {
    here.server = std::make_unique<fake_server>(here.io, with_rooms, port);
    here.screen.type("");
    REQUIRE(here.until([&] { return here.server->count("/say for tea") == 1; }));
    CHECK(here.server->lines().back().ends_with("/say for tea"));
    CHECK(here.server->count("/join tea") == 1);
    CHECK(here.screen.last_prompt() == "#tea[ann]> ");
  }
  SECTION("and if that is refused, nothing that was meant for it is said") {
    closed = true;
    here.server = std::make_unique<fake_server>(here.io, with_rooms, port);
    here.screen.type("");
    REQUIRE(here.until([&] { return here.screen.has("Not sent to #tea: for tea"); }));
    CHECK(here.screen.has("Cannot go back to #tea: no room"));
    CHECK(here.server->count("/say") == 0);
    REQUIRE(here.until([&] { return here.screen.last_prompt() == "public[ann]> "; }));
  }
}

TEST_CASE("app: a name that cannot be had back is asked for before what waits is said", "[app]") {
  bool refused = false;
  session here([&refused](const std::string& line) {
    if (refused && line == "/tag name /rename ann")
      return std::string(R"({"type":"error","tag":"name","code":"bad-name","text":"no more"})"
                         "\n");
    return polite_answer(line);
  });
  here.start_in_public_chat();
  refused = true;
  here.server->drop();
  REQUIRE(here.until([&] { return here.screen.has("trying again in"); }));
  here.screen.type("held");
  REQUIRE(here.until([&] { return here.screen.last_prompt() == "new name> "; }));
  CHECK(here.screen.has("ann is still taken"));
  CHECK(here.screen.status.find("waiting for your name") != std::string::npos);
  here.screen.type("taken");
  REQUIRE(here.until([&] { return here.screen.has("already in use"); }));
  CHECK(here.server->count("/say held") == 0);
  CHECK(here.screen.last_prompt() == "new name> ");
  here.screen.type("eve");
  REQUIRE(here.until([&] { return here.screen.has("Waiting lines delivered: 1"); }));
  CHECK(here.screen.last_prompt() == "choose> ");
  CHECK(here.screen.status.find("eve") != std::string::npos);
}

TEST_CASE("app: who is asked for another name hears the others meanwhile", "[app]") {
  bool refused = false;
  session here([&refused](const std::string& line) {
    if (refused && line == "/tag name /rename ann")
      return said_by_bob("before the refusal") + R"({"type":"error","tag":"name","code":"bad-name","text":"no"})" +
             "\n";
    return polite_answer(line);
  });
  here.start_in_public_chat();
  refused = true;
  here.server->drop();
  REQUIRE(here.until([&] { return here.screen.has("trying again in"); }));
  here.screen.type("");
  REQUIRE(here.until([&] { return here.screen.last_prompt() == "new name> "; }));
  REQUIRE(here.until([&] { return here.screen.has("bob: before the refusal"); }));
  here.server->send(R"({"type":"message","id":10,"from":"bob","text":"and after"})"
                    "\n");
  REQUIRE(here.until([&] { return here.screen.has("bob: and after"); }));
  here.screen.type("eve");
  REQUIRE(here.until([&] { return here.screen.last_prompt() == "choose> "; }));
  CHECK(here.screen.count("before the refusal") == 1);
}

TEST_CASE("app: what was said before we came is shown also when others talk while we take our name", "[app]") {
  session here([](const std::string& line) -> std::string {
    if (line.find("/rename") != std::string::npos) return said_by_bob("already talking") + polite_answer(line);
    if (line.find("/history") == std::string::npos) return polite_answer(line);
    const auto tag = line.substr(5, line.find(' ', 5) - 5);
    return fmt::format(R"({{"type":"message","id":3,"tag":"{0}","from":"bob","text":"before","past":true}})"
                       "\n"
                       R"({{"type":"history","tag":"{0}","messages":1,"more":true}})"
                       "\n",
                       tag);
  });
  here.interactive = true;
  here.start();
  REQUIRE(here.until([&] { return !here.screen.prompts.empty(); }));
  CHECK(here.screen.count("bob: before") == 1);
  CHECK(here.screen.count("bob: already talking") == 1);
}

TEST_CASE("app: what was said between a restart and our reconnect is shown", "[app]") {
  bool kept = true;
  bool restarted = false;
  std::string early;  // what others say while we ask for our name
  const auto with_history = [&](const std::string& line) -> std::string {
    if (restarted && line.find("/rename") != std::string::npos) return early + polite_answer(line);
    if (line.find("/history") == std::string::npos || !kept) return polite_answer(line);
    const auto tag = line.substr(5, line.find(' ', 5) - 5);
    const auto past = [&](int id, const char* text) {
      return fmt::format(R"({{"type":"message","id":{},"tag":"{}","from":"bob","text":"{}","past":true}})", id, tag,
                         text) +
             "\n";
    };
    return past(3, "before") + (restarted ? past(10, "meanwhile") : "") +
           fmt::format(R"({{"type":"history","tag":"{}","messages":2,"more":true}})", tag) + "\n";
  };
  session here(with_history);
  here.interactive = true;
  here.start();
  REQUIRE(here.until([&] { return !here.screen.prompts.empty(); }));
  const auto shown = [&](std::string_view part) {
    return std::ranges::find_if(here.screen.shown, [&](const auto& line) { return line.find(part) != line.npos; }) -
           here.screen.shown.begin();
  };
  CHECK(shown("bob: before") < shown("1. public chat"));  // the menu is not scrolled off
  here.server->send(said_by_bob("seen"));
  REQUIRE(here.until([&] { return here.screen.has("seen"); }));
  restarted = true;
  SECTION("out of the history, and nothing twice") {
    here.server->drop();
    REQUIRE(here.until([&] { return here.screen.has("trying again in"); }));
    here.screen.type("");
    REQUIRE(here.until([&] { return here.screen.has("bob: meanwhile"); }));
    CHECK(here.server->count("/history 200") == 1);
    CHECK(here.screen.count("bob: before") == 1);
    CHECK_FALSE(here.screen.has("from meanwhile cannot"));
  }
  SECTION("also when others talk already before we have our name") {
    early = R"({"type":"message","id":11,"from":"bob","text":"already talking"})"
            "\n";
    here.server->drop();
    REQUIRE(here.until([&] { return here.screen.has("trying again in"); }));
    here.screen.type("");
    REQUIRE(here.until([&] { return here.screen.has("already talking"); }));
    REQUIRE(here.until([&] { return here.screen.has("bob: meanwhile"); }));
    CHECK(shown("bob: meanwhile") < shown("bob: already talking"));
    CHECK(here.screen.count("already talking") == 1);
  }
  SECTION("or it is said that something may be missing") {
    kept = false;
    here.server->drop();
    REQUIRE(here.until([&] { return here.screen.has("trying again in"); }));
    here.screen.type("");
    REQUIRE(here.until([&] { return here.screen.has("Some messages from meanwhile may be missing"); }));
  }
}

TEST_CASE("app: more than a page that was missed is shown, in its order", "[app]") {
  const int missed = GENERATE(1, 2, 19, 20, 21);  // pages beyond the first
  const bool script = GENERATE(false, true);
  CAPTURE(missed, script);
  bool restarted = false;
  const auto with_pages = [&](const std::string& line) -> std::string {
    if (line.find("/history") == std::string::npos) return polite_answer(line);
    const auto tag = line.substr(5, line.find(' ', 5) - 5);
    const std::size_t before = line.find("before ");
    const int end = before == std::string::npos ? 9 + (missed + 1) * 2 + 1 : std::stoi(line.substr(before + 7));
    std::string out;
    for (int id = end - 2; restarted && id < end; ++id) {
      out += fmt::format(R"({{"type":"message","id":{0},"tag":"{1}","from":"bob","text":"no {0}.","past":true}})", id,
                         tag) +
             "\n";
    }
    return out + fmt::format(R"({{"type":"history","tag":"{}","messages":2,"more":true}})", tag) + "\n";
  };
  session here(with_pages);
  here.interactive = !script;
  here.wanted.reconnect = 5;
  here.first_wait = 10ms;
  here.start();
  if (script) here.screen.type("1");
  REQUIRE(here.until([&] { return !here.screen.prompts.empty(); }));
  here.server->send(said_by_bob("seen"));  // number 9
  REQUIRE(here.until([&] { return here.screen.has("seen"); }));
  restarted = true;
  here.server->drop();
  REQUIRE(here.until([&] { return here.screen.has(fmt::format("no {}.", 9 + (missed + 1) * 2)); }));
  std::vector<std::string> order;
  for (const std::string& each : here.screen.shown) {
    if (const std::size_t at = each.find("no "); at != std::string::npos && each.ends_with('.')) {
      order.push_back(each.substr(at));
    }
  }
  std::vector<std::string> all;
  const bool too_many = missed > link::most_pages;
  for (int id = too_many ? 12 : 10; id <= 9 + (missed + 1) * 2; ++id) all.push_back(fmt::format("no {}.", id));
  CHECK(order == all);
  // With the last page that it asks for it does not see that nothing is missing.
  CHECK(here.screen.has("from meanwhile cannot") == (missed >= link::most_pages));
}

TEST_CASE("app: a history that does not answer does not keep the menu", "[app]") {
  session here(
      [](const std::string& line) { return line.find("/history") != std::string::npos ? "" : polite_answer(line); });
  here.interactive = true;
  here.start();
  REQUIRE(here.until([&] { return here.screen.has("Connected to"); }));
  here.server->send(said_by_bob("held"));
  REQUIRE(here.until([&] { return !here.screen.prompts.empty(); }));
  CHECK(here.screen.has("bob: held"));
}

TEST_CASE("app: a person hears that a silent server is being waited for", "[app]") {
  session here([](const std::string&) { return std::string(); });
  here.interactive = true;
  here.start();
  REQUIRE(here.until([&] { return here.screen.has("Connecting to 127.0.0.1:"); }));
}

TEST_CASE("app: somebody shown out does not come straight back", "[app]") {
  session here;
  here.interactive = true;
  here.start();
  REQUIRE(here.until([&] { return !here.screen.prompts.empty(); }));
  here.server->send("{\"type\":\"bye\",\"reason\":\"kicked\"}\n");
  here.server->drop();
  REQUIRE(here.ends());
  CHECK(here.code() == exit_code::unavailable);
  CHECK(here.server->accepted() == 1);
}
