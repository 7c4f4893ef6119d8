#pragma once

#include <cstddef>
#include <cstring>
#include <string_view>

namespace confab::bench {

/// What every line of the benchmark ends with, before its LF: nothing else a server says does.
inline constexpr std::string_view line_mark = "~#";

/// Counts, in a stream cut anywhere, the lines that end in `line_mark`; announcements and replies do not count.
/// One a user: it remembers the last two bytes of the piece before.
class line_tally {
 public:
  /// How many of the benchmark's lines end within `piece`.
  std::size_t add(std::string_view piece) noexcept {
    std::size_t lines = 0;
    const char* const begin = piece.data();
    const char* const end = begin + piece.size();
    for (const char* from = begin; from != end;) {
      const auto* lf = static_cast<const char*>(std::memchr(from, '\n', static_cast<std::size_t>(end - from)));
      if (lf == nullptr) break;
      const auto at = lf - begin;
      const char last = at >= 1 ? lf[-1] : last_[1];
      const char before = at >= 2 ? lf[-2] : last_[static_cast<std::size_t>(at)];
      if (last == line_mark[1] && before == line_mark[0]) ++lines;
      from = lf + 1;
    }
    remember(piece);
    return lines;
  }

 private:
  void remember(std::string_view piece) noexcept {
    if (piece.empty()) return;
    last_[0] = piece.size() >= 2 ? piece[piece.size() - 2] : last_[1];
    last_[1] = piece.back();
  }

  char last_[2] = {};
};

}  // namespace confab::bench
