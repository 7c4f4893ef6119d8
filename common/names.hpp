#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <variant>

/// What a user (and later a room) may be called. Pure functions; any thread.
namespace confab {

/// The longest name, in code points after normalisation.
inline constexpr std::size_t max_name_length = 32;
/// No name is longer in any spelling, in bytes: a syllable of Korean may come as nine. What is longer is not looked at.
inline constexpr std::size_t max_name_bytes = 512;
/// At most this many accents and other marks that take no width may stand on one letter.
inline constexpr std::size_t max_marks_on_a_letter = 4;

/// The address of whoever comes over a unix socket: there is no other machine, and no port.
inline constexpr std::string_view local_address = "unix";

/// Why a name is refused.
enum class name_error {
  empty,            ///< nothing, or nothing visible
  too_long,         ///< more than `max_name_length` code points, or `max_name_bytes`
  bad_character,    ///< something other than letters, marks and digits of any script, `_`, `-` and `.`
  too_many_marks,   ///< more than `max_marks_on_a_letter`, counted after decomposition
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

/// The words that nobody may be called, in any spelling, besides those of commands: what the program calls itself, its
/// users and its places.
std::span<const std::string_view> reserved_names() noexcept;

/// Whether a name with this key could be taken for the address of somebody who came over a unix socket: `unix`,
/// `unix.2`, and so on. Rooms may be called so.
bool is_like_local_address(std::string_view key) noexcept;

/// The key to look a name up by, whether or not it is allowed; empty, which no name has, for what is longer than
/// `max_name_bytes` or no UTF-8. Addresses are their own key.
std::string name_key(std::string_view text);

/// Whether `key` is already folded ASCII, so that looking it up needs no normalising (the usual case).
bool is_plain_key(std::string_view text) noexcept;

}  // namespace confab
