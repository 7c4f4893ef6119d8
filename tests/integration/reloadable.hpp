#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/running_server.hpp"

namespace confab::test {

/// A server with a configuration file that is written anew while it runs.
class reloadable {
  scratch_directory folder_;
  std::string write_first(const std::string& text) const {
    write(text);
    return file;
  }

 public:
  explicit reloadable(const std::string& text, const std::vector<std::string>& more = {})
      : server({.arguments = arguments_with(write_first(text), more), .predictable = false, .language = ""}) {}

  /// As an editor does: a new file in the place of the old one.
  void write(const std::string& text) const {
    std::ofstream(file + ".new") << text;
    std::filesystem::rename(file + ".new", file);
  }
  outcome reload() {
    launch what{.program = CONFAB_SERVER_PROGRAM, .arguments = {"--reload", std::to_string(server.program().id())}};
    return run(what);
  }
  /// Writes it and has it read; what is said about that.
  std::string reloaded(const std::string& text) {
    write(text);
    const outcome result = reload();
    CAPTURE(text, result.errors);
    CHECK(result.status == 0);
    return result.output;
  }
  bool logged(const std::string& what) {
    for (const deadline until; !until.passed();) {
      if (server.program().errors().find(what) != std::string::npos) return true;
    }
    return false;
  }
  const std::string& folder() const { return folder_.path(); }

  const std::string file = folder_.path() + "/confab.toml";
  running_server server;

 private:
  static std::vector<std::string> arguments_with(const std::string& file, const std::vector<std::string>& more) {
    std::vector<std::string> out{"--config", file, "--threads", "2"};
    out.insert(out.end(), more.begin(), more.end());
    return out;
  }
};

/// An address of loopback that nobody else takes by chance.
inline std::string own_address(unsigned number) {
  static const auto seed = static_cast<unsigned>(::getpid());
  return "127." + std::to_string(16 + seed / 62500 % 200) + "." + std::to_string(1 + seed / 250 % 250) + "." +
         std::to_string(1 + (seed + number) % 250);
}

}  // namespace confab::test
