// Every option of the client arrives where it is used: with it the program does otherwise than without.

#include <fstream>
#include <functional>
#include <regex>
#include <set>
#include <signal.h>
#include <string>
#include <vector>

#include "tests/support/authority.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/scratch_directory.hpp"
#include "tests/support/tls_front.hpp"
#include "tests/terminal/chat.hpp"

using namespace confab::test;
using words = std::vector<std::string>;

namespace {

launch client_with(words arguments, std::string input = "0\n") {
  return {.program = CONFAB_CLIENT_PROGRAM,
          .arguments = std::move(arguments),
          .environment = {{"XDG_CONFIG_HOME", "/nonexistent"}, {"LC_ALL", "en_US.UTF-8"}},
          .input = std::move(input)};
}

/// To that server, with `more`.
launch client_at(const endpoint& where, words more, std::string input = "0\n") {
  more.insert(more.end(), {"--port", std::to_string(where.port)});
  return client_with(std::move(more), std::move(input));
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

/// A port at which nobody listens now.
std::string free_port() {
  running_server gone;
  return std::to_string(gone.at().port);
}

void check_ip() {
  running_server server;
  CHECK(run(client_at(server.at(), {"--ip", "127.0.0.1", "--once", "/count"})).status == 0);
  const outcome elsewhere = run(client_at(server.at(), {"--ip", "127.0.0.3", "--once", "/count"}));
  CHECK(elsewhere.status == 69);
  CHECK(has(elsewhere.errors, "127.0.0.3:"));
}

void check_port() {
  running_server server;
  CHECK(run(client_at(server.at(), {"--once", "/count"})).output == "1 online\n");
  const std::string other = free_port();
  CHECK(has(run(client_with({"--once", "/count", "--port", other})).errors, ":" + other));
}

/// A server whose certificate vouches for itself, and the file of that.
struct encrypted_server {
  running_server server;
  certificate own = authority::self_signed();
  tls_front front{server, {.own = own}};
  scratch_directory folder;
  std::string ca = folder.path() + "/own.pem";

  encrypted_server() { std::ofstream(ca) << own.chain; }
};

void check_tls() {
  const encrypted_server it;
  const outcome plain = run(client_at(it.front.at(), {"--once", "/count"}));
  CHECK(has(plain.errors, "does it want --tls?"));
  launch with_tls = client_at(it.front.at(), {"--tls", "--once", "/count"});
  with_tls.environment.emplace_back("SSL_CERT_FILE", it.ca);  // whom the system trusts
  CHECK(run(with_tls).output == "1 online\n");
}

void check_ca() {
  const encrypted_server it;
  CHECK(run(client_at(it.front.at(), {"--ca", it.ca, "--once", "/count"})).output == "1 online\n");
  CHECK(run(client_at(it.front.at(), {"--tls", "--once", "/count"})).status == 76);
  // In place of the system's, not besides them.
  const std::string other = it.folder.path() + "/other.pem";
  std::ofstream(other) << authority().pem();
  launch with_other = client_at(it.front.at(), {"--ca", other, "--once", "/count"});
  with_other.environment.emplace_back("SSL_CERT_FILE", it.ca);
  CHECK(run(with_other).status == 76);
  const outcome wrong = run(client_at(it.front.at(), {"--ca", it.folder.path() + "/none", "--once", "/count"}));
  CHECK(wrong.status == 2);
  CHECK(has(wrong.errors, "/none cannot be used: "));
}

void check_pin() {
  const encrypted_server it;
  const std::string another(64, 'a');
  CHECK(run(client_at(it.front.at(), {"--pin", it.own.fingerprint, "--once", "/count"})).output == "1 online\n");
  CHECK(run(client_at(it.front.at(), {"--pin", another, "--once", "/count"})).status == 76);
}

void check_name() {
  running_server server;
  CHECK(has(run(client_at(server.at(), {"--name", "ann"}, "1\nexit\n0\n")).output, "public[ann]>"));
}

void check_lang() {
  running_server server;
  CHECK(has(run(client_at(server.at(), {"--lang", "zh"})).output, "1. 公聊"));
  CHECK(has(run(client_at(server.at(), {"--lang", "en"})).output, "1. public chat"));
}

void check_color() {
  running_server server;
  for (const bool coloured : {true, false}) {
    const outcome result =
        run(client_at(server.at(), {"--name", "ann", "--color", coloured ? "always" : "never"}, "1\nhello\nexit\n0\n"));
    CHECK(has(result.output, ": hello"));
    CHECK(has(result.output, "\x1b[") == coloured);
  }
}

void check_bell() {
  running_server server;
  for (const char* mode : {"off", "pm", "mention", "all"}) {
    CHECK(has(run(client_at(server.at(), {"--bell", mode}, "/bell\n0\n")).output, "Bell: " + std::string(mode) + "\n"));
  }
}

void check_plain() {
  running_server server;
  const tmux pane;
  for (const bool plain : {true, false}) {
    pane.type("clear; $C --lang en --port " + std::to_string(server.at().port) + (plain ? " --plain" : "") +
              " --name ann; echo code=$?");
    pane.press({"Enter"});
    const picture seen = pane.await("the menu", [plain](const picture& now) {
      return now.has("0. quit") && now.has("choose>") && (plain || now.has(" menu · ann"));
    });
    CHECK(seen.has(" menu · ann") != plain);  // the status row
    pane.type("0");
    pane.press({"Enter"});
    pane.await("the end", [](const picture& now) { return now.has("code=0"); });
  }
}

void check_quiet() {
  running_server server;
  CHECK(has(run(client_at(server.at(), {"--name", "ann"}, "1\nhi\nexit\n0\n")).output, "choose>"));
  const outcome quiet = run(client_at(server.at(), {"--name", "ann", "--quiet"}, "1\nhi\nexit\n0\n"));
  CHECK_FALSE(has(quiet.output, "choose>"));
  CHECK(has(quiet.output, ": hi"));
}

void check_linger() {
  running_server server;
  peer bob = joined_as(server.at(), "bob");
  process listening(client_at(server.at(), {"--name", "ann", "--quiet", "--linger", "60"}, "1\n/say first\n"));
  CHECK(listening.output_line().ends_with(": first"));  // then its input has ended
  hear(bob, "first");
  for (int i = 0; i < 2; ++i) {
    const std::string text = "late " + std::to_string(i);
    bob.say(text);
    CHECK(listening.output_line().ends_with("bob: " + text));
  }
  listening.signal(SIGTERM);
  CHECK(listening.wait() == 143);
}

void check_reconnect() {
  const std::string port = free_port();
  for (const char* attempts : {"0", "1"}) {
    const outcome result = run(client_with({"--port", port, "--reconnect", attempts, "--once", "/count"}));
    CHECK(result.status == 69);
    CHECK(has(result.errors, "trying again") == (std::string_view(attempts) == "1"));
  }
}

void check_once() {
  running_server server;
  const outcome result = run(client_at(server.at(), {"--once", "/ping here"}, ""));
  CHECK(result.status == 0);
  CHECK(has(result.output, "here"));
  CHECK_FALSE(has(result.output, "choose>"));
}

void check_config() {
  running_server server;
  scratch_directory folder;
  const std::string file = folder.path() + "/mine.toml";
  std::ofstream(file) << "name = \"filed\"\n";
  CHECK(has(run(client_at(server.at(), {"--config", file}, "1\nexit\n0\n")).output, "public[filed]>"));
}

void check_version() {
  const outcome result = run(client_with({"--version"}));
  CHECK(result.status == 0);
  CHECK(std::regex_match(result.output, std::regex("confab [0-9]+\\.[0-9]+\\.[0-9]+\n")));
}

void check_help() {
  const outcome result = run(client_with({"--help"}));
  CHECK(result.status == 0);
  CHECK(has(result.output, "--help"));
  CHECK(run(client_with({"-h"})).output == result.output);
}

struct option_case {
  std::string name;
  std::function<void()> check;
};

const std::vector<option_case> cases{{"--ip", check_ip},
                                     {"--port", check_port},
                                     {"--tls", check_tls},
                                     {"--ca", check_ca},
                                     {"--pin", check_pin},
                                     {"--name", check_name},
                                     {"--lang", check_lang},
                                     {"--color", check_color},
                                     {"--bell", check_bell},
                                     {"--plain", check_plain},
                                     {"--quiet", check_quiet},
                                     {"--linger", check_linger},
                                     {"--reconnect", check_reconnect},
                                     {"--once", check_once},
                                     {"--config", check_config},
                                     {"--version", check_version},
                                     {"--help", check_help}};

}  // namespace

TEST_CASE("options: every one of --help has a check here, and no other", "[options]") {
  const std::string help = run(client_with({"--help"})).output;
  // As they are listed: at the start of a row, perhaps behind a short one.
  const std::regex listed("(?:^|\n) +(?:-[a-z],)?(--[a-z]+)");
  std::set<std::string> options;
  for (std::sregex_iterator each(help.begin(), help.end(), listed), end; each != end; ++each) {
    options.insert((*each)[1]);
  }
  std::set<std::string> checked;
  for (const option_case& each : cases) checked.insert(each.name);
  CHECK(options == checked);
}

TEST_CASE("options: each arrives where it is used", "[options]") {
  std::size_t checked = 0;
  for (const option_case& each : cases) {
    INFO(each.name);
    each.check();
    ++checked;
  }
  CHECK(checked == 17);
}
