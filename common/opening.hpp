#pragma once

#include <cstdint>
#include <string_view>

#include "common/folded_word.hpp"
#include "common/invisible_text.hpp"

/// What people would take the beginning of a line for. Server and client ask the same question here, so that what is
/// meant for the server, or for one user, is never told to all. Pure; any thread.
namespace confab {

/// The beginning of a line.
///
/// What does not count, wherever it stands before the end of the first word: white space, default-ignorable code
/// points, control characters, and the escape sequences of keys and pastes. The full-width slash is a slash. Case and
/// width of the word do not matter.
struct opening {
  enum class kind : std::uint8_t {
    text,                 ///< nothing else: the line is said as it was typed
    two_slashes,          ///< the line is said from the second slash on, which is `rest`
    slash,                ///< a slash and `word`, which may be no command
    bare,                 ///< one of the original's words, which is a command without a slash
    looks_like_command,   ///< no command, but people would take it for `word`: better refused than said
    looks_like_password,  ///< an account's words without a slash: better refused than said
  };
  kind is = kind::text;
  folded_word word;        ///< without the slash
  std::string_view typed;  ///< of `slash`: slash and word as they are in the line
  std::string_view rest;   ///< of `slash` and `bare`: what follows the word, trimmed
};

/// The beginning of `line`: any bytes, with or without white space around them.
opening read_opening(std::string_view line) noexcept;

/// The first word of `text`, with or without a slash before it; empty when it means nothing.
folded_word fold_word(std::string_view text) noexcept;

}  // namespace confab
