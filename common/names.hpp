#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

/// What a user (and later a room) may be called. Pure functions; any thread.
namespace confab {

/// The longest name, in code points after normalisation.
inline constexpr std::size_t max_name_length = 32;

/// Why a name is refused.
enum class name_error {
  empty,            ///< nothing, or nothing visible
  too_long,         ///< more than `max_name_length` code points
  bad_character,    ///< something other than letters, marks and digits of any script, `_`, `-` and `.`
  bad_start,        ///< starts with `-`, `.` or a combining mark
  like_an_address,  ///< could be taken for an IP address
  reserved,         ///< a word that is kept for the system or for a command
};

/// A name that passed the rules.
struct name {
  std::string shown;  ///< NFC, as people see it
  std::string key;    ///< NFKC and case-folded: two names with one key are the same name
};

/// Checks and normalises what a user typed as a name (well-formed UTF-8, trimmed).
std::variant<name, name_error> parse_name(std::string_view text);

/// The key to look a name up by, whether or not it is allowed. Addresses are their own key.
std::string name_key(std::string_view text);

/// Whether `key` is already folded ASCII, so that looking it up needs no normalising (the usual case).
bool is_plain_key(std::string_view text) noexcept;

}  // namespace confab
