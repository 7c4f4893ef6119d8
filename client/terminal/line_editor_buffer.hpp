#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "client/terminal/line_editor_undo.hpp"

namespace confab::terminal {

/// The line being typed, its caret and what was killed last. All places are byte offsets. Everything goes by grapheme
/// clusters; words are runs of non-blanks (so a run of Chinese is one word). The text is always well-formed UTF-8
/// without control characters but `\n` (only from a paste) and TAB. Pure; part of a line editor.
///
/// The functions that move or remove say whether they did anything.
class editor_buffer {
 public:
  /// `max_bytes`: what does not fit is not taken, not even a part of it.
  explicit editor_buffer(std::size_t max_bytes) noexcept : undo_(max_bytes), max_bytes_(max_bytes) {}

  const std::string& text() const noexcept { return text_; }
  std::size_t max_bytes() const noexcept { return max_bytes_; }

  /// After typing this may be inside a cluster: half of a flag in front of another, say. What is typed next
  /// comes where the person expects it; moving leaves at the cluster's ends.
  std::size_t caret() const noexcept { return caret_; }

  /// Puts `text` in at the caret, without the code points that must not reach a terminal. False when it does not fit.
  bool insert(std::string_view text);

  /// Exchanges everything; the caret stands at the end.
  bool assign(std::string_view text);

  /// Exchanges `[begin, end)`; the caret stands behind the replacement.
  bool replace(std::size_t begin, std::size_t end, std::string_view replacement);

  /// Takes the last change back; what was typed in one go (letters of a word) is one change. The caret stands where it
  /// stood before.
  bool undo();

  /// Another line begins: what was changed in the last one cannot be taken back any more.
  void forget_changes() noexcept { undo_.clear(); }

  bool place(std::size_t caret) noexcept;  ///< anywhere; cut to the text's size
  bool left() noexcept;
  bool right() noexcept;
  bool to_start() noexcept { return place(0); }
  bool to_end() noexcept { return place(text_.size()); }
  bool word_left() noexcept;   ///< to the beginning of the word before the caret
  bool word_right() noexcept;  ///< to the end of the word after it

  bool erase_left();
  bool erase_right();

  /// The kills keep what they take for `yank`; kills one after the other are kept together (see `end_kill`).
  bool kill_word_left();
  bool kill_word_right();
  bool kill_to_start();
  bool kill_to_end();
  bool kill_all();
  bool yank();

  /// The last key was no kill: the next kill starts afresh.
  void end_kill() noexcept { killing_ = false; }

  /// Swaps the clusters on both sides of the caret and steps on; at the end the last two.
  bool transpose();

 private:
  std::size_t word_start() const noexcept;
  std::size_t word_end() const noexcept;
  bool kill(std::size_t begin, std::size_t end);
  void change(std::size_t begin, std::size_t end, std::string_view replacement, change_kind kind);

  std::string text_;
  std::size_t caret_ = 0;
  std::string killed_;
  bool killing_ = false;
  undo_stack undo_;
  std::size_t max_bytes_;
};

}  // namespace confab::terminal
