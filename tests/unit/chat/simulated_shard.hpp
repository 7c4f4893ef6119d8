#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/chat/delivery.hpp"
#include "server/chat/dispatch.hpp"

namespace confab::test {

/// One simulated connection: what its peer would have read, and what its shard was told to do with it.
struct seat {
  chat::session_ref session;
  std::string addr;
  chat::turn_cursor cursor;
  std::string unread;      ///< since it was last taken
  std::size_t pieces = 0;  ///< in how many pieces it came, since the same
  bool held = false;       ///< nothing is read from it
  bool drain = false;      ///< the hub waits to hear that all is written
  bool closed = false;     ///< the hub has let go of it
  bool gone = false;       ///< the shard has freed it
};

/// What chat::deliver needs of a shard, without sockets. What no shard may see (a word to a closed session, an order
/// that no session knows) throws.
class simulated_shard {
 public:
  /// A place for another session, which nobody has yet; returns its slot.
  std::uint32_t add_place() {
    places_.push_back(nullptr);
    return static_cast<std::uint32_t>(places_.size() - 1);
  }
  /// The session in a slot, by the seat that it is played to; null: it is free.
  seat*& place(std::uint32_t slot) { return places_.at(slot); }

  chat::turn_cursor* find(std::uint32_t slot, std::uint32_t generation) {
    seat* const found = places_.at(slot);
    return found == nullptr || found->session.generation != generation ? nullptr : &found->cursor;
  }

  void say(std::uint32_t slot, std::string_view piece) {
    seat& to = *places_.at(slot);
    if (to.closed) throw std::logic_error("a word to a closed session");
    if (piece.empty()) throw std::logic_error("an empty piece");
    to.unread += piece;
    ++to.pieces;
  }

  void control(std::uint32_t slot, const chat::dispatch_item& item) {
    seat& to = *places_.at(slot);
    if (to.closed) throw std::logic_error("an order to a closed session");
    switch (item.what) {
      case chat::dispatch_item::kind::hold: to.held = true; break;
      case chat::dispatch_item::kind::resume: to.held = false; break;
      case chat::dispatch_item::kind::drain: to.drain = true; break;
      case chat::dispatch_item::kind::close: to.closed = true; break;
      default: throw std::logic_error("an order that no session knows");
    }
  }

  void enter_room(std::uint32_t slot, std::uint32_t generation, std::uint32_t room) {
    rooms_[room].insert({slot, generation});
  }
  void leave_room(std::uint32_t slot, std::uint32_t generation, std::uint32_t room) {
    rooms_[room].erase({slot, generation});
  }
  void drop_room(std::uint32_t room) { rooms_.erase(room); }

  template <class F>
  void for_each_member(std::uint32_t room, F f) {
    for (const auto& [slot, generation] : rooms_[room]) {
      if (chat::turn_cursor* const cursor = find(slot, generation)) f(slot, generation, *cursor);
    }
  }

  template <class F>
  void for_each_listener(F f) {
    for (std::uint32_t slot = 0; slot < places_.size(); ++slot) {
      if (places_[slot] != nullptr && places_[slot]->cursor.subscribed) f(slot, places_[slot]->cursor);
    }
  }

  /// Between turns everyone has heard all.
  void check_cursors() const {
    for (const seat* each : places_) {
      if (each != nullptr && each->cursor.subscribed && each->cursor.delivered != 0)
        throw std::logic_error("a cursor in mid-turn");
    }
  }
  /// When the hub has heard of all who have gone, none of them is in a room.
  void check_rooms() {
    for (const auto& [room, members] : rooms_) {
      for (const auto& [slot, generation] : members) {
        if (find(slot, generation) == nullptr) throw std::logic_error("a room with somebody who has gone");
      }
    }
  }

 private:
  std::vector<seat*> places_;                                                         // by slot; null: free
  std::map<std::uint32_t, std::set<std::pair<std::uint32_t, std::uint32_t>>> rooms_;  // slots and generations
};

}  // namespace confab::test
