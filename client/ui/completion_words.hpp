#pragma once

#include <string>
#include <vector>

namespace confab::client {

/// What Tab may complete to, as the owner knows it at that moment.
struct completion_words {
  std::vector<std::string> names;      ///< who can be named, the most recent speaker first
  std::vector<std::string> commands;   ///< with their slash: "/msg"
  std::string after_first_name = " ";  ///< what follows a name that starts the line: ": " where people talk, "" where
                                       ///< only a name is asked for
};

}  // namespace confab::client
