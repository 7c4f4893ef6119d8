#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "common/language.hpp"

namespace confab {

/// What can be wrong with a configuration file.
enum class config_fault : std::uint8_t {
  no_file,         ///< there is none
  unreadable,      ///< the system says why in `detail`
  not_plain,       ///< a folder, a pipe, a device: only a plain file never keeps a start waiting
  too_large,       ///< see most_config_bytes
  not_utf8,        ///< this line is not
  too_many_dots,   ///< this line has more than most_config_dots
  not_toml,        ///< `detail` says why, in English
  not_closed,      ///< a quote is open at the end of the line
  not_quoted,      ///< likewise `detail`, but it looks like text without its quotes
  unknown_key,     ///< `detail` is the nearest that there is
  only_begins,     ///< what keys begin with, as keep of keep-days, with a value; `detail` names them
  table_list,      ///< likewise, as a list of tables
  action,          ///< an option of the command line alone, such as one that does something and ends
  repeated,        ///< also in the other spelling; `detail` is the first line
  not_text,        ///< not text in quotes
  not_a_number,    ///< neither a whole number nor text
  not_true_false,  ///< neither true nor false
  not_single,      ///< a list, of what takes one value
  nul,             ///< text with U+0000, which no command line can have
  bad_value,       ///< `detail` is what the command line's own check says
};

/// What is wrong, and where.
struct config_error {
  config_fault what = config_fault::no_file;
  std::size_t line = 0;  ///< from 1 on; 0: the file as a whole
  std::string key{};     ///< as in the file
  std::string detail{};
};

/// `FILE:LINE: what is wrong`, or `FILE: …`, in one line that is safe to print and at most 1,000 bytes long. Pure.
std::string explain(const config_error& error, std::string_view file, language lang);

}  // namespace confab
