#include "client/terminal/line_editor_buffer.hpp"

#include <algorithm>

#include "client/terminal/cells.hpp"
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

bool editor_buffer::insert(std::string_view text) {
  std::string wanted = cleaned(text);
  const std::size_t room = max_bytes_ - std::min(max_bytes_, text_.size());
  const bool fits = wanted.size() <= room;
  if (!fits) {
    std::size_t size = 0;
    for (;;) {
      const std::size_t next = size + next_cluster(std::string_view{wanted}.substr(size)).size;
      if (next > room) break;
      size = next;
    }
    wanted.resize(size);
  }
  text_.insert(caret_, wanted);
  caret_ += wanted.size();
  return fits;
}

bool editor_buffer::assign(std::string_view text) {
  return replace(0, text_.size(), text);
}

bool editor_buffer::replace(std::size_t begin, std::size_t end, std::string_view replacement) {
  const std::string owned{replacement};  // it may be a part of the text
  text_.erase(begin, end - begin);
  caret_ = begin;
  return insert(owned);
}

bool editor_buffer::place(std::size_t caret) noexcept {
  const std::size_t before = caret_;
  caret_ = std::min(caret, text_.size());
  return caret_ != before;
}

bool editor_buffer::left() noexcept {
  return place(previous_boundary(text_, caret_));
}

bool editor_buffer::right() noexcept {
  return place(next_boundary(text_, caret_));
}

std::size_t editor_buffer::word_start() const noexcept {
  std::size_t start = 0;
  bool in_word = false;
  for (std::size_t at = 0; at < caret_; at += next_cluster(std::string_view{text_}.substr(at)).size) {
    const bool blank = blank_at(text_, at);
    if (!blank && !in_word) start = at;
    in_word = !blank;
  }
  return start;
}

std::size_t editor_buffer::word_end() const noexcept {
  std::size_t at = caret_;
  while (at < text_.size() && blank_at(text_, at)) at += next_cluster(std::string_view{text_}.substr(at)).size;
  while (at < text_.size() && !blank_at(text_, at)) at += next_cluster(std::string_view{text_}.substr(at)).size;
  return at;
}

bool editor_buffer::word_left() noexcept {
  return place(word_start());
}

bool editor_buffer::word_right() noexcept {
  return place(word_end());
}

bool editor_buffer::erase_left() {
  const std::size_t begin = previous_boundary(text_, caret_);
  if (begin == caret_) return false;
  text_.erase(begin, caret_ - begin);
  caret_ = begin;
  return true;
}

bool editor_buffer::erase_right() {
  const std::size_t end = next_boundary(text_, caret_);
  if (end <= caret_) return false;
  text_.erase(caret_, end - caret_);
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
  text_.erase(begin, end - begin);
  caret_ = begin;
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
  return !killed_.empty() && insert(killed_);
}

bool editor_buffer::transpose() {
  const std::size_t end = caret_ == text_.size() ? caret_ : next_boundary(text_, caret_);
  const std::size_t middle = previous_boundary(text_, end);
  const std::size_t begin = previous_boundary(text_, middle);
  if (begin == middle || middle == end) return false;
  const std::string swapped = text_.substr(middle, end - middle) + text_.substr(begin, middle - begin);
  text_.replace(begin, end - begin, swapped);
  caret_ = end;
  return true;
}

}  // namespace confab::terminal
