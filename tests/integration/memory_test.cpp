// A server that may have only so much memory: those who cost much have to go, and nobody else notices.

#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/running_server.hpp"
#include "tests/support/text.hpp"
#include "tests/support/tls_peer.hpp"

using namespace confab::test;
using lines = std::vector<std::string>;

namespace {

constexpr std::size_t mib = std::size_t{1} << 20U;

/// The next line but for those about who goes.
std::string next_said(peer& by) {
  for (;;) {
    std::string line = by.line();
    if (!line.ends_with("is offline")) return line;
  }
}

/// How many of them the server has ended.
std::size_t ended(const std::vector<peer>& all) {
  std::size_t count = 0;
  for (const peer& each : all) count += each.was_reset() ? 1U : 0U;
  return count;
}

}  // namespace

TEST_CASE("memory: readers who do not read are ended before there is none, and the others go on", "[memory]") {
  if (sanitized) return;  // a sanitizer needs more addresses than there are here
  const std::string threads = GENERATE("1", "2");
  CAPTURE(threads);
  // In all they may owe 1,280 MiB, far more than there is.
  running_server server(
      {.arguments = {"--threads", threads, "--history", "off", "--send-queue", "67108864", "--write-timeout", "3600"},
       .address_space = 400 * mib});
  peer ann = joined_as(server, "Ann");
  peer bob = joined_as(server, "Bob");
  ann.heard();
  std::vector<peer> stuck;
  for (int i = 0; i < 20; ++i) {
    stuck.emplace_back(server, 4096);
    stuck.back().say("here");  // so that its arrival is announced at once
    for (peer* const each : {&ann, &bob}) {
      CHECK(each->lines(2) == lines{stuck.back().as() + "is online", stuck.back().as() + "here"});
    }
  }
  std::string whispers;
  for (const peer& each : stuck) whispers += "to " + each.address() + ' ' + std::string(4000, 'x') + '\n';
  std::size_t said = 0;
  while (said < 1280 * mib && ended(stuck) == 0) {
    for (int i = 0; i < 10; ++i) bob.send(whispers);
    said += 10 * whispers.size();
    bob.heard();
    ann.say("still here");
    CHECK(next_said(ann) == ann.as("Ann") + "still here");
    CHECK(next_said(bob) == ann.as("Ann") + "still here");
  }
  CHECK(said < 1280 * mib);
  CHECK(ended(stuck) > 0);
  peer late = joined(server);
  late.say("what a crowd");
  CHECK(next_said(late) == late.as() + "what a crowd");
  CHECK(count_of(server.program().errors(), "out of memory") == 1);
  CHECK(server.program().errors().find("fatal") == std::string::npos);
}

TEST_CASE("memory: a flood of questions to the history that nobody reads the answers of", "[memory][history]") {
  if (sanitized) return;
  running_server server({.arguments = {"--threads", "2"}, .address_space = 600 * mib});
  peer ann = joined_as(server, "Ann");
  // Each is three times as long when it is shown.
  for (int i = 0; i < 205; ++i) {
    ann.say(std::string(4090, '\x01'));
    ann.line();
  }
  std::vector<peer> askers;
  for (int i = 0; i < 300; ++i) {
    askers.emplace_back(server, 4096);
    askers.back().send("here\n/history 200\n/history 200\n");
    CHECK(ann.lines(2) == lines{askers.back().as() + "is online", askers.back().as() + "here"});
  }
  for (int i = 0; i < 20; ++i) {
    ann.say("still here");
    CHECK(ann.line() == ann.as("Ann") + "still here");
  }
  CHECK(server.program().errors().find("fatal") == std::string::npos);
}

TEST_CASE("memory: somebody who is idle over TLS costs at most 17 kB", "[memory][tls]") {
  if (sanitized) return;
  const scratch_directory folder;
  const std::string cert = folder.path() + "/cert.pem";
  const std::string key = folder.path() + "/key.pem";
  const identity made = make_identity();
  write_file(cert, made.certificate);
  write_file(key, made.key);
  running_server server({.arguments = {"--history", "off", "--announce-limit", "0", "--threads", "1", "--listen",
                                       "tls:127.0.0.1:0", "--tls-cert", cert, "--tls-key", key},
                         .predictable = false});
  const std::string line = server.program().output_line();
  const endpoint tls{"127.0.0.1", static_cast<std::uint16_t>(std::stoi(line.substr(line.rfind(':') + 1)))};
  std::vector<tls_peer> people;
  const auto come = [&](std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      people.emplace_back(tls);
      people.back().say("/ping");
      people.back().line_where([](std::string_view each) { return each == "pong"; });
    }
  };
  come(100);  // these pay for what is loaded and reserved once
  const std::size_t before = server.program().resident_bytes();
  constexpr std::size_t more = 400;
  come(more);
  CHECK((server.program().resident_bytes() - before) / more <= 17'000);
}
