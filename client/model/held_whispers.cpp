#include "client/model/held_whispers.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "common/names.hpp"

namespace confab::client {

bool held_whispers::add(held_whisper line) {
  if (lines_.size() >= most) return false;
  lines_.push_back(std::move(line));
  return true;
}

std::vector<std::string> held_whispers::names() const {
  std::vector<std::string> found;
  for (const held_whisper& each : lines_) {
    const std::string key = name_key(each.what.partner);
    const bool known = std::ranges::any_of(found, [&](const std::string& other) { return name_key(other) == key; });
    if (!known) found.push_back(each.what.partner);
  }
  return found;
}

std::size_t held_whispers::count(std::string_view name) const {
  const std::string key = name_key(name);
  return static_cast<std::size_t>(
      std::ranges::count_if(lines_, [&](const held_whisper& each) { return name_key(each.what.partner) == key; }));
}

template <typename Wanted>
std::vector<held_whisper> held_whispers::take_off(Wanted wanted) {
  const auto first =
      std::stable_partition(lines_.begin(), lines_.end(), [&](const held_whisper& each) { return !wanted(each); });
  std::vector<held_whisper> taken{std::make_move_iterator(first), std::make_move_iterator(lines_.end())};
  lines_.erase(first, lines_.end());
  return taken;
}

std::vector<held_whisper> held_whispers::take(std::string_view name) {
  const std::string key = name_key(name);
  return take_off([&](const held_whisper& each) { return name_key(each.what.partner) == key; });
}

std::vector<held_whisper> held_whispers::overdue(time_point now) {
  return take_off([now](const held_whisper& each) { return each.until <= now; });
}

std::optional<held_whispers::time_point> held_whispers::deadline() const noexcept {
  if (lines_.empty()) return std::nullopt;
  return std::ranges::min_element(lines_, {}, &held_whisper::until)->until;
}

}  // namespace confab::client
