#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "server/chat/announcer.hpp"
#include "server/chat/effort.hpp"
#include "server/chat/logged_message.hpp"

namespace confab::chat {

struct user;

/// Where people talk. The lobby is number 0, has no name, and everyone is in it; it keeps no list of members.
struct room {
  explicit room(std::size_t announce_limit) : comings(announce_limit) {}

  std::uint32_t number = 0;
  std::uint64_t room_id = 0;     ///< never used twice, unlike the number, which another room may have later
  std::uint64_t generation = 0;  ///< the id that its first message can have: for good, while rooms of the same name
                                 ///< come and go; 0 for the lobby and where rooms were not told apart yet
  std::string name;              ///< folded (see name_key): rooms have one spelling
  std::string topic;
  std::map<std::uint64_t, user*> members;  ///< by user_id; empty for the lobby
  std::size_t devices = 0;                 ///< that these have
  std::deque<logged_message> past;         ///< the last messages, for newcomers
  bool kept = false;                       ///< the history holds something of it, so it stays when empty
  announcer comings;                       ///< who of those that join and leave is told of; unused in the lobby
  std::uint64_t last_activity = 0;  ///< rises with whatever is said and whoever joins here; see rooms::note_activity
  bool stirred = false;             ///< somebody has joined or left in this second
  bool said_lately = false;         ///< since the history last listed its rooms
  std::uint64_t emptied = 0;  ///< its place among those that nobody is in, see rooms::longest_empty; 0: has members
};

/// All rooms, by number and by name. Lives with the hub, on its thread.
class rooms {
 public:
  static constexpr std::uint32_t lobby_number = 0;
  static constexpr std::string_view lobby_word = "lobby";  ///< what stands for it where it needs a name

  /// Of each room's joinings and leavings at most `announce_limit` a second are told one by one.
  rooms(std::size_t announce_limit, effort& spent);
  void set_announce_limit(std::size_t limit);

  room& lobby() noexcept { return *all_[lobby_number]; }
  room& at(std::uint32_t number) noexcept { return *all_[number]; }
  const room& at(std::uint32_t number) const noexcept { return *all_[number]; }

  /// The room that something was said in, or null when it has been removed.
  room* find(const logged_message& in) noexcept { return find(in.room, in.room_id); }

  /// The room that had that number and room_id, or null when it has been removed.
  room* find(std::uint32_t number, std::uint64_t room_id) noexcept {
    room* const found = number < all_.size() ? all_[number].get() : nullptr;
    return found != nullptr && found->room_id == room_id ? found : nullptr;
  }

  /// The room called `name` (folded), or null.
  room* find(std::string_view name) noexcept;

  /// A new room, in which nobody is yet; nobody has that name. Numbers of removed rooms are used again.
  room& add(std::string name, std::uint64_t generation);

  /// Somebody enters or leaves. The lobby keeps no members.
  void enter(room& where, user& who);
  void leave(room& where, const user& who);

  /// A member has got another device, or lost one of several.
  void enter_device(room& where) noexcept { ++where.devices; }
  void leave_device(room& where) noexcept { --where.devices; }

  /// Something was said in the room, or somebody has joined it.
  void note_activity(room& where) noexcept { where.last_activity = ++activities_; }

  /// The room that has had no member for longest; null when each has some.
  room* longest_empty() const noexcept { return empty_.empty() ? nullptr : empty_.begin()->second; }

  /// Removes a room that nobody is in.
  void remove(const room& gone);

  /// How many there are besides the lobby.
  std::size_t size() const noexcept { return size_; }

  /// f(room&) for each room, the lobby first.
  template <class F>
  void for_each(F f) {
    for (const std::unique_ptr<room>& each : all_) {
      if (each != nullptr) f(*each);
    }
    spent_->add(all_.size());
  }

  /// The rooms with a number of at least `first`, by number, until f(room&) says false.
  template <class F>
  void for_each_from(std::size_t first, F f) {
    for (; first < all_.size(); ++first) {
      spent_->add(1);
      if (all_[first] != nullptr && !f(*all_[first])) return;
    }
  }

 private:
  void note_empty(room& where);

  std::size_t announce_limit_;
  effort* spent_;
  std::vector<std::unique_ptr<room>> all_;               // by number; holes where a room was removed
  std::unordered_map<std::string_view, room*> by_name_;  // the views are of room::name
  std::set<std::uint32_t> free_;                         // numbers of holes
  std::map<std::uint64_t, room*> empty_;                 // by room::emptied
  std::uint64_t emptied_ = 0;                            // the last of these numbers
  std::uint64_t activities_ = 0;                         // the last of room::last_activity
  std::size_t size_ = 0;
  std::uint64_t last_room_id_ = 0;
};

}  // namespace confab::chat
