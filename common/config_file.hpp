#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/config_error.hpp"

/// Configuration files: TOML, read whole, with the line of each thing. Nothing here knows an option. Any thread.
namespace confab {

inline constexpr std::size_t most_config_bytes = 1024 * 1024;
/// Dots in one line: each may be a table within a table.
inline constexpr std::size_t most_config_dots = 256;

/// What is said of a key.
struct config_value {
  enum class kind : std::uint8_t { text, number, truth, list, table, other };  ///< other: fractions, dates, times
  kind type = kind::other;
  std::string text{};    ///< of text: what is in the quotes; of a number: in decimal; of truth: true or false
  std::size_t line = 0;  ///< where it begins, from 1 on
};

/// A key with its value.
struct config_entry {
  std::string key;      ///< `keep-days` for `keep-days`, for `keep.days`, and for `days` in the table `[keep]`
  std::string written;  ///< `keep.days` for the latter two
  std::size_t line = 0;
  config_value value;
  std::vector<config_value> items{};  ///< of a list
};

/// All that a file says, in the order of its lines. A table that is empty is an entry, too.
using config_entries = std::vector<config_entry>;

/// Reads `text`, which may begin with a byte order mark.
std::variant<config_entries, config_error> parse_config(std::string_view text);

/// Reads the file `name`. Never waits for anybody: what is no plain file is refused. No file is included, and no
/// variable looked up.
std::variant<config_entries, config_error> read_config_file(const std::string& name);

}  // namespace confab
