#include "client/protocol/connection.hpp"

#include <memory>
#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/unit/client/fake_server.hpp"
#include "tests/unit/client/protocol/recorder.hpp"

using namespace confab::client;
using namespace std::chrono_literals;
using confab::test::recorder;

namespace {

connection_settings to(const fake_server& server, int attempts = 0) {
  return {
      .host = "127.0.0.1", .port = server.port(), .name = "ann", .tag_prefix = "t", .attempts = attempts, .seed = 1};
}

}  // namespace

TEST_CASE("connection: asks for JSON first, takes its name and talks", "[connection]") {
  asio::io_context io;
  fake_server server(io, polite_answer);
  recorder events;
  connection link(io, to(server), events);
  link.start();
  REQUIRE(run_until(io, [&] { return events.came == 1; }));
  CHECK(events.name == "ann");
  REQUIRE(server.lines().size() == 2);
  CHECK(server.lines()[0] == "/json on");
  CHECK(server.lines()[1] == "/tag name /rename ann");
  CHECK(link.send("/say hi", purpose{1}, true));
  REQUIRE(run_until(io, [&] { return events.answered.size() == 1; }));
  link.finish();
  REQUIRE(run_until(io, [&] { return events.ended == 1; }));
  CHECK(server.lines().back() == "/quit");
}

TEST_CASE("connection: host names are looked up", "[connection]") {
  asio::io_context io;
  fake_server server(io, polite_answer);
  recorder events;
  auto settings = to(server);
  settings.host = "localhost";
  connection link(io, settings, events);
  link.start();
  REQUIRE(run_until(io, [&] { return events.came == 1; }));
}

TEST_CASE("connection: nobody listening ends at once when there are no attempts", "[connection]") {
  asio::io_context io;
  recorder events;
  std::uint16_t port = 0;
  {
    fake_server gone(io, polite_answer);
    port = gone.port();
  }
  connection link(io, {.host = "127.0.0.1", .port = port, .attempts = -1}, events);
  link.start();
  REQUIRE(run_until(io, [&] { return events.ended == 1; }));
  CHECK(events.last.failure == make_error_code(asio::error::connection_refused));
  CHECK_FALSE(events.last.connected);
  CHECK(events.delays.empty());
}

TEST_CASE("connection: tries again as often as it was told, also for the first connection", "[connection]") {
  asio::io_context io;
  recorder events;
  std::uint16_t port = 0;
  {
    fake_server gone(io, polite_answer);
    port = gone.port();
  }
  connection link(io, {.host = "127.0.0.1", .port = port, .attempts = 2, .retry_first = true}, events);
  link.start();
  REQUIRE(run_until(io, [&] {
    link.retry_now();
    return events.ended == 1;
  }));
  REQUIRE(events.delays.size() == 2);
  CHECK(events.delays[0] >= 800ms);
  CHECK(events.delays[1] >= 1600ms);
  CHECK(events.attempts == 2);
}

TEST_CASE("connection: comes back after a loss, at once when asked, and delivers what waited exactly once",
          "[connection]") {
  asio::io_context io;
  bool deaf = false;
  fake_server server(
      io, [&deaf](const std::string& line) { return deaf && line != "/json on" ? "" : polite_answer(line); });
  recorder events;
  connection link(io, to(server, -1), events);
  link.start();
  REQUIRE(run_until(io, [&] { return events.came == 1; }));

  deaf = true;
  link.send("/say written", purpose{1}, true);
  link.send("/who", purpose{2}, false);
  REQUIRE(run_until(io, [&] { return server.count("/who") == 1; }));
  server.drop();
  REQUIRE(run_until(io, [&] { return events.delays.size() == 1; }));
  CHECK(events.gone == std::vector<std::string>{"/who"});
  CHECK(link.send("/say waited", purpose{1}, true));

  deaf = false;
  const auto asked = std::chrono::steady_clock::now();
  link.retry_now();
  REQUIRE(run_until(io, [&] { return events.answered.size() == 2; }));
  CHECK(std::chrono::steady_clock::now() - asked < 700ms);  // not the 0.8 s at least of the pause
  CHECK(events.came == 2);
  CHECK(events.answered == std::vector<std::string>{"/say written", "/say waited"});
  CHECK(server.count("/say waited") == 1);
  CHECK(server.count("/rename ann") == 2);
}

TEST_CASE("connection: a server of another protocol ends it, attempts or not", "[connection]") {
  asio::io_context io;
  recorder events;
  // In pieces, for a blocking write of it all would wait for a reader in this same thread.
  const std::string piece(32 * 1024, 'x');
  SECTION("garbage") {
    fake_server server(io, [](const std::string&) { return std::string(); });
    connection link(io, to(server, -1), events);
    link.start();
    REQUIRE(run_until(io, [&] {
      if (events.ended == 0) server.send(piece);
      return events.ended == 1;
    }));
    REQUIRE(events.last.fault);
    CHECK(events.last.fault->what == fault::line_too_long);
  }
  SECTION("but not one that spoke ours before") {
    fake_server server(io, polite_answer);
    connection link(io, to(server, -1), events);
    link.start();
    REQUIRE(run_until(io, [&] { return events.came == 1; }));
    REQUIRE(run_until(io, [&] {
      if (events.delays.empty()) server.send(piece);
      return !events.delays.empty();
    }));
    REQUIRE(events.last.fault);
    CHECK(events.last.fault->what == fault::line_too_long);
    CHECK(events.last.known);
    link.retry_now();
    REQUIRE(run_until(io, [&] { return events.came == 2; }));
  }
}

TEST_CASE("connection: a server that froze and does not greet is tried again", "[connection]") {
  asio::io_context io;
  bool frozen = false;
  fake_server server(io, [&frozen](const std::string& line) { return frozen ? "" : polite_answer(line); });
  recorder events;
  connection link(io, to(server, -1), events);
  link.start();
  REQUIRE(run_until(io, [&] { return events.came == 1; }));
  frozen = true;
  server.drop();
  REQUIRE(run_until(io, [&] { return events.delays.size() == 1; }));
  link.retry_now();
  REQUIRE(run_until(
      io, [&] { return events.delays.size() == 2 || events.ended == 1; }, confab::client::link::greeting_time + 5s));
  REQUIRE(events.last.fault);
  CHECK(events.last.fault->what == fault::no_answer);
  CHECK(events.ended == 0);
  frozen = false;
  link.retry_now();
  REQUIRE(run_until(io, [&] { return events.came == 2; }));
}

TEST_CASE("connection: finishing ends a pause and a hanging goodbye", "[connection]") {
  asio::io_context io;
  recorder events;
  auto server = std::make_unique<fake_server>(
      io, [](const std::string& line) { return line == "/json on" ? polite_welcome() : ""; });
  auto settings = to(*server, -1);
  settings.name.clear();
  connection link(io, settings, events);
  link.start();
  REQUIRE(run_until(io, [&] { return events.came == 1; }));
  SECTION("in the pause") {
    server.reset();
    REQUIRE(run_until(io, [&] { return events.delays.size() == 1; }));
    const auto asked = std::chrono::steady_clock::now();
    link.finish();
    REQUIRE(run_until(io, [&] { return events.ended == 1; }));
    CHECK(std::chrono::steady_clock::now() - asked < 500ms);
  }
  SECTION("while connected") {
    link.finish();
    REQUIRE(run_until(
        io, [&] { return events.ended == 1; }, connection::goodbye_time + 2s));
  }
}

TEST_CASE("connection: after a good connection the next outage begins with the first wait again", "[connection]") {
  asio::io_context io;
  auto server = std::make_unique<fake_server>(io, polite_answer);
  const std::uint16_t port = server->port();
  recorder events;
  connection_settings settings = to(*server, -1);
  settings.first_wait = 10ms;
  connection link(io, settings, events);
  link.start();
  REQUIRE(run_until(io, [&] { return events.came == 1; }));
  server.reset();
  REQUIRE(run_until(io, [&] { return events.delays.size() == 4; }));  // each longer than the one before
  CHECK(events.attempts == 4);
  CHECK(events.delays[3] >= 64ms);
  server = std::make_unique<fake_server>(io, polite_answer, port);
  for (int good = 2; good <= 4; ++good) {
    REQUIRE(run_until(io, [&] { return events.came == good; }));
    const std::size_t before = events.delays.size();
    server->drop();
    REQUIRE(run_until(io, [&] { return events.delays.size() == before + 1; }));
    CHECK(events.attempts == 1);
    CHECK(events.delays.back() <= 12ms);
  }
  link.finish();
  REQUIRE(run_until(io, [&] { return events.ended == 1; }));
}
