#pragma once

#include <cstdint>
#include <string>

#include "client/terminal/keys.hpp"

namespace confab::terminal {

/// What a key asks of the line editor.
enum class editor_action : std::uint8_t {
  nothing,
  insert,  ///< the key's character
  paste,   ///< the key's text
  enter,
  complete,
  complete_back,
  history_older,
  history_newer,
  search,
  cancel,  ///< Ctrl-G
  escape,
  left,
  right,
  to_start,
  to_end,
  word_left,
  word_right,
  erase_left,
  erase_right,
  kill_word_left,
  kill_word_right,
  kill_to_start,
  kill_to_end,
  yank,
  transpose,
  undo,
  clear_screen,
  end_of_input,  ///< Ctrl-D: on a draft it erases to the right instead
  interrupt,
  suspend,
};

/// The keys of the line editor; the one place that knows them.
editor_action action_of(const key_event& key) noexcept;

/// The character of a key that types one, as UTF-8.
std::string character_text(const key_event& key);

}  // namespace confab::terminal
