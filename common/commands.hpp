#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "common/problems.hpp"
#include "common/protocol/message_kind.hpp"

/// What a line means. Pure: a line in, a command out; no state, no sockets, any thread.
namespace confab {

/// What a user can ask for.
enum class verb : std::uint8_t {
  say,
  who,
  rename,
  whisper,
  count,
  whoami,
  ping,
  help,
  json,
  quit,
  tag,
  join,
  leave,
  rooms,
  room,
  topic,
  in,
  history,
  search,
  recall,
  ids,
  times,
  replay,
  away,
  back,
  heartbeat,
  resume,
};

/// Whom a command is for. A client types those for programs itself, and offers its person the others.
enum class audience : std::uint8_t { people, programs };

/// One row of the command table: all that `/help` tells is here, so that it cannot drift.
struct command_row {
  enum class takes : std::uint8_t {
    nothing,                 ///< no argument
    optional_text,           ///< the rest of the line, or nothing
    text,                    ///< the rest of the line
    word_and_text,           ///< a word and the rest
    word_and_optional_text,  ///< a word, and the rest or nothing
    on_off,                  ///< on or off
  };
  std::string_view word;  ///< without the slash
  verb what;
  bool bare;  ///< the original's commands work without the slash too
  takes arguments;
  audience whom;
  std::string_view usage;  ///< as /help shows it
  std::string_view en;
  std::string_view zh;
};

/// Every command, in the order that /help lists them.
std::span<const command_row> command_table() noexcept;

/// The row of `word` (no slash), or null.
const command_row* find_command(std::string_view word) noexcept;

/// Whether `word` (no slash) is a command for programs.
bool is_for_programs(std::string_view word) noexcept;

/// How a command is used, as /help shows it: the detail of missing_argument and bad_argument.
std::string_view usage_of(verb what) noexcept;

/// What a line asks for. The views point into the line (or the scratch string) that it was read from.
struct command {
  enum class kind : std::uint8_t {
    nothing,  ///< an empty line: only a sign of life
    wanted,   ///< `what`, with its arguments
    refused,  ///< `trouble`, with its `detail` in `text`; `what` is the command that lacks something
  };
  kind is = kind::nothing;
  verb what = verb::say;
  problem trouble = problem::not_utf8;
  message_kind how = message_kind::plain;  ///< of what is said
  std::string_view tag;                    ///< of /tag, or empty; set for refusals too
  std::string_view word;                   ///< the first argument: the receiver of a whisper, the room of a topic
  std::string_view text;                   ///< the (rest of the) argument: what is said, the new name, the ping's token

  bool asks_for_json() const noexcept { return is == kind::wanted && what == verb::json && text == "on"; }
  /// Whether it is a /resume, also one whose arguments are not there.
  bool asks_to_resume() const noexcept { return is != kind::nothing && what == verb::resume; }
};

/// What is said to somebody or in some room, without the word for its kind.
struct spoken {
  message_kind how = message_kind::plain;
  std::string_view text;  ///< a view into what it was read from
};

/// What the text behind a receiver or a room says: `/me TEXT` is an emote, `//me` plainly says `/me` (of more slashes,
/// one goes), everything else is as it is.
spoken read_spoken(std::string_view text) noexcept;

/// What read_spoken reads as `text`, trimmed, and plain.
std::string plainly(std::string_view text);

/// The longest token of /tag, in bytes.
inline constexpr std::size_t max_tag = 64;

/// Reads one line as it came from a line_decoder: checks its encoding, trims it, finds out what it asks for (see
/// read_opening for what counts as a command), and makes that safe to print (a copy in `scratch` where something had to
/// be replaced).
command read_command(std::string_view line, std::string& scratch);

/// The part of read_command that finds out what a line asks for, which is text and trimmed. Nothing is made safe.
command parse_command(std::string_view line);

}  // namespace confab
