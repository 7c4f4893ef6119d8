#pragma once

#include <string>
#include <vector>

namespace confab::client {

/// What Tab may complete to behind one command.
struct argument_words {
  std::string command{};             ///< with its slash
  std::vector<std::string> words{};  ///< `on`, `before`, the names of rooms
  bool names = false;                ///< and of people
};

/// What Tab may complete to, as the owner knows it at that moment.
struct completion_words {
  std::vector<std::string> names{};         ///< who can be named, the most recent speaker first
  std::vector<std::string> commands{};      ///< with their slash: "/msg"
  std::vector<argument_words> arguments{};  ///< behind a command that is not among them: names
  std::vector<std::string> rooms{};         ///< with their sign, anywhere: "#tea"
  std::string after_first_name = " ";       ///< what follows a name that starts the line: ": " where people talk, ""
                                            ///< where only a name is asked for
};

}  // namespace confab::client
