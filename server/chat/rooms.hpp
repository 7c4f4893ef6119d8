#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "server/chat/utterance.hpp"

namespace confab::chat {

struct user;

/// Where people talk. The lobby is number 0, has no name, and everyone is in it; it keeps no list of members.
struct room {
  std::uint32_t number = 0;
  std::uint64_t serial = 0;  ///< ever rising: another room with the same number has another
  std::string name;          ///< folded (see name_key): rooms have one spelling
  std::string topic;
  std::vector<user*> members;  ///< in order of joining; empty for the lobby
  std::deque<utterance> past;  ///< the last messages, for newcomers
  bool kept = false;           ///< the history holds something of it, so it stays when empty
  bool said_lately = false;    ///< since the history last listed its rooms
};

/// All rooms, by number and by name. Lives with the hub, on its thread.
class rooms {
 public:
  static constexpr std::uint32_t lobby_number = 0;

  rooms();

  room& lobby() noexcept { return *all_[lobby_number]; }
  room& at(std::uint32_t number) noexcept { return *all_[number]; }

  /// The room that something was said in, or null when it has been removed.
  room* find(const utterance& in) noexcept { return find(in.room, in.room_serial); }

  /// The room that had that number and serial, or null when it has been removed.
  room* find(std::uint32_t number, std::uint64_t serial) noexcept {
    room* const found = number < all_.size() ? all_[number].get() : nullptr;
    return found != nullptr && found->serial == serial ? found : nullptr;
  }

  /// The room called `name` (folded), or null.
  room* find(std::string_view name) noexcept;

  /// A new room; nobody has that name. Numbers of removed rooms are used again.
  room& add(std::string name);

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
  }

 private:
  std::vector<std::unique_ptr<room>> all_;  // by number; holes where a room was removed
  std::size_t size_ = 0;
  std::uint64_t serials_ = 0;
};

}  // namespace confab::chat
