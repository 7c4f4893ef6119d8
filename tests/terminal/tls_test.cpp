// The client over TLS, as a person and a script meet it: whom it trusts, what it says, and that it comes back.

#include <fstream>
#include <regex>
#include <string>
#include <vector>

#include "tests/support/authority.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/tls_front.hpp"
#include "tests/terminal/chat.hpp"

using namespace confab::test;
using words = std::vector<std::string>;

namespace {

launch calling(const endpoint& where, words more, std::string input = {}) {
  more.insert(more.end(), {"--port", std::to_string(where.port)});
  return {.program = CONFAB_CLIENT_PROGRAM,
          .arguments = std::move(more),
          .environment = {{"XDG_CONFIG_HOME", "/nonexistent"}, {"LC_ALL", "en_US.UTF-8"}},
          .input = std::move(input)};
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

/// In its folder, the certificate of the authority.
struct trusting {
  authority trusted;
  scratch_directory folder;
  std::string ca = folder.path() + "/ca.pem";

  trusting() { std::ofstream(ca) << trusted.pem(); }
};

}  // namespace

TEST_CASE("client over TLS: a script talks, and is told how it is connected", "[tls]") {
  const trusting whom;
  running_server server;
  peer bob = joined_as(server, "bob");
  const tls_front front(server, {.own = whom.trusted.issue()});
  const outcome said =
      run(calling(front.at(), {"--ca", whom.ca, "--name", "ann", "--quiet"}, "hello\n你好\n/to bob psst\n"));
  CHECK(said.status == 0);
  CHECK(contains(said.errors, "Connected to 127.0.0.1:" + std::to_string(front.at().port) + " over TLS 1.3 as ann"));
  hear(bob, "hello");
  hear(bob, "你好");
  hear(bob, "psst");
  CHECK(front.handshakes() == 1);
}

TEST_CASE("client over TLS: what it says of an unknown certificate is what it takes to pin it", "[tls]") {
  running_server server;
  const tls_front front(server, {.own = authority::self_signed()});
  const outcome refused = run(calling(front.at(), {"--tls", "--once", "/count"}));
  CHECK(refused.status == 76);
  CHECK(refused.output.empty());
  std::smatch found;
  REQUIRE(std::regex_search(refused.errors, found, std::regex("--pin ([0-9A-F:]+)\n")));
  const outcome pinned = run(calling(front.at(), {"--pin", found[1], "--once", "/count"}));
  CHECK(pinned.status == 0);
  CHECK(pinned.output == "1 online\n");
  const outcome chinese = run(calling(front.at(), {"--tls", "--lang", "zh", "--once", "/count"}));
  CHECK(contains(chinese.errors, "加上 --pin " + found[1].str()));
}

TEST_CASE("client over TLS: a wrong day, a wrong host and a wrong port are told apart", "[tls]") {
  using std::chrono::hours;
  const trusting whom;
  running_server server;
  tls_front front(server, {.own = whom.trusted.issue({.from = hours(-48), .until = hours(-24)})});
  const auto once_at = [&](const endpoint& where) {
    return run(calling(where, {"--ca", whom.ca, "--once", "/count"}));
  };
  const outcome late = once_at(front.at());
  CHECK(late.status == 76);
  CHECK(contains(late.errors, "its certificate expired on 20"));
  front.behave({.own = whom.trusted.issue({.hosts = {"chat.example.org"}})});
  const outcome other = once_at(front.at());
  CHECK(other.status == 76);
  CHECK(contains(other.errors, "another host: chat.example.org"));
  const outcome plain = once_at(server.at());
  CHECK(plain.status == 76);
  CHECK(contains(plain.errors, "no TLS is spoken there"));
}

TEST_CASE("client over TLS: whoever comes without to a server's own door for it is told", "[tls]") {
  const trusting whom;
  const certificate own = whom.trusted.issue();
  const std::string chain = whom.folder.path() + "/cert.pem";
  const std::string key = whom.folder.path() + "/key.pem";
  std::ofstream(chain) << own.chain;
  std::ofstream(key) << own.key;
  running_server server({.arguments = {"--listen", "tls:127.0.0.1:0", "--tls-cert", chain, "--tls-key", key}});
  const std::string line = server.program().output_line();
  const endpoint door{"127.0.0.1", static_cast<std::uint16_t>(std::stoi(line.substr(line.rfind(':') + 1)))};
  const outcome plain = run(calling(door, {"--once", "/whoami"}));
  CHECK(plain.status == 76);
  CHECK(contains(plain.errors, ": TLS is spoken there: add --tls\n"));
  const outcome told = run(calling(door, {"--ca", whom.ca, "--once", "/whoami"}));
  CHECK(told.status == 0);
  CHECK(contains(told.output, "the connection is encrypted"));
}

TEST_CASE("client over TLS: a file may say it, and for whom it is", "[tls]") {
  const trusting whom;
  running_server server;
  const tls_front front(server, {.own = whom.trusted.issue()});
  const std::string file = whom.folder.path() + "/client.toml";
  std::ofstream(file) << "tls = true\nca = \"" << whom.ca << "\"\nport = " << front.at().port << '\n';
  const outcome told = run({.program = CONFAB_CLIENT_PROGRAM, .arguments = {"--config", file, "--once", "/count"}});
  CHECK(told.output == "1 online\n");
  CHECK(front.handshakes() == 1);
}

TEST_CASE("screen: over TLS a person sees that it is, and comes back after a break without missing anything",
          "[tls][screen]") {
  const trusting whom;
  running_server server(patient_server());
  peer red = joined_as(server, "小红");
  tls_front front(server, {.own = whom.trusted.issue()});
  const tmux pane({.columns = 100});
  start_public(pane, front.at(), "小明", "--ca " + whom.ca);
  pane.await_text("已通过 TLS 1.3 连接 127.0.0.1:");
  pane.type("你好");
  pane.press({"Enter"});
  hear(red, "你好");
  front.cut();
  pane.await_text("连接断开");
  red.say("在吗");
  pane.type("我在");
  pane.press({"Enter"});
  hear(red, "我在");
  const picture seen =
      pane.await("both lines", [](const picture& now) { return now.has("在吗") && now.has("（我）: 我在"); });
  CHECK(seen.has("已重连"));
  CHECK(front.handshakes() == 2);
}
