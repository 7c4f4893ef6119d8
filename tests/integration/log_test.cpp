// What the running server logs, and what becomes of it when nobody takes it.

#include <signal.h>
#include <string>
#include <thread>
#include <vector>

#include <nlohmann/json.hpp>

#include "tests/support/catch.hpp"
#include "tests/support/running_server.hpp"
#include "tests/support/text.hpp"

using namespace confab::test;
using lines = std::vector<std::string>;

namespace {

/// Reads the log of a server whose standard error is `unread` until `so` is true of all that came.
template <class Condition>
std::string read_log(const process& program, Condition so) {
  const deadline until;
  std::string heard;
  while (!so(heard += program.read_errors())) {
    if (until.passed()) FAIL("waited in vain; the log: " + heard);
    std::this_thread::yield();
  }
  return heard;
}

/// Waits for the log of a server to have `text`.
void await_logged(const process& program, const std::string& text) {
  const deadline until;
  while (program.errors().find(text) == std::string::npos) {
    if (until.passed()) FAIL("waited in vain for '" + text + "'; the log: " + program.errors());
    std::this_thread::yield();
  }
}

}  // namespace

TEST_CASE("log: while nobody reads it users chat on, and read at last it has everything", "[log]") {
  constexpr std::size_t guests = 3;  // whose lines wait, for the pipe is full
  running_server server(
      {.arguments = {"--log-level", "debug", "--log-format", "journal"}, .errors = error_output::unread});
  peer a = joined(server);
  for (std::size_t i = 0; i < guests; ++i) {
    peer b = joined(server);
    CHECK(a.line() == b.as() + "is online");
    b.say("hello");
    CHECK(a.line() == b.as() + "hello");
    b.close();
    CHECK(a.line() == b.as() + "is offline");
  }
  SECTION("read") {
    const std::string heard = read_log(
        server.program(), [](const std::string& so_far) { return count_of(so_far, ": has gone\n") == guests; });
    CHECK(count_of(heard, ": is here\n") == guests + 1);
    CHECK(count_of(heard, "<7>127.0.0.1:") == 2 * guests + 1);
    CHECK(heard.find("are lost") == std::string::npos);
  }
  SECTION("never read, which does not hold up the end") {
    server.program().signal(SIGTERM);
    a.lines_until_end();
    a.close();
    CHECK(server.program().wait() == 0);
    server.expect_ended();
  }
}

TEST_CASE("log: when the disk was full for a while it says how many lines are lost", "[log]") {
  running_server server({.arguments = {"--log-level", "debug", "--history", "off"}});
  await_logged(server.program(), "threads: ");
  peer a = joined(server);
  const deadline until;
  // A line is lost if the log's thread is quick enough to meet the full disk, as it nearly always is.
  while (server.program().errors().find("lines before this one are lost: they could not be written") ==
         std::string::npos) {
    REQUIRE_FALSE(until.passed());
    server.program().limit_files(server.program().errors().size());
    for (int i = 0; i < 3; ++i) joined(server);
    server.program().unlimit_files();
    joined(server);
  }
  a.close();
  await_logged(server.program(), a.address() + ": has gone\n");
  CHECK(server.stop() == 0);
  CHECK(lines_of(server.program().errors()).back().ends_with(" ending: telling everyone"));
}

TEST_CASE("log: it says who connects when asked for it, in the form and with as much of the address as asked for",
          "[log]") {
  const auto [addresses, address] =
      GENERATE(table<std::string, std::string>({{"full", "127.0.0.1:"}, {"net", "127.0.0.0/24"}, {"off", ""}}));
  const std::string level = GENERATE("debug", "info");
  running_server server({.arguments = {"--log-level", level, "--log-format", "json", "--log-addresses", addresses}});
  joined(server).close();
  CHECK(server.stop() == 0);
  CHECK_FALSE(server.program().errors().empty());
  std::size_t about = 0;
  for (const std::string& line : lines_of(server.program().errors())) {
    CAPTURE(line);
    const auto object = nlohmann::json::parse(line);
    CHECK(object.at("time").get<std::string>().size() == 24);
    if (object.at("level") != "debug") continue;
    ++about;
    CHECK((object.at("message") == "is here" || object.at("message") == "has gone"));
    CHECK(object.value("addr", "").starts_with(address));
    CHECK(object.contains("addr") == !address.empty());
  }
  CHECK(about == (level == "debug" ? 2 : 0));
}

TEST_CASE("log: a scanner that comes a hundred times does not fill it", "[log]") {
  running_server server;
  for (int i = 0; i < 100; ++i) {
    peer web(server);
    web.send("GET / HTTP/1.1\r\n\r\n");
    web.bytes_until_end();
  }
  CHECK(server.stop() == 0);
  const std::string log = server.program().errors();
  CAPTURE(log);
  // If the machine is so slow that this took more than a minute, there were more.
  CHECK(count_of(log, ": an HTTP request") >= 20);
  CHECK(count_of(log, ": an HTTP request") < 100);
  CHECK(log.find(" more about connections left out: too many\n") != std::string::npos);
}
