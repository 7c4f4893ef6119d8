#include "server/chat/rooms.hpp"

#include <utility>

#include "server/chat/user.hpp"

namespace confab::chat {

rooms::rooms(std::size_t announce_limit, effort& spent) : announce_limit_(announce_limit), spent_(&spent) {
  all_.push_back(std::make_unique<room>(announce_limit_));
}

void rooms::set_announce_limit(std::size_t limit) {
  if (std::exchange(announce_limit_, limit) == limit) return;
  for_each([limit](room& each) { each.comings.set_limit(limit); });
}

room* rooms::find(std::string_view name) noexcept {
  spent_->add(1);
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : found->second;
}

room& rooms::add(std::string name, std::uint64_t generation) {
  spent_->add(1);
  const auto number = free_.empty() ? static_cast<std::uint32_t>(all_.size()) : *free_.begin();
  if (free_.empty()) {
    all_.emplace_back();
  } else {
    free_.erase(free_.begin());
  }
  all_[number] = std::make_unique<room>(announce_limit_);
  room& fresh = *all_[number];
  fresh.number = number;
  fresh.room_id = ++last_room_id_;
  fresh.generation = generation;
  fresh.name = std::move(name);
  by_name_.emplace(fresh.name, &fresh);
  note_empty(fresh);
  ++size_;
  return fresh;
}

void rooms::remove(const room& gone) {
  spent_->add(1);
  by_name_.erase(gone.name);
  empty_.erase(gone.emptied);
  free_.insert(gone.number);
  all_[gone.number].reset();
  --size_;
}

void rooms::enter(room& where, user& who) {
  spent_->add(1);
  if (where.members.empty()) empty_.erase(std::exchange(where.emptied, 0));
  where.members.emplace(who.user_id, &who);
  where.devices += who.device_count();
  note_activity(where);
}

void rooms::leave(room& where, const user& who) {
  spent_->add(1);
  where.members.erase(who.user_id);
  where.devices -= who.device_count();
  if (where.members.empty()) note_empty(where);
}

void rooms::note_empty(room& where) {
  where.emptied = ++emptied_;
  empty_.emplace(where.emptied, &where);
}

}  // namespace confab::chat
