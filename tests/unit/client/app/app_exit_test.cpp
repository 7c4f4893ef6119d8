// The exit status of a script, whatever comes together with what.

#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "tests/support/catch.hpp"
#include "tests/unit/client/app/app_session.hpp"

using namespace confab::client;
using namespace std::chrono_literals;

namespace {

/// Runs a script of `lines` lines in public chat, of which number `refused` is refused (none if there is no such
/// number). The answers come in the batches that the bits of `cuts` say: a bit set ends a batch.
exit_code run_script(std::size_t lines, std::size_t refused, unsigned cuts) {
  std::vector<std::string> answers;
  session here([&answers](const std::string& line) -> std::string {
    if (line.find("/say") == std::string::npos && line.find("/to ") == std::string::npos) return polite_answer(line);
    const std::string tag = line.substr(5, line.find(' ', 5) - 5);
    answers.push_back(line.find("ghost") == std::string::npos
                          ? fmt::format(R"({{"type":"message","id":{},"tag":"{}","from":"ann","text":"hello"}})"
                                        "\n",
                                        answers.size() + 1, tag)
                          : polite_answer(line));
    return {};
  });
  here.screen.type("1");
  for (std::size_t i = 0; i < lines; ++i) here.screen.type(i == refused ? "/msg ghost hi" : "hello");
  here.screen.end_input();
  here.start();
  REQUIRE(here.until([&] { return answers.size() == lines; }));
  std::string batch;
  std::size_t told = here.screen.shown.size() + here.screen.errors.size();
  for (std::size_t i = 0; i < lines; ++i) {
    batch += answers[i];
    ++told;
    const bool cut = i + 1 == lines || (cuts & (1U << i)) != 0;
    if (!cut) continue;
    here.server->send(batch);
    batch.clear();
    REQUIRE(here.until([&] { return here.screen.shown.size() + here.screen.errors.size() >= told; }));
  }
  REQUIRE(here.ends());
  return here.code();
}

}  // namespace

TEST_CASE("app: one refused line fails a script at every place and in every batch", "[app][exit]") {
  constexpr std::size_t lines = 5;
  std::size_t failed = 0;
  for (unsigned cuts = 0; cuts < 1U << (lines - 1); ++cuts) {
    for (std::size_t refused = 0; refused <= lines; ++refused) {
      INFO("refused " << refused << ", cuts " << cuts);
      const exit_code code = run_script(lines, refused, cuts);
      CHECK(code == (refused < lines ? exit_code::failed : exit_code::done));
      failed += code == exit_code::failed ? 1 : 0;
    }
  }
  CHECK(failed == lines << (lines - 1));
}

TEST_CASE("app: a script hidden behind --quiet is said from its first line on", "[app][exit]") {
  session here;
  here.wanted.quiet = true;
  here.screen.type("hello");
  here.screen.type("1");
  here.screen.end_input();
  here.start();
  REQUIRE(here.ends());
  CHECK(here.code() == exit_code::done);
  CHECK(here.server->count("/say hello") == 1);
  CHECK(here.server->count("/say 1") == 1);
  CHECK(here.screen.errors.empty());
}

TEST_CASE("app: a lone quit fails a script, and is not said", "[app][exit]") {
  session here;
  here.screen.type("1");
  here.screen.type("quit");
  here.screen.type("hello");
  here.screen.end_input();
  here.start();
  REQUIRE(here.ends());
  CHECK(here.code() == exit_code::failed);
  CHECK(here.server->count("/say") == 1);
}

TEST_CASE("app: a script's private line that is queued over a restart is refused", "[app][exit]") {
  bool deaf = false;
  session here([&deaf](const std::string& line) { return deaf ? "" : polite_answer(line); });
  here.wanted.reconnect = 1'000;
  here.first_wait = 1ms;
  const bool written = GENERATE(true, false);
  here.screen.type("2");
  here.screen.type("bob");
  here.start();
  REQUIRE(here.until([&] { return here.screen.last_prompt() == "private→bob> "; }));
  deaf = true;
  if (written) {
    here.screen.type("psst");
    REQUIRE(here.until([&] { return here.server->count("psst") == 1; }));
  }
  const std::uint16_t port = here.server->port();
  here.server.reset();
  REQUIRE(here.until([&] { return here.screen.has("trying again in"); }));
  deaf = false;
  here.server = std::make_unique<fake_server>(here.io, polite_answer, port);
  if (!written) here.screen.type("psst");
  REQUIRE(here.until([&] { return here.screen.errors.size() == 1; }));
  CHECK(here.screen.has(written ? "Perhaps not delivered: psst" : "Not sent: bob is not there (psst)"));
  here.screen.end_input();
  REQUIRE(here.ends());
  CHECK(here.code() == exit_code::failed);
  CHECK(here.server->count("psst") == 0);
}
