#include "client/terminal/line_editor.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "client/terminal/line_editor_actions.hpp"
#include "client/terminal/line_editor_texts.hpp"
#include "client/terminal/split_line.hpp"
#include "common/utf8.hpp"

namespace confab::terminal {
namespace {

using kind = editor_event::kind;

editor_event changed_if(bool changed) {
  return {changed ? kind::changed : kind::refused};
}

// The lines that sending makes of a draft. Blank ones among several would only be noise.
std::vector<std::string> lines_of(std::string_view text) {
  if (text.find('\n') == std::string_view::npos) return {std::string{text}};
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    if (!utf8::trim(line).empty()) lines.emplace_back(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  if (lines.empty()) lines.emplace_back();
  return lines;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string all;
  for (const std::string& line : lines) {
    if (!all.empty()) all += ' ';
    all += utf8::trim(line);
  }
  return all;
}

// Keys that leave the line alone and therefore work while the editor searches or asks.
std::optional<editor_event> screen_event(editor_action action) {
  if (action == editor_action::clear_screen) return editor_event{kind::clear};
  if (action == editor_action::suspend) return editor_event{kind::suspend};
  return std::nullopt;
}

}  // namespace

void line_editor::set_history(history* lines, bool keep) {
  keeps_ = keep;
  if (lines == history_) return;
  if (search_) accept_search();
  forget_recalled();
  history_ = lines;
}

void line_editor::set_text(std::string_view text) {
  question_.reset();
  left_out_ = told_ = false;
  search_.reset();
  completion_.stop();
  forget_recalled();
  buffer_.end_kill();
  buffer_.assign(text);
  buffer_.forget_changes();
}

input_view line_editor::view() const {
  if (question_) {
    question_words words = question_->lines > 1 ? pasted_question(lang_, question_->lines, question_->messages.size())
                                                : split_question(lang_, utf8::trim(buffer_.text()).size(), limit_,
                                                                 question_->messages.size());
    input_view asked{std::move(words.front()), {}, 0};
    asked.narrower.assign(std::make_move_iterator(words.begin() + 1), std::make_move_iterator(words.end()));
    return asked;
  }
  if (!search_) return {prompt_, buffer_.text(), buffer_.caret()};
  // The caret stands behind what is searched for, so that an input method shows its letters there.
  input_view shown_search{search_prompt(lang_, search_->found), search_->query.text(), search_->query.caret()};
  if (search_->place) shown_search.text.append(" → ").append(history_->at(*search_->place));
  return shown_search;
}

editor_event line_editor::handle(const key_event& key) {
  const editor_action action = action_of(key);
  if (auto event = screen_event(action)) return *event;
  if (key.code == key_code::not_utf8) return leave_out();
  if (question_) return on_confirm(key);
  if (search_) {
    if (auto event = on_search(key)) return *event;
  }
  const bool kills = action == editor_action::kill_word_left || action == editor_action::kill_word_right ||
                     action == editor_action::kill_to_start || action == editor_action::kill_to_end;
  if (!kills) buffer_.end_kill();
  if (action != editor_action::complete && action != editor_action::complete_back) completion_.stop();
  editor_event event = edit(key);
  // An edited line of the history is a draft of its own.
  if (recalled_ && history_->at(recalled_->place) != buffer_.text()) forget_recalled();
  if (buffer_.text().empty()) left_out_ = false;  // nothing stands there that lacks anything
  return event;
}

editor_event line_editor::edit(const key_event& key) {
  const editor_action action = action_of(key);
  switch (action) {
    case editor_action::nothing:
    case editor_action::escape:
    case editor_action::cancel: return {};
    case editor_action::insert: return changed_if(buffer_.insert(character_text(key)));
    case editor_action::paste: return paste(key);
    case editor_action::enter: return on_enter();
    case editor_action::complete: return complete(true);
    case editor_action::complete_back: return complete(false);
    case editor_action::history_older: return recall(true);
    case editor_action::history_newer: return recall(false);
    case editor_action::search:
      if (history_ == nullptr) return {kind::refused};
      search_.emplace();
      return {kind::changed};
    case editor_action::left: return changed_if(buffer_.left());
    case editor_action::right: return changed_if(buffer_.right());
    case editor_action::to_start: return changed_if(buffer_.to_start());
    case editor_action::to_end: return changed_if(buffer_.to_end());
    case editor_action::word_left: return changed_if(buffer_.word_left());
    case editor_action::word_right: return changed_if(buffer_.word_right());
    case editor_action::erase_left: return changed_if(buffer_.erase_left());
    case editor_action::erase_right: return changed_if(buffer_.erase_right());
    case editor_action::kill_word_left: return changed_if(buffer_.kill_word_left());
    case editor_action::kill_word_right: return changed_if(buffer_.kill_word_right());
    case editor_action::kill_to_start: return changed_if(buffer_.kill_to_start());
    case editor_action::kill_to_end: return changed_if(buffer_.kill_to_end());
    case editor_action::yank: return changed_if(buffer_.yank());
    case editor_action::transpose: return changed_if(buffer_.transpose());
    case editor_action::undo: return changed_if(buffer_.undo());
    case editor_action::end_of_input:
      return buffer_.text().empty() ? editor_event{kind::eof} : changed_if(buffer_.erase_right());
    case editor_action::interrupt:
      return buffer_.kill_all() ? editor_event{kind::changed} : editor_event{kind::interrupt};
    case editor_action::clear_screen:
    case editor_action::suspend: break;  // handled before
  }
  return {};
}

// Said once a line, however much of it comes.
editor_event line_editor::leave_out() {
  if (!search_ && !question_) left_out_ = true;
  if (std::exchange(told_, true)) return {kind::refused};
  return {kind::remark, {not_utf8_text(lang_)}};
}

// All of it or nothing: a part of it would be sent for the whole.
editor_event line_editor::paste(const key_event& key) {
  if (key.lost == 0 && !utf8::valid(key.text)) return {kind::remark, {paste_not_utf8_text(lang_)}};
  if (key.lost == 0 && buffer_.insert(key.text)) return {kind::changed};
  return {kind::remark, {paste_too_big_text(lang_, key.text.size() + key.lost, buffer_.max_bytes())}};
}

editor_event line_editor::on_enter() {
  told_ = false;
  if (std::exchange(left_out_, false)) return {kind::remark, {left_out_text(lang_)}};
  return ask(lines_of(buffer_.text()));
}

// Of commands nobody but the owner knows how long they may be.
bool line_editor::is_too_long(std::string_view line) const {
  const std::string_view text = utf8::trim(line);
  return limit_ != 0 && text.size() > limit_ && !text.starts_with('/');
}

// Sends the draft, which is `lines`, unless something has to be asked first.
editor_event line_editor::ask(std::vector<std::string> lines) {
  question asked{.lines = lines.size(), .messages = {}, .parts = {}};
  bool any_parts = false;
  for (std::string& line : lines) {
    const bool too_long = is_too_long(line);
    any_parts = any_parts || too_long;
    std::vector<std::string> parts;
    if (too_long) {
      parts = split_line(line, limit_);
    } else {
      parts.push_back(std::move(line));
    }
    asked.parts.insert(asked.parts.end(), parts.size(), too_long);
    std::move(parts.begin(), parts.end(), std::back_inserter(asked.messages));
  }
  if (!any_parts) asked.parts.clear();
  if (asked.lines == 1 && !any_parts) return submit(std::move(asked.messages));
  question_ = std::move(asked);
  return {kind::changed};
}

editor_event line_editor::submit(std::vector<std::string> lines, std::vector<bool> parts) {
  const std::string sent = buffer_.text();
  forget_recalled();
  if (history_ != nullptr && keeps_) history_->add(sent);
  buffer_.assign({});
  buffer_.forget_changes();
  return {kind::submit, std::move(lines), std::move(parts)};
}

editor_event line_editor::on_confirm(const key_event& key) {
  char32_t answer = 0;
  if (key.code == key_code::character && !key.alt) answer = key.code_point;
  const editor_action action = action_of(key);
  if (answer == U'y' || answer == U'Y') {
    question asked = *std::exchange(question_, std::nullopt);
    return submit(std::move(asked.messages), std::move(asked.parts));
  }
  if ((answer == U'j' || answer == U'J') && question_->lines > 1) return join();
  if (answer == U'n' || answer == U'N' || action == editor_action::enter || action == editor_action::escape ||
      action == editor_action::cancel || action == editor_action::interrupt) {
    question_.reset();
    return {kind::changed};
  }
  return {kind::refused};
}

// One line out of the draft's; it may be too long by that.
editor_event line_editor::join() {
  question_.reset();
  const std::string line = joined(lines_of(buffer_.text()));
  if (is_too_long(line)) {
    buffer_.assign(line);
    return ask({line});
  }
  return submit({line});
}

editor_event line_editor::complete(bool forward) {
  completion::outcome outcome;
  if (completion_.active()) {
    outcome = completion_.cycle(forward);
  } else if (words_ && forward) {
    outcome = completion_.start(buffer_.text(), buffer_.caret(), words_());
  }
  const completion::edit& change = outcome.change;
  if (!outcome.found || !buffer_.replace(change.begin, change.end, change.replacement)) {
    completion_.stop();
    return {kind::refused};
  }
  if (outcome.list.empty()) return {kind::changed};
  return {kind::list, std::move(outcome.list)};
}

}  // namespace confab::terminal
