#pragma once

#include <cstdint>
#include <string_view>

#include "server/chat/dispatch.hpp"

namespace confab::chat {

/// How far a session has heard the broadcast that is being played, and in which form. A part of each session.
struct hearing {
  std::uint32_t heard = 0;  ///< bytes of the broadcast in form `as`; 0 between turns
  form as = form::text;
  bool listening = false;
};

/// Plays a dispatch to the sessions of a shard: brings each one's own lines, its rooms' and its share of the broadcast
/// into one order. What everybody hears is not touched line by line: a session gets the whole stretch between two
/// things of its own as one piece, and who has nothing of its own gets the whole broadcast as one.
///
/// `Shard` offers (all called on the thread that plays):
///   hearing* find(slot, generation)            null: has gone
///   void say(slot, std::string_view)           the next piece for this session; valid while the dispatch plays
///   void control(slot, const dispatch_item&)   hold, drain, resume, close
///   void enter_room(slot, generation, room), leave_room(slot, generation, room), drop_room(room)
///   void for_each_member(room, f)              f(slot, generation, hearing&)
///   void for_each_listener(f)                  f(slot, hearing&)
template <class Shard>
class player {
 public:
  player(const dispatch& turn, Shard& shard) : turn_(turn), shard_(shard) {}

  void play() {
    for (const dispatch_item& item : turn_.items) {
      if (item.what == dispatch_item::kind::room) {
        say_in_room(item);
      } else if (item.what == dispatch_item::kind::drop_room) {
        shard_.drop_room(item.begin);
      } else if (hearing* const ear = shard_.find(item.slot, item.generation); ear != nullptr) {
        play_one(item, *ear);
      } else if (item.what == dispatch_item::kind::leave_room) {
        shard_.leave_room(item.slot, item.generation, item.begin);  // the session has gone, its place has not
      }
    }
    if (turn_.everybody->empty()) return;
    shard_.for_each_listener([this](std::uint32_t slot, hearing& ear) {
      catch_up(slot, ear, static_cast<std::uint32_t>(lines_for(ear).size()));
      ear.heard = 0;
    });
  }

 private:
  static std::size_t index(const hearing& ear) noexcept { return static_cast<std::size_t>(ear.as); }
  const std::string& lines_for(const hearing& ear) const noexcept { return turn_.everybody->lines[index(ear)]; }

  void catch_up(std::uint32_t slot, hearing& ear, std::uint32_t to) {
    if (!ear.listening || ear.heard >= to) return;
    shard_.say(slot, std::string_view(lines_for(ear)).substr(ear.heard, to - ear.heard));
    ear.heard = to;
  }

  void play_one(const dispatch_item& item, hearing& ear) {
    catch_up(item.slot, ear, item.at[index(ear)]);
    switch (item.what) {
      case dispatch_item::kind::enter: ear.listening = true; [[fallthrough]];
      case dispatch_item::kind::speak:
        ear.as = item.as;
        ear.heard = item.at[index(ear)];
        break;
      case dispatch_item::kind::exit: ear.listening = false; break;
      case dispatch_item::kind::direct: shard_.say(item.slot, turn_.bytes(item)); break;
      case dispatch_item::kind::skip: ear.heard = item.begin; break;
      case dispatch_item::kind::enter_room: shard_.enter_room(item.slot, item.generation, item.begin); break;
      case dispatch_item::kind::leave_room: shard_.leave_room(item.slot, item.generation, item.begin); break;
      case dispatch_item::kind::close: ear.listening = false; [[fallthrough]];
      case dispatch_item::kind::hold:
      case dispatch_item::kind::drain:
      case dispatch_item::kind::resume: shard_.control(item.slot, item); break;
      case dispatch_item::kind::room:
      case dispatch_item::kind::drop_room: break;  // concern nobody in particular
    }
  }

  void say_in_room(const dispatch_item& item) {
    const room_stretch& stretch = turn_.stretches[item.size];
    shard_.for_each_member(item.begin, [&](std::uint32_t slot, std::uint32_t generation, hearing& ear) {
      if (!ear.listening || (slot == item.slot && generation == item.generation)) return;
      catch_up(slot, ear, item.at[index(ear)]);
      const std::uint32_t begin = stretch.begin[index(ear)];
      const std::string_view lines(turn_.everybody->room_lines[index(ear)]);
      shard_.say(slot, lines.substr(begin, stretch.end[index(ear)] - begin));
    });
  }

  const dispatch& turn_;
  Shard& shard_;
};

template <class Shard>
void play(const dispatch& turn, Shard& shard) {
  player<Shard>(turn, shard).play();
}

}  // namespace confab::chat
