#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include <CLI/CLI.hpp>

#include "common/config_file.hpp"

/// Between a configuration file and the options that CLI11 knows: each long option that is `configurable` is a key.
/// Pure; any thread.
namespace confab {

/// What is written for an option in a file.
enum class config_type : std::uint8_t {
  truth,   ///< true or false: a flag
  number,  ///< a whole number, which may also stand in quotes
  text,    ///< text in quotes
  texts,   ///< a list of such texts, or one: an option that can be given several times
};

/// The long name of an option, without its dashes; empty if it has none.
std::string long_name(const CLI::Option& option);

/// What is written for it.
config_type config_type_of(CLI::Option& option);

/// The options that may stand in a file, in the order in which they are declared.
std::vector<CLI::Option*> config_options(CLI::App& app);

/// A value of a file as the command line has it.
struct config_argument {
  std::string key;                 ///< the option's long name, without dashes
  std::vector<std::string> words;  ///< `--port` `8888`, as normal_arguments() has them
  std::size_t line = 0;            ///< where the value stands
};

/// What `entries` say, in their order; of a list each item by itself. Whether a value is right is left to the parser of
/// the command line, so that there is one check for both.
std::variant<std::vector<config_argument>, config_error> arguments_of(const config_entries& entries, CLI::App& app);

}  // namespace confab
