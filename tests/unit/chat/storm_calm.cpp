// How a storm ends, and what must be so then. The rest is in storm.cpp.
#include <map>
#include <set>
#include <stdexcept>

#include "tests/unit/chat/hub_inside.hpp"
#include "tests/unit/chat/storm.hpp"

namespace confab::test {

void storm::settle() {
  if (short_of_memory_) house_.turn([](chat::hub& rules) { rules.short_of_memory(false); });
  for (std::size_t rounds = 0;; ++rounds) {
    if (rounds > 20'000) throw std::logic_error("a storm that does not end");
    house_.settle(house_.held());
    house_.mail_turn({});
    if (!queries_.empty()) answer(0);
    bool drains = false;
    for (ref i = 0; i < house_.size(); ++i) {
      if (!house_.at(i).drain || house_.at(i).gone) continue;
      house_.drained(i);
      drains = true;
    }
    if (!drains && queries_.empty() && !house_.has_mail() && house_.held() == 0 && !hub().anybody_waits()) break;
  }
  house_.wait(options_.arrival_delay);
  house_.turn([](chat::hub&) {});
}

void storm::check_calm() {
  if (hub().anybody_waits()) throw std::logic_error("somebody waits in the calm");
  for (std::size_t i = 0; i < shards_; ++i) house_.shard(i).check_rooms();
  for (ref i = 0; i < house_.size(); ++i) {
    const seat& each = house_.at(i);
    if (each.gone || each.closed) continue;
    if (each.held) throw std::logic_error("nothing is read from somebody in the calm");
    if (lines_[i].ended) throw std::logic_error("somebody who has ended its stream is kept");
    witness_.check_answers(i);
  }
  check_counts();
}

// What the hub counts, counted slowly.
void storm::check_counts() {
  hub_inside inside(hub());
  auto& users = inside.chat().users;
  std::size_t all = 0, devices = 0, ghosts = 0, lonely = 0, known = 0;
  std::map<std::uint32_t, std::size_t> members;
  std::map<std::uint32_t, std::size_t> their_devices;
  for (auto at = users.after(0); at.get() != nullptr; at.advance()) {
    const chat::user& each = *at.get();
    ++all;
    devices += each.device_count();
    if (each.known) ++known;
    if (!each.announced) throw std::logic_error("somebody is not in");
    if (each.is_connected() == each.is_ghost) throw std::logic_error("a user who is a ghost, or is none");
    if (each.is_ghost) ++lonely;
    if (each.device_count() > chat::user::most_devices) throw std::logic_error("a device too many");
    each.for_each_device([&](const chat::device& its) {
      if (its.owner != &each) throw std::logic_error("a device of another");
      if (users.find_device(each.user_id, its.device_id) != &its) throw std::logic_error("a device that is not found");
      if (its.detached) ++ghosts;
      if (its.has_pending || its.catching_up) throw std::logic_error("somebody waits in the calm");
      if (its.detached == its.subscribed)
        throw std::logic_error("a device hears without a connection, or not with one");
      if (its.detached != (its.extras != nullptr && its.extras->ghost != 0))
        throw std::logic_error("a ghost that is none");
      if (!each.is_in(its.current_room())) throw std::logic_error("a device talks in a room that it is not in");
    });
    for (const chat::membership& joined : each.rooms) {
      ++members[joined.room];
      their_devices[joined.room] += each.device_count();
      if (inside.chat().rooms.at(joined.room).members.at(each.user_id) != &each) throw std::logic_error("no member");
    }
  }
  if (all != users.size() || all != hub().online()) throw std::logic_error("another number of users");
  if (devices != users.device_count()) throw std::logic_error("another number of devices");
  if (lonely != inside.ghosts().users()) throw std::logic_error("another number of users who are ghosts");
  if (ghosts != inside.ghosts().size()) throw std::logic_error("another number of ghosts");
  if (known != inside.known()) throw std::logic_error("another number of those who are known");
  std::size_t rooms = 0;
  inside.chat().rooms.for_each([&](const chat::room& each) {
    if (each.number == chat::rooms::lobby_number) return;
    ++rooms;
    if (each.members.size() != members[each.number]) throw std::logic_error("another number of members");
    if (each.devices != their_devices[each.number]) throw std::logic_error("another number of devices in a room");
    if (each.members.empty() && !each.kept) throw std::logic_error("a room that nobody is in");
  });
  if (rooms != inside.chat().rooms.size()) throw std::logic_error("another number of rooms");
  std::size_t open = 0;
  for (ref i = 0; i < house_.size(); ++i) {
    const seat& each = house_.at(i);
    if (each.gone || each.closed || !witness_.is_user(i)) continue;
    ++open;
    const chat::device* const device = users.find(each.session);
    if (device == nullptr) throw std::logic_error("a connection without a user");
    if (witness_.is_deaf(i)) continue;
    const chat::user* const user = device->owner;
    if (user->user_id != witness_.number_of(i)) throw std::logic_error("a connection of another user");
    std::set<std::string> joined;
    for (const chat::membership& room : user->rooms) joined.insert(inside.chat().rooms.at(room.room).name);
    if (!witness_.is_stamped_ever(i) && joined != witness_.rooms_of(i)) throw std::logic_error("in other rooms");
  }
  if (open + ghosts != devices) throw std::logic_error("another number of connections");
}

void storm::end() {
  if (one_in(3)) {
    house_.turn([](chat::hub& rules) { rules.shutdown(); });
    for (ref i = 0; i < house_.size(); ++i) {
      if (!house_.at(i).gone && !house_.at(i).closed) throw std::logic_error("the server ends without somebody");
    }
  }
  for (ref i = 0; i < house_.size(); ++i) {
    if (!house_.at(i).gone) house_.stop(i, leave_reason::error);
  }
  settle();
  house_.turn([](chat::hub& rules) { rules.kept_rooms({}); });
  house_.turn([](chat::hub& rules) { rules.kept_rooms({}); });
  for (int i = 0; i < 45; ++i) house_.tick();
  for (const auto& [what, size] : hub_inside(hub()).sizes()) {
    if (size != 0) throw std::logic_error("kept for nobody: " + std::to_string(size) + " " + what);
  }
}

}  // namespace confab::test
