#pragma once

#include <fstream>
#include <string>
#include <variant>
#include <vector>

#include "server/reload_input.hpp"

namespace confab::test {

/// A server that was started with that file, and listens where it is to.
inline reload_base base_for(const std::string& file) {
  reload_base out;
  std::ofstream(file + ".first") << "";
  out.now = std::get<server_options>(
      parse_server_options(std::vector<std::string>{"--config", file + ".first", "--max-users", "7"}));
  out.now.arguments.at(1) = file;
  out.held.push_back({{listener_kind::line, out.now.ip, out.now.port}, "127.0.0.1:8888"});
  return out;
}

}  // namespace confab::test
