#include "server/chat/directory.hpp"

#include <algorithm>
#include <utility>

namespace confab::chat {

user& directory::add(session_ref session, std::string_view addr, moment now) {
  auto fresh = std::make_unique<user>();
  fresh->session = session;
  give_address(*fresh, addr);
  fresh->seen = now;
  fresh->user_id = ++arrivals_;
  order_.push_back({fresh->user_id, fresh.get()});
  by_key_.insert(fresh.get());
  std::unique_ptr<user>& place = place_for(session);
  place = std::move(fresh);
  return *place;
}

// Nobody else's, by which nobody else goes: what is said to an address is for one.
bool directory::has_address(std::string_view addr) const noexcept {
  return by_key_.contains(addr) || addresses_.contains(addr);
}

void directory::give_address(user& fresh, std::string_view addr) {
  fresh.addr = addr;
  if (!has_address(addr)) return;
  shared_address& shared = shared_[fresh.addr];
  do {
    spent_->add(1);
    fresh.addr = std::string(addr) + "." + std::to_string(++shared.last);
  } while (has_address(fresh.addr));
  ++shared.users;
  fresh.ensure_extras().own_addr = static_cast<std::uint32_t>(addr.size());
}

void directory::take_address(const user& gone) {
  addresses_.erase(gone.addr);
  if (gone.own_addr().size() == gone.addr.size()) return;
  const auto shared = shared_.find(std::string(gone.own_addr()));
  if (--shared->second.users == 0) shared_.erase(shared);
}

std::unique_ptr<user> directory::remove(user& gone) {
  by_key_.erase(&gone);
  forget_looks(gone);
  take_address(gone);
  const auto place_of =
      std::lower_bound(order_.begin(), order_.end(), gone.user_id,
                       [](const order_entry& p, std::uint64_t user_id) { return p.user_id < user_id; });
  place_of->who = nullptr;
  if (++holes_ * 8 > order_.size()) {
    spent_->add(order_.size());
    std::erase_if(order_, [](const order_entry& p) { return p.who == nullptr; });
    holes_ = 0;
  }
  return take(gone);
}

// Takes the user out of where it is owned.
std::unique_ptr<user> directory::take(user& who) {
  spent_->add(1);
  if (!who.detached) return std::move(by_slot_[who.session.shard][who.session.slot]);
  return std::move(detached_.extract(&who).mapped());
}

void directory::clear() noexcept {
  by_key_.clear();
  by_looks_.clear();
  addresses_.clear();
  shared_.clear();
  order_.clear();
  holes_ = 0;
  detached_.clear();
  for (auto& slots : by_slot_) slots.clear();
}

void directory::detach(user& who) {
  detached_.emplace(&who, take(who));
  who.detached = true;
}

void directory::attach(user& who, session_ref session) {
  std::unique_ptr<user> taken = take(who);
  who.detached = false;
  who.session = session;
  place_for(session) = std::move(taken);
}

std::unique_ptr<user>& directory::place_for(session_ref session) {
  auto& slots = by_slot_[session.shard];
  if (slots.size() <= session.slot) slots.resize(session.slot + 1);
  return slots[session.slot];
}

user* directory::find_id(std::uint64_t user_id) const noexcept {
  user* const found = after(user_id - 1).get();
  return found != nullptr && found->user_id == user_id ? found : nullptr;
}

user* directory::find(session_ref session) const noexcept {
  const auto& slots = by_slot_[session.shard];
  if (session.slot >= slots.size()) return nullptr;
  user* const found = slots[session.slot].get();
  return found != nullptr && found->session == session ? found : nullptr;
}

user* directory::find_key(std::string_view key) const noexcept {
  const auto found = by_key_.find(key);
  return found == by_key_.end() ? nullptr : *found;
}

const user* directory::find_lookalike(const looks& wanted, const user& but) const noexcept {
  for (const std::uint64_t look : {wanted.as_written, wanted.in_capitals}) {
    const auto found = by_looks_.find(look);
    if (found != by_looks_.end() && found->second != &but) return found->second;
  }
  return nullptr;
}

void directory::forget_looks(user& who) {
  if (who.appearance == nullptr) return;
  for (const std::uint64_t look : {who.appearance->as_written, who.appearance->in_capitals}) {
    const auto found = by_looks_.find(look);
    if (found != by_looks_.end() && found->second == &who) by_looks_.erase(found);
  }
  who.appearance.reset();
}

void directory::rename(user& who, std::string name, std::string key) {
  forget_looks(who);
  who.appearance = std::make_unique<const looks>(looks_of(name));
  by_looks_.emplace(who.appearance->as_written, &who);
  by_looks_.emplace(who.appearance->in_capitals, &who);
  by_key_.erase(&who);
  addresses_.insert(who.addr);
  who.chosen_name = std::move(name);
  who.chosen_key = std::move(key);
  by_key_.insert(&who);
}

directory::cursor directory::after(std::uint64_t user_id) const noexcept {
  const auto first = std::upper_bound(order_.begin(), order_.end(), user_id,
                                      [](std::uint64_t number, const order_entry& p) { return number < p.user_id; });
  return {order_, static_cast<std::size_t>(first - order_.begin()), *spent_};
}

}  // namespace confab::chat
