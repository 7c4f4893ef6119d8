#include "client/terminal/line_editor_undo.hpp"

#include <utility>

#include "common/utf8.hpp"

namespace confab::terminal {
namespace {

// One character as it is typed; a paste is longer.
constexpr std::size_t most_typed_at_once = 4;

}  // namespace

void undo_stack::note(text_change made, change_kind kind, std::string_view inserted) {
  if (kind == change_kind::typed && inserted.size() > most_typed_at_once) kind = change_kind::other;
  const bool blank = utf8::leading_space(inserted) > 0;
  if (!join(made, kind, inserted)) {
    bytes_ += made.removed.size();
    edits_.push_back(std::move(made));
  }
  last_ = kind;
  after_blank_ = blank;
  trim();
}

// Whether the change went into the newest one.
bool undo_stack::join(const text_change& made, change_kind kind, std::string_view inserted) {
  if (edits_.empty() || kind != last_) return false;
  text_change& newest = edits_.back();
  if (kind == change_kind::typed) {
    const bool new_word = after_blank_ && utf8::leading_space(inserted) == 0;
    if (new_word || made.at != newest.at + newest.inserted) return false;
    newest.inserted += made.inserted;
    return true;
  }
  if (kind != change_kind::erased) return false;
  if (made.at + made.removed.size() == newest.at) {  // Backspace
    newest.removed.insert(0, made.removed);
    newest.at = made.at;
  } else if (made.at == newest.at) {  // Del
    newest.removed += made.removed;
  } else {
    return false;
  }
  bytes_ += made.removed.size();
  return true;
}

std::optional<text_change> undo_stack::take() {
  if (edits_.empty()) return std::nullopt;
  text_change last = std::move(edits_.back());
  edits_.pop_back();
  bytes_ -= last.removed.size();
  last_ = change_kind::other;
  return last;
}

void undo_stack::clear() noexcept {
  edits_.clear();
  bytes_ = 0;
  last_ = change_kind::other;
}

void undo_stack::trim() {
  while (edits_.size() > max_edits || bytes_ > max_bytes_) {
    bytes_ -= edits_.front().removed.size();
    edits_.pop_front();
  }
}

}  // namespace confab::terminal
