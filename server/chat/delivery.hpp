#pragma once

#include <cstdint>
#include <string_view>

#include "server/chat/dispatch.hpp"

namespace confab::chat {

/// How much of the broadcast under way has been delivered to a session, and in which format it gets it. A part of each
/// session.
struct turn_cursor {
  std::uint32_t delivered = 0;  ///< bytes of the broadcast in format `as`; 0 between turns
  wire_format as = wire_format::text;
  bool subscribed = false;  ///< gets the broadcast, and the lines of its rooms
};

/// Delivers a dispatch to the sessions of a shard: brings each one's own lines, its rooms' and its share of the
/// broadcast into one order. What everybody hears is not touched line by line: a session gets the whole stretch between
/// two things of its own as one piece, and who has nothing of its own gets the whole broadcast as one.
///
/// `Shard` offers (all called on the thread that delivers):
///   turn_cursor* find(slot, generation)        null: has gone
///   void say(slot, std::string_view)           the next piece for this session; valid while the dispatch is delivered
///   void control(slot, const dispatch_item&)   hold, drain, resume, close
///   void enter_room(slot, generation, room), leave_room(slot, generation, room), drop_room(room)
///   void for_each_member(room, f)              f(slot, generation, turn_cursor&)
///   void for_each_listener(f)                  f(slot, turn_cursor&)
template <class Shard>
class delivery {
 public:
  delivery(const dispatch& turn, Shard& shard) : turn_(turn), shard_(shard) {}

  void deliver() {
    for (const dispatch_item& item : turn_.items) {
      if (item.what == dispatch_item::kind::room_lines) {
        say_in_room(item);
      } else if (item.what == dispatch_item::kind::drop_room) {
        shard_.drop_room(item.room);
      } else if (turn_cursor* const cursor = shard_.find(item.slot, item.generation); cursor != nullptr) {
        deliver_one(item, *cursor);
      } else if (item.what == dispatch_item::kind::leave_room) {
        shard_.leave_room(item.slot, item.generation, item.room);  // the session has gone, its place has not
      }
    }
    if (turn_.broadcast->empty()) return;
    shard_.for_each_listener([this](std::uint32_t slot, turn_cursor& cursor) {
      catch_up(slot, cursor, static_cast<std::uint32_t>(lines_for(cursor).size()));
      cursor.delivered = 0;
    });
  }

 private:
  static std::size_t index(const turn_cursor& cursor) noexcept { return static_cast<std::size_t>(cursor.as); }
  const std::string& lines_for(const turn_cursor& cursor) const noexcept {
    return turn_.broadcast->lines[index(cursor)];
  }

  void catch_up(std::uint32_t slot, turn_cursor& cursor, std::uint32_t to) {
    if (!cursor.subscribed || cursor.delivered >= to) return;
    shard_.say(slot, std::string_view(lines_for(cursor)).substr(cursor.delivered, to - cursor.delivered));
    cursor.delivered = to;
  }

  void deliver_one(const dispatch_item& item, turn_cursor& cursor) {
    catch_up(item.slot, cursor, item.at[index(cursor)]);
    switch (item.what) {
      case dispatch_item::kind::enter: cursor.subscribed = true; [[fallthrough]];
      case dispatch_item::kind::set_format:
        cursor.as = item.as;
        cursor.delivered = item.at[index(cursor)];
        break;
      case dispatch_item::kind::exit: cursor.subscribed = false; break;
      case dispatch_item::kind::direct: shard_.say(item.slot, turn_.bytes(item)); break;
      case dispatch_item::kind::skip: cursor.delivered = item.begin; break;
      case dispatch_item::kind::enter_room: shard_.enter_room(item.slot, item.generation, item.room); break;
      case dispatch_item::kind::leave_room: shard_.leave_room(item.slot, item.generation, item.room); break;
      case dispatch_item::kind::close: cursor.subscribed = false; [[fallthrough]];
      case dispatch_item::kind::hold:
      case dispatch_item::kind::drain:
      case dispatch_item::kind::resume: shard_.control(item.slot, item); break;
      case dispatch_item::kind::room_lines:
      case dispatch_item::kind::drop_room: break;  // concern nobody in particular
    }
  }

  void say_in_room(const dispatch_item& item) {
    const room_stretch& stretch = turn_.stretches[item.stretch];
    shard_.for_each_member(item.room, [&](std::uint32_t slot, std::uint32_t generation, turn_cursor& cursor) {
      if (!cursor.subscribed || (slot == item.slot && generation == item.generation)) return;
      catch_up(slot, cursor, item.at[index(cursor)]);
      const std::uint32_t begin = stretch.begin[index(cursor)];
      const std::string_view lines(turn_.broadcast->room_lines[index(cursor)]);
      shard_.say(slot, lines.substr(begin, stretch.end[index(cursor)] - begin));
    });
  }

  const dispatch& turn_;
  Shard& shard_;
};

template <class Shard>
void deliver(const dispatch& turn, Shard& shard) {
  delivery<Shard>(turn, shard).deliver();
}

}  // namespace confab::chat
