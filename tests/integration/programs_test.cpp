// nc and telnet, as people have them (Debian: netcat-openbsd, telnet, expect).

#include <regex>
#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/running_server.hpp"

using namespace confab::test;
using lines = std::vector<std::string>;

namespace {

lines nc(const endpoint& where, const std::string& input) {
  const outcome result =
      run({.program = "nc", .arguments = {"-N", where.ip, std::to_string(where.port)}, .input = input});
  INFO("is netcat-openbsd installed? it said: " << result.errors);
  REQUIRE(result.status == 0);
  return lines_of(result.output);
}

/// The `[addr]` that a greeting starts with.
std::string tag_of(const std::string& greeting) {
  std::smatch parts;
  REQUIRE(std::regex_match(greeting, parts, std::regex(R"((\[(127\.0\.0\.1:\d+)\])\2: is online)")));
  return parts[1];
}

}  // namespace

TEST_CASE("nc: a script gets its arrival, the list, its new name and its message", "[nc]") {
  running_server server;
  const lines printed = nc(server, "who\nrename bob\nhello\n");
  CAPTURE(printed);
  REQUIRE(printed.size() == 4);
  const std::string tag = tag_of(printed[0]);
  CHECK(printed[1] == printed[0].substr(0, printed[0].rfind(':')) + ": online...");
  CHECK(printed[2] == "Your name is now: bob");
  CHECK(printed[3] == tag + "bob: hello");
}

TEST_CASE("nc: without input it is greeted and done", "[nc]") {
  running_server server;
  peer a = joined(server);
  // A peer that closes before it is greeted was never there, so either nothing or a greeting is right.
  const lines printed = nc(server, "");
  lines seen;
  if (!printed.empty()) {
    REQUIRE(printed.size() == 1);
    const std::string tag = tag_of(printed[0]);
    const std::string who = tag + tag.substr(1, tag.size() - 2) + ": ";
    seen = {who + "is online", who + "is offline"};
  }
  CHECK(a.heard() == seen);
  a.say("who");
  CHECK(a.line() == a.as() + "online...");
}

TEST_CASE("nc: a long script and a last line without its end", "[nc]") {
  running_server server;
  std::string script;
  for (int i = 0; i < 2000; ++i) script += "line " + std::to_string(i) + '\n';
  const lines printed = nc(server, script + "the end");
  REQUIRE(printed.size() == 2002);
  const std::string start = printed[0].substr(0, printed[0].size() - std::string("is online").size());
  for (std::size_t i = 0; i < 2000; ++i) REQUIRE(printed[i + 1] == start + "line " + std::to_string(i));
  CHECK(printed.back() == start + "the end");
}

TEST_CASE("telnet: a session like one with nc, in English and in Chinese", "[telnet]") {
  running_server server;
  peer b = joined(server);
  const std::string script = R"(
    set timeout 20
    proc must {text} {
      expect -ex $text {} timeout { puts "missing: $text"; exit 3 } eof { puts "ended before: $text"; exit 4 }
    }
    spawn telnet 127.0.0.1 )" +
                             std::to_string(server.at().port) + R"(
    must "is online"
    send "rename tess\r"
    must "Your name is now: tess"
    send "hello there\r"
    must "]tess: hello there"
    send "你好，世界\r"
    must "]tess: 你好，世界"
    send "who\r"
    must "]tess: online..."
    send "/quit\r"
    expect eof {} timeout { exit 5 }
    exit 0
  )";
  const outcome result =
      run({.program = "expect", .arguments = {"-c", script}, .environment = {{"LC_ALL", "C.UTF-8"}, {"TERM", "dumb"}}});
  INFO("are expect and telnet installed? they said: " << result.output << result.errors);
  REQUIRE(result.status == 0);

  const std::string arrival = b.line();
  const std::string tag = tag_of(arrival);
  const std::string unnamed = arrival.substr(0, arrival.size() - std::string("is online").size());
  CHECK(b.lines(4) == lines{unnamed + "is now known as tess", tag + "tess: hello there", tag + "tess: 你好，世界",
                            tag + "tess: is offline"});
}
