// All doors at once: people who come by each of them are in one conversation, in English and in Chinese, and each hears
// all of it in the same order.

#include <algorithm>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/authority.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/websocket_peer.hpp"
#include "tests/terminal/chat.hpp"

using namespace confab::test;

namespace {

/// Somebody in the conversation.
class voice {
 public:
  virtual ~voice() = default;
  virtual void say(const std::string& line) = 0;
  /// Waits until somebody has said exactly that.
  virtual void hear(const std::string& text) = 0;
  /// All lines that it has seen.
  virtual std::vector<std::string> lines() = 0;
};

/// Somebody with a program in a terminal.
class at_terminal final : public voice {
 public:
  explicit at_terminal(const std::string& command) : pane_({.columns = 120, .rows = 50}) {
    pane_.type("clear; " + command);
    pane_.press({"Enter"});
  }
  void say(const std::string& line) override {
    pane_.type(line);
    pane_.press({"Enter"});
  }
  void hear(const std::string& text) override {
    pane_.await(text, [end = ": " + text](const picture& seen) {
      return std::ranges::any_of(seen.rows, [&end](const std::string& row) { return row.ends_with(end); });
    });
  }
  std::vector<std::string> lines() override { return pane_.all_lines(); }
  const tmux& pane() const { return pane_; }

 private:
  const tmux pane_;
};

/// Somebody in a browser, as far as the server can tell.
class in_browser final : public voice {
 public:
  explicit in_browser(const endpoint& where) : page_(where) {}
  void say(const std::string& line) override { page_.say(line); }
  void hear(const std::string& text) override {
    do {
      heard_.push_back(page_.line());
    } while (!heard_.back().ends_with(": " + text));
  }
  std::vector<std::string> lines() override { return heard_; }

 private:
  websocket_peer page_;
  std::vector<std::string> heard_;
};

/// With one chat behind all its doors.
struct house {
  authority trusted;
  scratch_directory folder;
  std::unique_ptr<running_server> server;
  std::string plain, tls;  ///< ports
  endpoint web;

  house() {
    const certificate own = trusted.issue();
    server = std::make_unique<running_server>(
        server_setup{.arguments = {"--listen", "tls:127.0.0.1:0", "--listen", "web:127.0.0.1:0", "--tls-cert",
                                   file("cert.pem", own.chain), "--tls-key", file("key.pem", own.key)}});
    plain = std::to_string(server->at().port);
    tls = next_port();
    web = {"127.0.0.1", static_cast<std::uint16_t>(std::stoi(next_port()))};
  }
  std::string file(const std::string& name, const std::string& text) const {
    const std::string path = folder.path() + "/" + name;
    std::ofstream(path) << text;
    return path;
  }

 private:
  std::string next_port() const {
    const std::string line = server->program().output_line();
    return line.substr(line.rfind(':') + 1);
  }
};

struct somebody {
  std::string name;
  std::unique_ptr<voice> is;
};

/// A client with the menu, in public chat.
std::unique_ptr<voice> client(const std::string& name, const std::string& arguments) {
  auto one = std::make_unique<at_terminal>("$C --lang en --name " + name + " " + arguments);
  one->pane().await_row("choose>");
  one->say("1");
  one->pane().await_row("public[" + name + "]>");
  return one;
}

/// A program that shows what comes and sends what is typed.
std::unique_ptr<voice> bare(const std::string& name, const std::string& command) {
  auto one = std::make_unique<at_terminal>(command);
  one->pane().await_text(": is online");
  one->say("rename " + name);
  one->hear(name);
  return one;
}

std::vector<somebody> everybody(const house& in) {
  std::vector<somebody> all;
  const auto add = [&all](const std::string& name, std::unique_ptr<voice> is) { all.push_back({name, std::move(is)}); };
  const std::string ca = in.file("ca.pem", in.trusted.pem());
  add("nora", bare("nora", "nc 127.0.0.1 " + in.plain));
  add("tess", bare("tess", "telnet 127.0.0.1 " + in.plain));
  add("olga", bare("olga", "openssl s_client -quiet -CAfile " + ca + " -connect 127.0.0.1:" + in.tls));
  add("paul", client("paul", "127.0.0.1 " + in.plain));
  add("tom", client("tom", "127.0.0.1 " + in.tls + " --ca " + ca));
  auto browser = std::make_unique<in_browser>(in.web);
  browser->say("rename wendy");
  browser->hear("wendy");
  add("wendy", std::move(browser));
  return all;
}

}  // namespace

TEST_CASE("conversation: everybody hears everybody, by whatever door and program, in one order", "[doors]") {
  house chat;
  std::vector<somebody> all = everybody(chat);
  REQUIRE(all.size() == 6);
  std::vector<std::string> said;
  for (const std::string text : {"good morning", "你好，世界"}) {
    for (const somebody& speaker : all) {
      said.push_back(text + " " + speaker.name);
      speaker.is->say(said.back());
      for (const somebody& each : all) {
        INFO(each.name);
        each.is->hear(said.back());
      }
    }
  }
  for (const somebody& each : all) {
    CAPTURE(each.name);
    std::vector<std::string> heard;
    for (const std::string& line : each.is->lines()) {
      const auto is =
          std::ranges::find_if(said, [&line](const std::string& text) { return line.ends_with(": " + text); });
      if (is != said.end()) heard.push_back(*is);
    }
    CHECK(heard == said);
  }
}
