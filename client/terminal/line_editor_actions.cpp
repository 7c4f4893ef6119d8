#include "client/terminal/line_editor_actions.hpp"

#include "common/utf8.hpp"

namespace confab::terminal {
namespace {

editor_action control_action(char32_t letter) noexcept {
  switch (letter) {
    case U'a': return editor_action::to_start;
    case U'b': return editor_action::left;
    case U'c': return editor_action::interrupt;
    case U'd': return editor_action::end_of_input;
    case U'e': return editor_action::to_end;
    case U'f': return editor_action::right;
    case U'g': return editor_action::cancel;
    case U'k': return editor_action::kill_to_end;
    case U'l': return editor_action::clear_screen;
    case U'n': return editor_action::history_newer;
    case U'p': return editor_action::history_older;
    case U'r': return editor_action::search;
    case U't': return editor_action::transpose;
    case U'u': return editor_action::kill_to_start;
    case U'w': return editor_action::kill_word_left;
    case U'y': return editor_action::yank;
    case U'z': return editor_action::suspend;
    case U'_': return editor_action::undo;
    default: return editor_action::nothing;
  }
}

editor_action alt_action(char32_t letter) noexcept {
  switch (letter) {
    case U'b':
    case U'B': return editor_action::word_left;
    case U'd':
    case U'D': return editor_action::kill_word_right;
    case U'f':
    case U'F': return editor_action::word_right;
    default: return editor_action::nothing;
  }
}

}  // namespace

editor_action action_of(const key_event& key) noexcept {
  const bool by_word = key.alt || key.ctrl;
  switch (key.code) {
    case key_code::character: return key.alt ? alt_action(key.code_point) : editor_action::insert;
    case key_code::control: return key.alt ? editor_action::nothing : control_action(key.code_point);
    case key_code::paste: return editor_action::paste;
    case key_code::not_utf8: return editor_action::nothing;
    case key_code::enter: return editor_action::enter;
    case key_code::tab: return editor_action::complete;
    case key_code::back_tab: return editor_action::complete_back;
    case key_code::escape: return editor_action::escape;
    case key_code::backspace: return by_word ? editor_action::kill_word_left : editor_action::erase_left;
    case key_code::del: return by_word ? editor_action::kill_word_right : editor_action::erase_right;
    case key_code::left: return by_word ? editor_action::word_left : editor_action::left;
    case key_code::right: return by_word ? editor_action::word_right : editor_action::right;
    case key_code::up: return editor_action::history_older;
    case key_code::down: return editor_action::history_newer;
    case key_code::home: return editor_action::to_start;
    case key_code::end: return editor_action::to_end;
  }
  return editor_action::nothing;
}

std::string character_text(const key_event& key) {
  std::string text;
  utf8::append(text, key.code_point);
  return text;
}

}  // namespace confab::terminal
