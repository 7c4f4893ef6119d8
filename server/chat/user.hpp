#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/protocol/person.hpp"
#include "server/chat/device.hpp"
#include "server/chat/lookalikes.hpp"
#include "server/chat/rooms.hpp"

namespace confab::chat {

/// A room that a user has joined, besides the lobby.
struct membership {
  std::uint32_t room;
  std::uint64_t since;  ///< the last id when it was joined: what came before was not missed
};

struct chosen_name {
  std::string shown;
  std::string key;  ///< what it is compared by
  looks appearance;
};

/// Somebody who is online, with one device or several. Owned by the directory; touched by the hub only, on
/// its thread.
struct user {
  static constexpr std::size_t most_devices = 10;

  std::uint64_t user_id = 0;                  ///< never used twice: the order of arrival, and `user` on the wire
  std::string addr;                           ///< of the device that it came with, even if that has gone
  std::unique_ptr<const chosen_name> chosen;  ///< null until the first rename
  std::unique_ptr<device> devices;            ///< at least one, in the order of their coming
  std::vector<membership> rooms;              ///< joined, besides the lobby
  std::chrono::system_clock::time_point connected_at;
  std::uint32_t own_addr_size = 0;  ///< see own_addr(); 0: all of addr
  bool announced = true;            ///< is in: has been told of its own arrival
  bool known = false;               ///< the others have been told of it too, or of its crowd
  bool is_away = false;             ///< see away
  bool is_ghost = false;            ///< see ghosts

  /// The device that came first of those that it still has.
  device& first() const noexcept { return *devices; }
  template <class F>
  void for_each_device(F f) const {
    for (device* each = devices.get(); each != nullptr; each = each->next.get()) f(*each);
  }
  template <class F>
  bool any_device(F f) const {
    for (const device* each = devices.get(); each != nullptr; each = each->next.get()) {
      if (f(*each)) return true;
    }
    return false;
  }
  bool has_several_devices() const noexcept { return devices->next != nullptr; }
  std::size_t device_count() const noexcept {
    std::size_t count = 0;
    for_each_device([&](const device&) { ++count; });
    return count;
  }
  /// Whether any of its devices has a connection.
  bool is_connected() const noexcept {
    return any_device([](const device& each) { return !each.detached; });
  }
  /// The last sign of life on any of its devices.
  std::chrono::steady_clock::time_point last_active() const noexcept {
    auto last = devices->last_active;
    for_each_device([&](const device& each) { last = std::max(last, each.last_active); });
    return last;
  }

  /// addr without what the directory has added.
  std::string_view own_addr() const noexcept {
    return own_addr_size == 0 ? std::string_view(addr) : std::string_view(addr).substr(0, own_addr_size);
  }
  std::string_view name() const noexcept { return chosen == nullptr ? addr : chosen->shown; }
  std::string_view key() const noexcept { return chosen == nullptr ? addr : chosen->key; }
  person who() const noexcept { return {name(), addr, user_id}; }

  /// Whether it gets what is said in that room.
  bool is_in(std::uint32_t room) const noexcept {
    return room == chat::rooms::lobby_number || membership_of(room) != nullptr;
  }
  /// Null when it has not joined that room; the lobby cannot be joined.
  const membership* membership_of(std::uint32_t room) const noexcept {
    for (const membership& each : rooms) {
      if (each.room == room) return &each;
    }
    return nullptr;
  }
};

inline std::string_view device::addr() const noexcept {
  return extras == nullptr || extras->addr.empty() ? std::string_view(owner->addr) : std::string_view(extras->addr);
}
inline std::string_view device::own_addr() const noexcept {
  if (extras == nullptr || extras->addr.empty()) return owner->own_addr();
  return addr().substr(0, extras->own_addr);
}
inline person device::who() const noexcept {
  return {owner->name(), addr(), owner->user_id};
}

}  // namespace confab::chat
