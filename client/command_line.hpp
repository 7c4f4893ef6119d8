#pragma once

#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "client/options.hpp"
#include "common/language.hpp"

namespace confab::client {

/// The options of the client as CLI11 knows them, over one set of values. Made anew for each layer that is read: CLI11
/// by itself would let the file beat the environment, and could not say whose fault an error is.
struct command_line {
  options values;
  std::string config;
  std::string lang;
  std::string color = "auto";
  std::string bell = "mention";
  std::string host;
  std::string host_port;
  long linger = 0;  ///< seconds
  int reconnect = 0;
  std::string once;
  bool tls = false;
  std::string ca;
  std::string pin;
  CLI::App app{"A chat client for the terminal.", "confab"};

  explicit command_line(const std::string& default_config = {});
  command_line(const command_line&) = delete;
  command_line& operator=(const command_line&) = delete;

  /// `arguments` as normal_arguments() makes them. Throws CLI::Error, also for --help and --version.
  void parse(std::vector<std::string> arguments);
  /// What is wrong with them that CLI11 cannot check; nothing: they are right.
  std::optional<std::string> problem(language speak) const;
  /// The server as these alone name it, in the long form: so that it beats other layers whole, host and port.
  std::vector<std::string> server() const;
  /// What was asked for. `fallback`: the language if none was chosen; `named`: the locale names that one.
  options result(language fallback, bool named) const;
};

/// What --help prints.
std::string help_text(const std::string& default_config);

}  // namespace confab::client
