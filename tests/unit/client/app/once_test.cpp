#include "client/app/once.hpp"

#include <chrono>
#include <fcntl.h>
#include <functional>
#include <string>
#include <unistd.h>

#include "client/terminal/plain_io.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/client/fake_server.hpp"
#include "tests/unit/client/ui/recording_screen.hpp"

using namespace confab::client;

namespace {

struct result {
  exit_code code{};
  std::vector<std::string> shown;
  std::vector<std::string> errors;
};

result run_once(const std::string& command, fake_server::answer reply = polite_answer,
                const std::string& name = "ann") {
  asio::io_context io;
  fake_server server(io, std::move(reply));
  recording_screen screen(io);
  options wanted;
  wanted.port = server.port();
  wanted.name = name;
  wanted.lang = confab::language::en;
  wanted.once = command;
  once session(io, wanted, run_context{.tag_prefix = "t"}, screen);
  session.start();
  REQUIRE(run_until(io, [&] { return session.result().has_value(); }));
  return {*session.result(), screen.shown, screen.errors};
}

}  // namespace

TEST_CASE("once: sends the command, shows the answer and nothing else", "[once]") {
  const auto told = run_once("to bob hi there");
  CHECK(told.code == exit_code::done);
  REQUIRE(told.shown.size() == 1);
  CHECK(told.shown[0].ends_with("[private] (me) → bob: hi there"));
  CHECK(told.errors.empty());

  const auto listed = run_once("/who");
  CHECK(listed.code == exit_code::done);
  REQUIRE(listed.shown.size() == 3);
  CHECK(listed.shown[0] == "2 online:");
}

TEST_CASE("once: a refused command says why and fails", "[once]") {
  const auto told = run_once("to nobody hi");
  CHECK(told.code == exit_code::failed);
  CHECK(told.shown.empty());
  CHECK(told.errors == std::vector<std::string>{"There is no user with that name"});
}

TEST_CASE("once: a refused name fails before anything is sent", "[once]") {
  bool sent = false;
  const auto told = run_once(
      "/say hi",
      [&sent](const std::string& line) {
        sent = sent || line.find("/say") != std::string::npos;
        return polite_answer(line);
      },
      "taken");
  CHECK(told.code == exit_code::failed);
  CHECK_FALSE(sent);
}

TEST_CASE("once: an answer of many lines is shown whole", "[once]") {
  const auto told = run_once("/help", [](const std::string& line) {
    if (line.find("/help") == std::string::npos) return polite_answer(line);
    return std::string(R"({"type":"notice","tag":"t1","text":"one"})"
                       "\n"
                       R"({"type":"notice","text":"of another"})"
                       "\n"
                       R"({"type":"notice","tag":"t1","text":"two"})"
                       "\n");
  });
  CHECK(told.code == exit_code::done);
  REQUIRE(told.shown.size() == 2);
  CHECK(told.shown[0].ends_with("one"));
  CHECK(told.shown[1].ends_with("two"));
}

TEST_CASE("once: the client's own part of the protocol is refused before anything is sent", "[once]") {
  for (const char* command : {"/json off", "/tag x who", "/heartbeat 5", "/resume a 1", "/json"}) {
    bool asked = false;
    const auto told = run_once(command, [&asked](const std::string& line) {
      asked = true;
      return polite_answer(line);
    });
    INFO(command);
    CHECK(told.code == exit_code::failed);
    CHECK_FALSE(asked);
    REQUIRE(told.errors.size() == 1);
    CHECK(told.errors[0].ends_with("is used by the client itself"));
  }
}

TEST_CASE("once: an output that fails is a failure", "[once]") {
  const int full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
  REQUIRE(full >= 0);
  asio::io_context io;
  fake_server server(io, polite_answer);
  confab::terminal::plain_io screen(io, {.output = full});
  options wanted;
  wanted.port = server.port();
  wanted.once = "/who";
  once session(io, wanted, run_context{.tag_prefix = "t"}, screen);
  session.start();
  REQUIRE(run_until(io, [&] { return session.result().has_value(); }));
  CHECK(session.result() == exit_code::failed);
  ::close(full);
}

TEST_CASE("once: a line that cannot be sent fails", "[once]") {
  CHECK(run_once("/say " + std::string(5000, 'x')).code == exit_code::failed);
  CHECK(run_once("\xC4\xE3").code == exit_code::failed);
}

namespace {

/// `--once '/say hi' --reconnect ATTEMPTS` against a server that ends its connections as `ends` says, by the line that
/// it has just read and the number of the connection.
struct stubborn {
  explicit stubborn(int attempts, std::function<bool(const std::string& line, int connection)> ends)
      : server(io, [this, ends](const std::string& line) {
          if (!ends(line, server.accepted())) return polite_answer(line);
          server.drop();
          return std::string();
        }) {
    options wanted;
    wanted.port = server.port();
    wanted.name = "ann";
    wanted.lang = confab::language::en;
    wanted.once = "/say hi";
    wanted.reconnect = attempts;
    once session(io, wanted, run_context{.tag_prefix = "t", .first_wait = std::chrono::milliseconds(1)}, screen);
    session.start();
    REQUIRE(run_until(io, [&] { return session.result().has_value(); }));
    code = *session.result();
  }

  asio::io_context io;
  fake_server server;
  recording_screen screen{io};
  exit_code code{};
};

bool before_it_is_said(const std::string& line) {
  return line.find("/say hi") == std::string::npos;
}

}  // namespace

TEST_CASE("once: with attempts left it connects again, and says its command exactly once", "[once]") {
  const int cuts = GENERATE(1, 2, 3);
  const bool greeted = GENERATE(false, true);
  stubborn here(3, [&](const std::string& line, int connection) {
    return connection <= cuts && line.find(greeted ? "/rename" : "/json on") != std::string::npos;
  });
  CHECK(here.code == exit_code::done);
  CHECK(here.server.accepted() == cuts + 1);
  CHECK(here.server.count("/say hi") == 1);
  REQUIRE(here.screen.shown.size() >= 1);
  CHECK(here.screen.shown.back().ends_with("(me): hi"));
}

TEST_CASE("once: when no attempts are left it says so, and its command was not said", "[once]") {
  const int attempts = GENERATE(0, 1, 2);
  stubborn here(attempts, [](const std::string& line, int) { return before_it_is_said(line); });
  CHECK(here.code == exit_code::unavailable);
  CHECK(here.server.accepted() == attempts + 1);
  CHECK(here.server.count("/say hi") == 0);
  CHECK_FALSE(here.screen.errors.empty());
}

TEST_CASE("once: a command that was not answered is not said again, whatever attempts are left", "[once]") {
  stubborn here(3, [](const std::string& line, int) { return !before_it_is_said(line); });
  CHECK(here.code == exit_code::unavailable);
  CHECK(here.server.accepted() == 1);
  CHECK(here.server.count("/say hi") == 1);
  CHECK_FALSE(here.screen.errors.empty());
}
