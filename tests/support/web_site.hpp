#pragma once

#include <string>
#include <utility>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/running_server.hpp"

namespace confab::test {

/// A server that browsers reach, and where.
class web_site {
 public:
  /// `more` are further arguments; `terms` stand behind the place, as in `,secure`.
  explicit web_site(std::vector<std::string> more = {}, const std::string& terms = "")
      : server_({.arguments = with_web(std::move(more), terms)}), web_(place(server_.program())) {}

  const endpoint& lines() const { return server_.at(); }
  const endpoint& web() const { return web_; }
  running_server& server() { return server_; }

 private:
  static std::vector<std::string> with_web(std::vector<std::string> more, const std::string& terms) {
    more.insert(more.end(), {"--listen", "web:127.0.0.1:0" + terms});
    return more;
  }
  // Where the next line of its output says that it is.
  static endpoint place(process& program) {
    const std::string line = program.output_line();
    const std::string start = "web listening on 127.0.0.1:";
    REQUIRE(line.starts_with(start));
    return {"127.0.0.1", static_cast<std::uint16_t>(std::stoi(line.substr(start.size())))};
  }

  running_server server_;
  endpoint web_;
};

}  // namespace confab::test
