#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

namespace confab::terminal {

/// One change of a line: at byte `at`, `removed` was exchanged for `inserted` bytes; the caret stood at `caret`.
struct text_change {
  std::size_t at = 0;
  std::string removed;
  std::size_t inserted = 0;
  std::size_t caret = 0;
};

/// What kind of change it is: those that a person makes letter by letter are taken back together.
enum class change_kind : std::uint8_t { typed, erased, other };

/// The changes of a line, for taking them back one by one. Bounded in number and in bytes: the oldest go. Pure; part of
/// an editor's buffer.
class undo_stack {
 public:
  static constexpr std::size_t max_edits = 500;

  /// `max_bytes`: of removed text that is kept, so that a line of this size can be cleared and had back.
  explicit undo_stack(std::size_t max_bytes) noexcept : max_bytes_(max_bytes) {}

  /// A change was made, `inserted` being the new text. Letters typed one behind the other up to the next word, and
  /// letters erased one beside the other, are one change.
  void note(text_change made, change_kind kind, std::string_view inserted);

  /// The last change, which the caller now takes back.
  std::optional<text_change> take();

  void clear() noexcept;

  std::size_t size() const noexcept { return edits_.size(); }
  std::size_t bytes() const noexcept { return bytes_; }

 private:
  bool join(const text_change& made, change_kind kind, std::string_view inserted);
  void trim();

  std::deque<text_change> edits_;
  std::size_t bytes_ = 0;  // of removed text
  std::size_t max_bytes_;
  change_kind last_ = change_kind::other;  // of the newest
  bool after_blank_ = false;               // what was typed last was a blank: a word ends there
};

}  // namespace confab::terminal
