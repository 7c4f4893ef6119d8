#include "client/app/once.hpp"

#include <fcntl.h>
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
  once session(io, wanted, surroundings{.tag_prefix = "t"}, screen);
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
  once session(io, wanted, surroundings{.tag_prefix = "t"}, screen);
  session.start();
  REQUIRE(run_until(io, [&] { return session.result().has_value(); }));
  CHECK(session.result() == exit_code::failed);
  ::close(full);
}

TEST_CASE("once: a line that cannot be sent fails", "[once]") {
  CHECK(run_once("/say " + std::string(5000, 'x')).code == exit_code::failed);
  CHECK(run_once("\xC4\xE3").code == exit_code::failed);
}
