#pragma once

#include <stdexcept>
#include <string>
#include <vector>

#include "tests/support/peer.hpp"
#include "tests/support/running_server.hpp"

/// Asking a server what was said before.
namespace confab::test {

/// A server on `data` that shows newcomers `replay` messages.
inline server_setup on(const scratch_directory& data, const std::string& replay = "0",
                       std::vector<std::string> more = {}) {
  server_setup setup{
      .arguments = {"--data-dir", data.path(), "--replay", replay, "--announce-limit", "100000", "--threads", "2"},
      .predictable = false};
  setup.arguments.insert(setup.arguments.end(), more.begin(), more.end());
  return setup;
}

/// The same line without the date and time that stands before a past one; throws when there is none.
inline std::string undated(const std::string& line) {
  if (line.size() < 19 || line[0] != '(' || line[5] != '-' || line[17] != ')')
    throw std::runtime_error("not marked as past: " + line);
  return line.substr(19);
}

/// All that comes in answer to a question, line by line.
inline std::string ask(peer& who, const std::string& question) {
  who.say(question);
  std::string all;
  for (const auto& line : who.heard()) all += line + "\n";
  return all;
}

/// How many messages a text question found.
inline std::size_t found(peer& who, const std::string& question) {
  who.say(question);
  const std::vector<std::string> heard = who.heard();
  if (heard.empty()) throw std::runtime_error("no answer to " + question);
  if (heard.back() == "Nothing found") return 0;
  if (heard.back() != std::to_string(heard.size() - 1) + " found" &&
      heard.back() != std::to_string(heard.size() - 1) + " found, there are more")
    throw std::runtime_error("not an answer: " + heard.back());
  return heard.size() - 1;
}

}  // namespace confab::test
