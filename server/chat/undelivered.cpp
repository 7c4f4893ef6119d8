#include "server/chat/undelivered.hpp"

#include <algorithm>

namespace confab::chat {

std::size_t undelivered::add(std::uint64_t receiver, std::uint64_t sender, std::uint64_t id) {
  std::vector<whisper>& waiting = by_receiver_[receiver];
  const auto before = static_cast<std::size_t>(
      std::count_if(waiting.begin(), waiting.end(), [&](const whisper& each) { return each.sender == sender; }));
  if (waiting.size() < most_for_one && size_ < most_in_all) {
    waiting.push_back({sender, id});
    ++size_;
  } else if (waiting.empty()) {
    by_receiver_.erase(receiver);
  }
  return before + 1;
}

void undelivered::forget(std::uint64_t receiver, std::uint64_t id) {
  take(receiver, id - 1, id);
}

std::vector<undelivered::share> undelivered::take(std::uint64_t receiver, std::uint64_t after, std::uint64_t until) {
  std::vector<share> shares;
  const auto found = by_receiver_.find(receiver);
  if (found == by_receiver_.end()) return shares;
  std::vector<whisper>& waiting = found->second;
  std::unordered_map<std::uint64_t, std::size_t> place_of;  // in shares
  const auto is_taken = [&](const whisper& each) {
    if (each.id <= after || each.id > until) return false;
    const auto [place, fresh] = place_of.try_emplace(each.sender, shares.size());
    if (fresh) shares.push_back({each.sender, 0, 0});
    ++shares[place->second].messages;
    shares[place->second].last = each.id;
    return true;
  };
  size_ -= std::erase_if(waiting, is_taken);
  if (waiting.empty()) by_receiver_.erase(found);
  return shares;
}

}  // namespace confab::chat
