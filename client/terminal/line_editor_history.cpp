// Lines of the history in the editor: found by their beginning, or searched for.

#include <utility>

#include "client/terminal/line_editor.hpp"
#include "client/terminal/line_editor_actions.hpp"

namespace confab::terminal {
namespace {

using kind = editor_event::kind;

}  // namespace

std::optional<editor_event> line_editor::on_search(const key_event& key) {
  switch (action_of(key)) {
    case editor_action::insert:
    case editor_action::paste:
      search_->query.insert(key.code == key_code::paste ? key.text : character_text(key));
      // What stands may still fit: look at it first.
      search_from(search_->place ? *search_->place + 1 : history_->size());
      return editor_event{search_->found ? kind::changed : kind::refused};
    case editor_action::search:
      if (!search_->query.text().empty()) search_from(search_->place.value_or(history_->size()));
      return editor_event{search_->found ? kind::changed : kind::refused};
    case editor_action::erase_left:
      if (!search_->query.erase_left()) return editor_event{kind::refused};
      search_->place.reset();
      search_->found = true;
      if (!search_->query.text().empty()) search_from(history_->size());
      return editor_event{kind::changed};
    case editor_action::cancel:
    case editor_action::interrupt: search_.reset(); return editor_event{kind::changed};
    case editor_action::nothing: return editor_event{};
    case editor_action::escape: accept_search(); return editor_event{kind::changed};
    default:  // what was found becomes the draft, and the key works on it
      accept_search();
      return std::nullopt;
  }
}

void line_editor::search_from(std::size_t place) {
  const std::optional<std::size_t> match = history_->containing(place, search_->query.text());
  search_->found = match.has_value();
  if (match) search_->place = match;  // else the last match stays in sight
}

void line_editor::accept_search() {
  if (search_->place) {
    recalled next{*search_->place, {}, buffer_.text(), buffer_.caret()};
    if (recalled_) {
      next.draft = recalled_->draft;
      next.caret = recalled_->caret;
    }
    buffer_.assign(history_->at(next.place));
    recalled_ = std::move(next);
  }
  search_.reset();
}

editor_event line_editor::recall(bool older) {
  if (history_ == nullptr || (!older && !recalled_)) return {kind::refused};
  const std::string prefix = recalled_ ? recalled_->prefix : buffer_.text().substr(0, buffer_.caret());
  const std::size_t from = recalled_ ? recalled_->place : history_->size();
  if (const auto place = older ? history_->older(from, prefix) : history_->newer(from, prefix)) {
    if (!recalled_) recalled_ = recalled{*place, prefix, buffer_.text(), buffer_.caret()};
    recalled_->place = *place;
    buffer_.assign(history_->at(*place));
    return {kind::changed};
  }
  if (older) return {kind::refused};
  buffer_.assign(recalled_->draft);
  buffer_.place(recalled_->caret);
  recalled_.reset();
  return {kind::changed};
}

// A draft that was left behind for a line of the history is kept there: nothing typed is ever lost.
void line_editor::forget_recalled() {
  if (!recalled_) return;
  const std::string draft = std::move(recalled_->draft);
  recalled_.reset();
  if (history_ != nullptr) history_->add(draft);
}

}  // namespace confab::terminal
