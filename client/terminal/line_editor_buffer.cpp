#include "client/terminal/line_editor_buffer.hpp"

#include <algorithm>
#include <optional>

#include "common/cells.hpp"
#include "common/safe_text.hpp"
#include "common/utf8.hpp"

namespace confab::terminal {
namespace {

// `raw` with one kind of line end and without what could steer a terminal. U+2028 and U+2029 end lines too.
std::string cleaned(std::string_view raw) {
  std::string out;
  out.reserve(raw.size());
  for (std::size_t at = 0; at < raw.size();) {
    const utf8::decoded next = utf8::decode(raw.substr(at));
    at += next.size;
    if (next.code_point == U'\r') {
      if (!raw.substr(at).starts_with('\n')) out += '\n';
    } else if (next.code_point == U'\n' || next.code_point == 0x2028 || next.code_point == 0x2029) {
      out += '\n';
    } else {
      const std::size_t before = out.size();
      utf8::append(out, next.code_point);
      if (!is_safe(std::string_view{out}.substr(before))) out.resize(before);
    }
  }
  return out;
}

bool blank_at(std::string_view text, std::size_t at) noexcept {
  return utf8::leading_space(text.substr(at)) > 0;
}

}  // namespace

// The one way in which the text changes.
void editor_buffer::change(std::size_t begin, std::size_t end, std::string_view replacement, change_kind kind) {
  if (std::string_view{text_}.substr(begin, end - begin) != replacement) {
    undo_.note(text_change{begin, text_.substr(begin, end - begin), replacement.size(), caret_}, kind, replacement);
    text_.replace(begin, end - begin, replacement);
  }
  caret_ = begin + replacement.size();
}

bool editor_buffer::insert(std::string_view text) {
  const std::string wanted = cleaned(text);
  if (wanted.size() > max_bytes_ - std::min(max_bytes_, text_.size())) return false;
  if (!wanted.empty()) change(caret_, caret_, wanted, change_kind::typed);
  return true;
}

bool editor_buffer::assign(std::string_view text) {
  return replace(0, text_.size(), text);
}

bool editor_buffer::replace(std::size_t begin, std::size_t end, std::string_view replacement) {
  const std::string wanted = cleaned(replacement);
  if (text_.size() - (end - begin) + wanted.size() > max_bytes_) return false;
  if (begin != end || !wanted.empty()) change(begin, end, wanted, change_kind::other);
  return true;
}

bool editor_buffer::undo() {
  const std::optional<text_change> last = undo_.take();
  if (!last) return false;
  text_.replace(last->at, last->inserted, last->removed);
  caret_ = last->caret;
  return true;
}

bool editor_buffer::place(std::size_t caret) noexcept {
  const std::size_t before = caret_;
  caret_ = std::min(caret, text_.size());
  return caret_ != before;
}

bool editor_buffer::left() noexcept {
  return place(cells::previous_boundary(text_, caret_));
}

bool editor_buffer::right() noexcept {
  return place(cells::next_boundary(text_, caret_));
}

std::size_t editor_buffer::word_start() const noexcept {
  std::size_t start = caret_;
  bool in_word = false;
  for (std::size_t at = caret_; at > 0;) {
    at = cells::previous_boundary(text_, at);
    const bool blank = blank_at(text_, at);
    if (blank && in_word) break;
    in_word = in_word || !blank;
    start = at;
  }
  return in_word ? start : 0;
}

std::size_t editor_buffer::word_end() const noexcept {
  std::size_t at = caret_;
  while (at < text_.size() && blank_at(text_, at)) at += cells::next_cluster(std::string_view{text_}.substr(at)).size;
  while (at < text_.size() && !blank_at(text_, at)) at += cells::next_cluster(std::string_view{text_}.substr(at)).size;
  return at;
}

bool editor_buffer::word_left() noexcept {
  return place(word_start());
}

bool editor_buffer::word_right() noexcept {
  return place(word_end());
}

bool editor_buffer::erase_left() {
  const std::size_t begin = cells::previous_boundary(text_, caret_);
  if (begin == caret_) return false;
  change(begin, caret_, {}, change_kind::erased);
  return true;
}

bool editor_buffer::erase_right() {
  const std::size_t end = cells::next_boundary(text_, caret_);
  if (end <= caret_) return false;
  change(caret_, end, {}, change_kind::erased);
  return true;
}

bool editor_buffer::kill(std::size_t begin, std::size_t end) {
  if (begin == end) return false;
  std::string taken = text_.substr(begin, end - begin);
  if (!killing_) {
    killed_ = std::move(taken);
  } else if (begin < caret_) {
    killed_.insert(0, taken);
  } else {
    killed_ += taken;
  }
  killing_ = true;
  change(begin, end, {}, change_kind::other);
  return true;
}

bool editor_buffer::kill_word_left() {
  return kill(word_start(), caret_);
}
bool editor_buffer::kill_word_right() {
  return kill(caret_, word_end());
}
bool editor_buffer::kill_to_start() {
  return kill(0, caret_);
}
bool editor_buffer::kill_to_end() {
  return kill(caret_, text_.size());
}

bool editor_buffer::kill_all() {
  end_kill();
  const bool any = kill(0, text_.size());
  end_kill();
  return any;
}

bool editor_buffer::yank() {
  return !killed_.empty() && replace(caret_, caret_, killed_);
}

bool editor_buffer::transpose() {
  const std::size_t end = caret_ == text_.size() ? caret_ : cells::next_boundary(text_, caret_);
  const std::size_t middle = cells::previous_boundary(text_, end);
  const std::size_t begin = cells::previous_boundary(text_, middle);
  if (begin == middle || middle == end) return false;
  const std::string swapped = text_.substr(middle, end - middle) + text_.substr(begin, middle - begin);
  change(begin, end, swapped, change_kind::other);
  return true;
}

}  // namespace confab::terminal
