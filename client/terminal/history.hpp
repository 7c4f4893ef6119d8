#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

namespace confab::terminal {

/// The lines that were sent, oldest first; in memory only, because some of them are private. Bounded in lines and
/// bytes: the oldest go. Owned by the app, one for each kind of line (messages, names); not thread-safe.
class history {
 public:
  explicit history(std::size_t max_lines = 500, std::size_t max_bytes = std::size_t{1} << 20U) noexcept
      : max_lines_(max_lines), max_bytes_(max_bytes) {}

  /// Keeps `line` as the newest. Blank lines, repetitions of the newest and lines over `max_bytes` are not kept.
  void add(std::string_view line);

  std::size_t size() const noexcept { return lines_.size(); }

  /// The line at `place`, 0 being the oldest; empty where there is none (any more). Valid until the next `add`.
  std::string_view at(std::size_t place) const noexcept {
    return place < lines_.size() ? std::string_view{lines_[place]} : std::string_view{};
  }

  /// The newest line before `place` that starts with `prefix`; `place` may be `size()`.
  std::optional<std::size_t> older(std::size_t place, std::string_view prefix) const noexcept;

  /// The oldest line after `place` that starts with `prefix`.
  std::optional<std::size_t> newer(std::size_t place, std::string_view prefix) const noexcept;

  /// The newest line before `place` that contains `text`; `place` may be `size()`.
  std::optional<std::size_t> containing(std::size_t place, std::string_view text) const noexcept;

 private:
  std::deque<std::string> lines_;
  std::size_t bytes_ = 0;
  std::size_t max_lines_;
  std::size_t max_bytes_;
};

}  // namespace confab::terminal
