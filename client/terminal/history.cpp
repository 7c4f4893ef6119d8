#include "client/terminal/history.hpp"

#include <algorithm>

#include "common/utf8.hpp"

namespace confab::terminal {

void history::add(std::string_view line) {
  if (utf8::trim(line).empty() || line.size() > max_bytes_) return;
  if (!lines_.empty() && lines_.back() == line) return;
  lines_.emplace_back(line);
  bytes_ += line.size();
  while (lines_.size() > max_lines_ || bytes_ > max_bytes_) {
    bytes_ -= lines_.front().size();
    lines_.pop_front();
  }
}

std::optional<std::size_t> history::older(std::size_t place, std::string_view prefix) const noexcept {
  for (std::size_t i = std::min(place, lines_.size()); i-- > 0;) {
    if (lines_[i].starts_with(prefix)) return i;
  }
  return std::nullopt;
}

std::optional<std::size_t> history::newer(std::size_t place, std::string_view prefix) const noexcept {
  for (std::size_t i = place + 1; i < lines_.size(); ++i) {
    if (lines_[i].starts_with(prefix)) return i;
  }
  return std::nullopt;
}

std::optional<std::size_t> history::containing(std::size_t place, std::string_view text) const noexcept {
  for (std::size_t i = std::min(place, lines_.size()); i-- > 0;) {
    if (lines_[i].find(text) != std::string::npos) return i;
  }
  return std::nullopt;
}

}  // namespace confab::terminal
