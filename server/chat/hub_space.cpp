// Which room makes way when there are as many as may be. The rest of the hub is in hub.cpp.
#include <string_view>
#include <unordered_map>

#include "server/chat/hub.hpp"

namespace confab::chat {
namespace {

/// How many rooms somebody has, and which of them has been silent for longest.
struct most_silent {
  std::size_t rooms = 0;
  room* silent = nullptr;

  void count_room(room& one) noexcept {
    ++rooms;
    if (silent == nullptr || one.heard < silent->heard) silent = &one;
  }
};

// The most silent room of whoever has most; of equals the more silent. Null unless that one has still as many as
// `asker` when one has gone over: two who have one each must not take it from each other in turns.
template <class Owners, class Owner>
room* of_the_most(const Owners& all, const Owner& asker) {
  most_silent most;
  for (const auto& [owner, each] : all) {
    const bool more = each.rooms > most.rooms || (each.rooms == most.rooms && each.silent->heard < most.silent->heard);
    if (owner != asker && more) most = each;
  }
  const auto own = all.find(asker);
  return most.rooms < 2 + (own == all.end() ? 0 : own->second.rooms) ? nullptr : most.silent;
}

}  // namespace

// Nobody takes all rooms: when there is no space, a room goes that the fewest miss. First one that nobody is in; then
// one in which somebody is alone, of whoever is alone in most; then one whose members all come from one address, of the
// address that has most of these. Of several, the one that has been silent for longest. Whoever asks must have
// fewer, also afterwards.
bool hub::make_space_for_room(const user& asker) {
  if (chat_.options.max_rooms == 0) return false;
  if (drop_empty_room()) return true;
  room* gone = lonely_room(asker);
  if (gone == nullptr) gone = room_of_one_address(asker);
  if (gone == nullptr) return false;
  close_room(*gone);
  return !chat_.has_space_for_room() ? drop_empty_room() : true;
}

room* hub::lonely_room(const user& asker) {
  std::unordered_map<const user*, most_silent> by_user;
  chat_.rooms.for_each([&](room& each) {
    if (each.members.size() == 1) by_user[each.members.begin()->second].count_room(each);
  });
  return of_the_most(by_user, static_cast<const user*>(&asker));
}

room* hub::room_of_one_address(const user& asker) {
  std::unordered_map<std::string_view, most_silent> by_address;
  chat_.rooms.for_each([&](room& each) {
    if (each.members.empty()) return;
    const std::string_view first = without_port(each.members.begin()->second->own_addr());
    for (const auto& [arrival, member] : each.members) {
      chat_.spent.add(1);
      if (without_port(member->own_addr()) != first) return;
    }
    by_address[first].count_room(each);
  });
  return of_the_most(by_address, without_port(asker.own_addr()));
}

// Its members are told that they have left.
void hub::close_room(room& gone) {
  const std::uint64_t serial = gone.serial;
  const std::uint32_t number = gone.number;
  while (chat_.rooms.find(number, serial) != nullptr && !gone.members.empty()) {
    user& member = *gone.members.begin()->second;
    const bool talked_here = member.extras->talks_in == number;
    chat_.out.tell(member, event::room_left{gone.name, member.who(), gone.members.size() - 1});
    take_out(member, gone);
    if (talked_here) chat_.out.tell(member, event::room_changed{{}, chat_.rooms.lobby().topic});
  }
}

// Makes room for another: one that nobody is in, the longest empty first, is only remembered because the history holds
// something of it, and that can still be asked for when somebody joins again.
bool hub::drop_empty_room() {
  const room* const empty = chat_.rooms.longest_empty();
  if (empty == nullptr) return false;
  chat_.out.drop_room(*empty);
  chat_.rooms.remove(*empty);
  return true;
}

}  // namespace confab::chat
