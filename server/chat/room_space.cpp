#include "server/chat/room_space.hpp"

#include <cstddef>
#include <string_view>
#include <unordered_map>

#include "server/chat/ghosts.hpp"

namespace confab::chat {
namespace {

/// How many rooms somebody has, and which of them has been silent for longest.
struct most_silent {
  std::size_t rooms = 0;
  room* silent = nullptr;

  void count_room(room& one) noexcept {
    ++rooms;
    if (silent == nullptr || one.last_activity < silent->last_activity) silent = &one;
  }
};

// The most silent room of whoever has most; of equals the more silent. Null unless that one has still as many as
// `asker` when one has gone over: two who have one each must not take it from each other in turns.
template <class Owners, class Owner>
room* of_the_most(const Owners& all, const Owner& asker) {
  most_silent most;
  for (const auto& [owner, each] : all) {
    const bool more = each.rooms > most.rooms ||
                      (each.rooms == most.rooms && each.silent->last_activity < most.silent->last_activity);
    if (owner != asker && more) most = each;
  }
  const auto own = all.find(asker);
  return most.rooms < 2 + (own == all.end() ? 0 : own->second.rooms) ? nullptr : most.silent;
}

room* lonely_room(chat_state& chat, const user& asker) {
  std::unordered_map<const user*, most_silent> by_user;
  chat.rooms.for_each([&](room& each) {
    if (each.members.size() == 1) by_user[each.members.begin()->second].count_room(each);
  });
  return of_the_most(by_user, static_cast<const user*>(&asker));
}

room* room_of_one_address(chat_state& chat, const user& asker) {
  std::unordered_map<std::string_view, most_silent> by_address;
  chat.rooms.for_each([&](room& each) {
    if (each.members.empty()) return;
    const std::string_view first = without_port(each.members.begin()->second->own_addr());
    for (const auto& [arrival, member] : each.members) {
      chat.spent.add(1);
      if (without_port(member->own_addr()) != first) return;
    }
    by_address[first].count_room(each);
  });
  return of_the_most(by_address, without_port(asker.own_addr()));
}

}  // namespace

room* room_that_makes_way(chat_state& chat, const user& asker) {
  room* const lonely = lonely_room(chat, asker);
  return lonely != nullptr ? lonely : room_of_one_address(chat, asker);
}

}  // namespace confab::chat
