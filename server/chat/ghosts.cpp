#include "server/chat/ghosts.hpp"

#include "server/chat/user.hpp"

namespace confab::chat {

std::string_view without_port(std::string_view addr) noexcept {
  const std::size_t colon = addr.rfind(':');
  return colon == std::string_view::npos || addr.ends_with(']') ? addr : addr.substr(0, colon);
}

void ghosts::add(device& gone) {
  const std::uint64_t number = ++last_number_;
  address& from = by_address_[std::string(without_port(gone.own_addr()))];
  if (!from.numbers.empty()) ranks_.erase(rank_of(from));
  from.numbers.insert(number);
  ranks_.emplace(rank_of(from), &from);
  by_number_.emplace(number, &gone);
  gone.ensure_extras().ghost = number;
  count(*gone.owner);
}

void ghosts::remove(device& gone) {
  if (gone.extras == nullptr || gone.extras->ghost == 0) return;
  const std::uint64_t number = std::exchange(gone.extras->ghost, 0);
  count(*gone.owner);
  by_number_.erase(number);
  const auto from = by_address_.find(std::string(without_port(gone.own_addr())));
  ranks_.erase(rank_of(from->second));
  from->second.numbers.erase(number);
  if (from->second.numbers.empty()) {
    by_address_.erase(from);
  } else {
    ranks_.emplace(rank_of(from->second), &from->second);
  }
}

void ghosts::count(user& who) noexcept {
  const bool is_ghost =
      !who.any_device([](const device& each) { return each.extras == nullptr || each.extras->ghost == 0; });
  if (is_ghost == std::exchange(who.is_ghost, is_ghost)) return;
  is_ghost ? ++users_ : --users_;
}

void ghosts::clear() noexcept {
  users_ = 0;
  by_number_.clear();
  by_address_.clear();
  ranks_.clear();
}

device* ghosts::surplus() const noexcept {
  if (ranks_.empty()) return nullptr;
  const auto& [most, from] = *ranks_.rbegin();
  if (by_number_.size() <= most_ && most.first <= most_of_one_) return nullptr;
  return by_number_.at(*from->numbers.begin());
}

}  // namespace confab::chat
