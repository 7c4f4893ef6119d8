#include "server/chat/directory.hpp"

#include <algorithm>
#include <utility>

namespace confab::chat {

user& directory::add(session_ref session, std::string_view addr, moment now) {
  auto fresh = std::make_unique<user>();
  user& who = *fresh;
  who.addr = unused_address(addr);
  if (who.addr.size() != addr.size()) who.own_addr_size = static_cast<std::uint32_t>(addr.size());
  who.connected_at = now.wall;
  who.user_id = ++last_number_;
  who.devices = std::make_unique<device>();
  who.devices->owner = &who;
  who.devices->device_id = who.user_id;
  who.devices->last_active = now.steady;
  order_.push_back({who.user_id, std::move(fresh)});
  by_key_.insert(&who);
  ++devices_;
  give_seat(*who.devices, session);
  return who;
}

device& directory::add_device(user& who, session_ref session, std::string_view addr, moment now) {
  auto fresh = std::make_unique<device>();
  fresh->owner = &who;
  fresh->device_id = ++last_number_;
  fresh->last_active = now.steady;
  device_extras& extras = fresh->ensure_extras();
  extras.addr = unused_address(addr);
  extras.own_addr = static_cast<std::uint32_t>(addr.size());
  addresses_.insert(extras.addr);
  std::unique_ptr<device>* last = &who.devices;
  while (*last != nullptr) last = &(*last)->next;
  *last = std::move(fresh);
  ++devices_;
  give_seat(**last, session);
  return **last;
}

// Nobody else's, by which nobody else goes: what is said to an address is for one.
bool directory::has_address(std::string_view addr) const noexcept {
  return by_key_.contains(addr) || addresses_.contains(addr);
}

std::string directory::unused_address(std::string_view addr) {
  std::string unused(addr);
  if (!has_address(addr)) return unused;
  shared_address& shared = shared_[unused];
  do {
    spent_->add(1);
    unused = std::string(addr) + "." + std::to_string(++shared.last);
  } while (has_address(unused));
  ++shared.users;
  return unused;
}

void directory::take_address(std::string_view addr, std::string_view own) {
  addresses_.erase(addr);
  if (own.size() == addr.size()) return;
  const auto shared = shared_.find(std::string(own));
  if (--shared->second.users == 0) shared_.erase(shared);
}

std::unique_ptr<user> directory::remove(user& gone) {
  by_key_.erase(&gone);
  forget_looks(gone);
  take_address(gone.addr, gone.own_addr());
  gone.for_each_device([this](const device& each) {
    take_seat(each);
    --devices_;
    if (each.addr() != each.owner->addr) take_address(each.addr(), each.own_addr());
  });
  const auto place_of =
      std::lower_bound(order_.begin(), order_.end(), gone.user_id,
                       [](const order_entry& p, std::uint64_t user_id) { return p.user_id < user_id; });
  std::unique_ptr<user> taken = std::move(place_of->who);
  if (++holes_ * 8 > order_.size()) {
    spent_->add(order_.size());
    std::erase_if(order_, [](const order_entry& p) { return p.who == nullptr; });
    holes_ = 0;
  }
  return taken;
}

void directory::remove_device(device& gone) {
  take_seat(gone);
  --devices_;
  if (gone.addr() != gone.owner->addr) take_address(gone.addr(), gone.own_addr());
  std::unique_ptr<device>* place = &gone.owner->devices;
  while (place->get() != &gone) place = &(*place)->next;
  std::unique_ptr<device> next = std::move(gone.next);
  *place = std::move(next);
}

void directory::clear() noexcept {
  by_key_.clear();
  by_looks_.clear();
  addresses_.clear();
  shared_.clear();
  order_.clear();
  holes_ = 0;
  devices_ = 0;
  for (auto& slots : by_slot_) slots.clear();
}

void directory::detach(device& which) {
  take_seat(which);
  which.detached = true;
}

void directory::attach(device& which, session_ref session) {
  take_seat(which);
  which.detached = false;
  give_seat(which, session);
}

void directory::take_seat(const device& from) noexcept {
  spent_->add(1);
  if (!from.detached) by_slot_[from.session.shard][from.session.slot] = nullptr;
}

void directory::give_seat(device& to, session_ref session) {
  to.session = session;
  auto& slots = by_slot_[session.shard];
  if (slots.size() <= session.slot) slots.resize(session.slot + 1);
  slots[session.slot] = &to;
}

user* directory::find_id(std::uint64_t user_id) const noexcept {
  user* const found = after(user_id - 1).get();
  return found != nullptr && found->user_id == user_id ? found : nullptr;
}

device* directory::find_device(std::uint64_t user_id, std::uint64_t device_id) const noexcept {
  device* found = nullptr;
  if (const user* const owner = find_id(user_id); owner != nullptr) {
    owner->for_each_device([&](device& each) {
      if (each.device_id == device_id) found = &each;
    });
  }
  return found;
}

device* directory::find(session_ref session) const noexcept {
  const auto& slots = by_slot_[session.shard];
  if (session.slot >= slots.size()) return nullptr;
  device* const found = slots[session.slot];
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

void directory::forget_looks(const user& who) {
  if (who.chosen == nullptr) return;
  for (const std::uint64_t look : {who.chosen->appearance.as_written, who.chosen->appearance.in_capitals}) {
    const auto found = by_looks_.find(look);
    if (found != by_looks_.end() && found->second == &who) by_looks_.erase(found);
  }
}

void directory::rename(user& who, std::string name, std::string key) {
  forget_looks(who);
  by_key_.erase(&who);
  addresses_.insert(who.addr);
  const looks appearance = looks_of(name);
  who.chosen = std::make_unique<const chosen_name>(chosen_name{std::move(name), std::move(key), appearance});
  by_looks_.emplace(appearance.as_written, &who);
  by_looks_.emplace(appearance.in_capitals, &who);
  by_key_.insert(&who);
}

directory::cursor directory::after(std::uint64_t user_id) const noexcept {
  const auto first = std::upper_bound(order_.begin(), order_.end(), user_id,
                                      [](std::uint64_t number, const order_entry& p) { return number < p.user_id; });
  return {order_, static_cast<std::size_t>(first - order_.begin()), *spent_};
}

}  // namespace confab::chat
