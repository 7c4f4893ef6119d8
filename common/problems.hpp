#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/language.hpp"
#include "common/names.hpp"

/// Everything that the server may answer with an error: what happened, its code on the wire and its words.
namespace confab {

/// What went wrong, each with words of its own. The rows of the table in problems.cpp stand in this order.
enum class problem : std::uint8_t {
  not_utf8,             ///< the line is refused
  line_too_long,        ///< over --max-line bytes (the detail); refused whole
  flood,                ///< 64 KiB without a line end; the connection ends
  unknown_command,      ///< a slash word that is no command (the detail)
  looks_like_command,   ///< said it would be heard by all, but a command (the detail) was meant
  looks_like_password,  ///< the same of a word for accounts
  takes_nothing,        ///< the command (the detail) has no argument
  missing_argument,     ///< not all is there that the command takes; the detail is its usage
  bad_argument,         ///< what is there makes no sense for the command; the detail is its usage
  whisper_needs_name,   ///< `to` alone
  whisper_needs_text,   ///< `to NAME` without text
  tag_too_long,         ///< a token of /tag over 64 bytes
  tag_in_tag,           ///< `/tag A /tag B ...`
  tag_used,             ///< the tag of another message that is still remembered
  no_such_user,         ///< nobody online has that name
  name_in_use,          ///< somebody else has that name
  name_empty,           ///< nothing visible is left of the name
  name_too_long,        ///< over 32 characters
  name_bad_character,   ///< something other than letters, digits, `_`, `-` and `.`
  name_too_many_marks,  ///< more than 4 accents on a letter
  name_bad_start,       ///< starts with `-`, `.` or a combining mark
  name_like_address,    ///< could be taken for an address
  name_reserved,        ///< kept for the system or a command, or looks like such a word
  name_mixes_scripts,   ///< letters of scripts that no language mixes
  name_looks_taken,     ///< looks like the name of somebody else
  server_full,          ///< --max-users (the detail) reached; the connection ends
  no_such_room,         ///< nobody is in a room of that name, and nothing of it is kept (the detail)
  not_in_room,          ///< one has to /join the room (the detail) first
  lobby_stays,          ///< the lobby can't be left
  too_many_rooms,       ///< --max-rooms reached
  too_many_joined,      ///< in 32 rooms already
  history_arguments,    ///< `/history` with something that is no number, id or time
  no_word_to_search,    ///< `/search` with signs only
  no_history,           ///< the server keeps no history
  history_failed,       ///< the history can't be read at the moment
  no_such_message,      ///< no message of that id can be recalled (any more)
  not_your_message,     ///< somebody else said it
  already_recalled,     ///< it is gone already
  note_too_long,        ///< a topic or what /away says, over 200 bytes (max_note)
  cannot_resume,        ///< the token is not (or no longer) good
};

/// The longest topic, and the longest text of /away, in bytes: everybody may list all of them.
inline constexpr std::size_t max_note = 200;

inline constexpr std::size_t problem_count = static_cast<std::size_t>(problem::cannot_resume) + 1;

/// The code as it stands in JSON and in docs/protocol.md: kebab-case, one for several problems where a
/// program would do the same about them.
std::string_view wire_code(problem what) noexcept;

/// The problem's own name in JSON: kebab-case, the same in every version. Together with the detail it is all that a
/// client needs to say it in its person's language.
std::string_view wire_name(problem what) noexcept;

/// The problem with that name; nothing if this version has none.
std::optional<problem> find_problem(std::string_view name) noexcept;

/// Whether what people read of it quotes a detail.
bool has_detail(problem what) noexcept;

/// What people read. `detail` is the word, name or number that the table's comment names, else empty.
std::string explain(problem what, language lang, std::string_view detail = {});

/// The problem that a refused name is.
problem to_problem(name_error error) noexcept;

}  // namespace confab
