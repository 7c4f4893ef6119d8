#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/config_options.hpp"

namespace confab {

/// An option as it is in force.
struct config_setting {
  struct origin_and_value {
    std::string value;   ///< as on the command line; of truth: true or false
    std::string origin;  ///< where it comes from, for people
  };
  std::string key;
  config_type type = config_type::text;
  bool given = false;                      ///< false: nobody has said so, it is the default
  std::vector<origin_and_value> values{};  ///< one, but of texts any number
};

/// `settings` as a configuration file, each with its origin as a comment. What is not given is a comment as a whole: a
/// default that is set is not always the same. So is what no such file can have, which is text that is not UTF-8. Pure.
std::string config_text(const std::vector<config_setting>& settings);

/// `text`, which must be UTF-8, as TOML has it in quotes.
std::string toml_quoted(std::string_view text);

}  // namespace confab
