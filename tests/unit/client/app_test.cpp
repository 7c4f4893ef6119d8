#include "client/app.hpp"

#include <algorithm>
#include <memory>
#include <string>

#include <fmt/format.h>

#include "tests/support/catch.hpp"
#include "tests/unit/client/fake_server.hpp"
#include "tests/unit/client/recording_screen.hpp"

using namespace confab::client;
using namespace std::chrono_literals;
using confab::language;

namespace {

/// A client with everything but a terminal, in one thread with a server.
struct session {
  explicit session(fake_server::answer reply = polite_answer)
      : server(std::make_unique<fake_server>(io, std::move(reply))) {
    wanted.port = server->port();
    wanted.name = "ann";
    wanted.lang = language::en;
  }
  void start() {
    client = std::make_unique<app>(io, wanted, surroundings{.interactive = interactive, .tag_prefix = "t"}, screen);
    client->start();
  }
  bool until(const std::function<bool()>& done, std::chrono::milliseconds limit = 10s) {
    return run_until(io, done, limit);
  }
  bool ends() {
    return until([this] { return client->result().has_value(); });
  }
  exit_code code() const { return client->result().value_or(exit_code::hung_up); }

  asio::io_context io;
  std::unique_ptr<fake_server> server;
  options wanted;
  bool interactive = false;
  recording_screen screen{io};
  std::unique_ptr<app> client;
};

std::string said_by_bob(const std::string& text) {
  return R"({"type":"message","id":9,"from":"bob","text":")" + text + "\"}\n";
}

}  // namespace

TEST_CASE("app: a script is done when every line was confirmed", "[app]") {
  session here;
  for (const char* line : {"1", "hello", "who", "exit", "0"}) here.screen.type(line);
  here.start();
  REQUIRE(here.ends());
  CHECK(here.code() == exit_code::done);
  CHECK(here.server->count("/say hello") == 1);
  CHECK(here.server->count("/say who") == 1);
  CHECK(here.server->lines().back() == "/quit");
  CHECK(here.screen.count("[public] me: hello") == 1);
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
  REQUIRE(here.until([&] { return here.screen.has("me: hello"); }));
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
  CHECK(here.screen.has("[private] me → bob: psst"));
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
  here.wanted.lang = language::zh;
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

TEST_CASE("app: a person's lines wait for the connection and are sent once", "[app]") {
  session here;
  here.interactive = true;
  here.screen.type("1");
  here.start();
  REQUIRE(here.until([&] { return here.screen.prompts.size() == 2; }));
  const std::uint16_t port = here.server->port();
  here.server.reset();
  REQUIRE(here.until([&] { return here.screen.has("trying again in"); }));
  CHECK(here.screen.status.find("not connected") != std::string::npos);
  here.screen.type("on my way");
  REQUIRE(here.until([&] { return here.screen.has("me: on my way ⏳"); }));

  here.server = std::make_unique<fake_server>(here.io, polite_answer, port);
  here.screen.type("");  // Enter: now
  REQUIRE(here.until([&] { return here.screen.has("Delivered what was waiting: 1"); }));
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
  here.interactive = true;
  here.screen.type("1");
  here.start();
  REQUIRE(here.until([&] { return here.screen.prompts.size() == 2; }));
  here.server.reset();
  REQUIRE(here.until([&] { return here.screen.has("trying again in"); }));
  here.screen.type("on my way");
  REQUIRE(here.until([&] { return here.screen.has("me: on my way ⏳"); }));
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
  here.interactive = true;
  here.screen.type("1");
  here.start();
  REQUIRE(here.until([&] { return here.screen.prompts.size() == 2; }));
  deaf = true;
  here.screen.type("anybody?");
  here.screen.type("/to bob psst");
  REQUIRE(here.until([&] { return here.server->count("psst") == 1; }));
  here.server->drop();
  REQUIRE(here.until([&] { return here.screen.has("trying again in"); }));
  CHECK(here.screen.count("[public] me: anybody? ⏳") == 1);
  CHECK(here.screen.count("[private] me → bob: psst ⏳") == 1);
  deaf = false;
  here.screen.type("a line hurries, too");
  REQUIRE(here.until([&] { return here.screen.has("Delivered what was waiting: 3"); }));
}

TEST_CASE("app: a refused line is told with its text and not counted as delivered", "[app]") {
  session here;
  here.interactive = true;
  here.screen.type("1");
  here.start();
  REQUIRE(here.until([&] { return here.screen.prompts.size() == 2; }));
  const std::uint16_t port = here.server->port();
  here.server.reset();
  REQUIRE(here.until([&] { return here.screen.has("trying again in"); }));
  here.screen.type("fine");
  here.screen.type("/to nobody psst");
  REQUIRE(here.until([&] { return here.screen.has("nobody: psst ⏳"); }));
  here.server = std::make_unique<fake_server>(here.io, polite_answer, port);
  here.screen.type("");
  REQUIRE(here.until([&] { return here.screen.has("Delivered what was waiting"); }));
  CHECK(here.screen.has("Delivered what was waiting: 1"));
  CHECK(here.screen.has("Not delivered: psst (There is no user with that name)"));
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
  REQUIRE(here.until([&] { return here.screen.has("[#tea] me: for tea ⏳"); }));
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
  here.interactive = true;
  here.screen.type("1");
  here.start();
  REQUIRE(here.until([&] { return here.screen.prompts.size() == 2; }));
  refused = true;
  here.server->drop();
  REQUIRE(here.until([&] { return here.screen.has("trying again in"); }));
  here.screen.type("held");
  REQUIRE(here.until([&] { return here.screen.last_prompt() == "new name> "; }));
  CHECK(here.screen.has("ann stays taken"));
  CHECK(here.screen.status.find("waiting for your name") != std::string::npos);
  here.screen.type("taken");
  REQUIRE(here.until([&] { return here.screen.has("already in use"); }));
  CHECK(here.server->count("/say held") == 0);
  CHECK(here.screen.last_prompt() == "new name> ");
  here.screen.type("eve");
  REQUIRE(here.until([&] { return here.screen.has("Delivered what was waiting: 1"); }));
  CHECK(here.screen.last_prompt() == "choose> ");
  CHECK(here.screen.status.find("eve") != std::string::npos);
}

TEST_CASE("app: what was said between a restart and our reconnect is shown", "[app]") {
  bool kept = true;
  bool restarted = false;
  const auto with_history = [&](const std::string& line) -> std::string {
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
    CHECK_FALSE(here.screen.has("meanwhile that cannot"));
  }
  SECTION("or it is said that something may be missing") {
    kept = false;
    here.server->drop();
    REQUIRE(here.until([&] { return here.screen.has("trying again in"); }));
    here.screen.type("");
    REQUIRE(here.until([&] { return here.screen.has("Something may have been said meanwhile"); }));
  }
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
