#pragma once

#include <string>
#include <string_view>

#include "tests/support/running_server.hpp"
#include "tests/terminal/tmux.hpp"

namespace confab::test {

/// A server that waits for those who read slowly.
inline server_setup patient_server() {
  return {.arguments = {"--send-queue", "67108864"}, .language = "zh"};
}

/// Starts the client in the pane and waits until it is connected.
inline void start_client(const tmux& pane, const endpoint& where, std::string_view name = "小明",
                         std::string_view more = "") {
  std::string line = "clear; $C --port " + std::to_string(where.port) + " --name " + std::string(name);
  if (more.find("--lang") == std::string_view::npos) line += " --lang zh";
  pane.type(line + " " + std::string(more) + "; echo code=$?");
  pane.press({"Enter"});
  pane.await("the menu's prompt", [](const picture& seen) {
    return seen.y > 1 && (seen.current() == "选择>" || seen.current() == "choose>") && seen.has("  1. ");
  });
}

/// Does it, and goes to the public chat.
inline void start_public(const tmux& pane, const endpoint& where, std::string_view name = "小明",
                         std::string_view more = "") {
  start_client(pane, where, name, more);
  pane.type("1");
  pane.press({"Enter"});
  pane.await_row("公聊[" + std::string(name) + "]>");
}

/// Reads on until somebody says exactly `text`; the whole line.
inline std::string hear(peer& who, std::string_view text) {
  const std::string end = ": " + std::string(text);
  for (;;) {
    std::string line = who.line();
    if (line.ends_with(end)) return line;
  }
}

}  // namespace confab::test
