#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "server/options.hpp"

namespace confab {

/// Whether only a start takes the option's value over, and no reload. Declared where the option is.
bool needs_restart(CLI::Option& option);

/// The options of the server as CLI11 knows them, over one set of values. Made anew for each parse.
struct command_line {
  server_options options;           ///< as given, before what follows from several
  std::vector<std::string> listen;  ///< each checked, as are the next three
  std::vector<std::string> web_hosts;
  std::vector<std::string> web_origins;
  std::vector<std::string> web_proxies;
  std::string config;  ///< empty: no file
  bool print_config = false;
  CLI::App app;

  command_line();
  command_line(const command_line&) = delete;
  command_line& operator=(const command_line&) = delete;

  /// `arguments` as normal_arguments() makes them. Throws CLI::ParseError, also for --help and --version.
  void parse(std::vector<std::string> arguments);

  bool has(const std::string& option) const { return app.count(option) > 0; }
};

}  // namespace confab
