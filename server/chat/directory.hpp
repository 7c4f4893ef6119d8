#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "server/chat/effort.hpp"
#include "server/chat/moment.hpp"
#include "server/chat/user.hpp"

namespace confab::chat {

/// Who is online: owns the users, finds them by name and number, their devices by session, and keeps the order of
/// arrival. Lives with the hub, on its thread.
class directory {
 public:
  directory(std::size_t shard_count, effort& spent) : spent_(&spent), by_slot_(shard_count) {}

  /// How many users there are.
  std::size_t size() const noexcept { return by_key_.size(); }
  /// How many devices these have.
  std::size_t device_count() const noexcept { return devices_; }

  /// A new user, last in the order of arrival and named by the address. When somebody has that address already it gets
  /// `.2`, `.3`, ... at its end: whoever may come back keeps the address of a connection whose port is used again, and
  /// some ways in have no port. It has one device, with that session, which no other may have.
  user& add(session_ref session, std::string_view addr, moment now);

  /// Another device of a user who has fewer than user::most_devices. Its address is made different in the same way. No
  /// device may have that session.
  device& add_device(user& who, session_ref session, std::string_view addr, moment now);

  /// Forgets the user with all devices; returns it, so that its leaving can still be told.
  std::unique_ptr<user> remove(user& gone);
  /// Forgets one device of a user who has others.
  void remove_device(device& gone);
  /// Forgets all.
  void clear() noexcept;

  /// The device with a session, or null when it has left (or its slot has a new session).
  device* find(session_ref session) const noexcept;

  /// The user with this number, or null when it has left.
  user* find_id(std::uint64_t user_id) const noexcept;

  /// The device of that user with this number, or null when one of them has left.
  device* find_device(std::uint64_t user_id, std::uint64_t device_id) const noexcept;

  /// Takes the session away from a device, which stays: its slot is free for another.
  void detach(device& which);
  /// Gives a detached device a session. No device may have it.
  void attach(device& which, session_ref session);

  /// The user with this key (see name_key), or null.
  user* find_key(std::string_view key) const noexcept;

  /// A user, other than `but`, who chose a name that looks like `wanted`; null if there is none.
  const user* find_lookalike(const looks& wanted, const user& but) const noexcept;

  /// Gives `who` a name. Nobody else may have its key, or a name that looks like it.
  void rename(user& who, std::string name, std::string key);

  /// Numbers up to `last` are of users elsewhere: the next one here gets a higher one.
  void skip_numbers(std::uint64_t last) noexcept { last_number_ = std::max(last_number_, last); }

  /// No user has a higher number.
  std::uint64_t newest() const noexcept { return last_number_; }

  /// The first user, in order of arrival, that came after number `after`; null if there is none.
  class cursor;
  cursor after(std::uint64_t user_id) const noexcept;

 private:
  struct order_entry {
    std::uint64_t user_id;
    std::unique_ptr<user> who;  // null: has left
  };
  struct key_hash {
    using is_transparent = void;
    // Neither is noexcept: libstdc++ then keeps the hash beside each entry, and who is looked for costs no look at all
    // those who are in the same bucket.
    std::size_t operator()(std::string_view key) const { return std::hash<std::string_view>()(key); }
    std::size_t operator()(const user* who) const { return (*this)(who->key()); }
  };
  struct key_equal {
    using is_transparent = void;
    static std::string_view key(std::string_view text) noexcept { return text; }
    static std::string_view key(const user* who) noexcept { return who->key(); }
    template <class A, class B>
    bool operator()(const A& a, const B& b) const noexcept {
      return key(a) == key(b);
    }
  };

  struct shared_address {
    std::uint32_t last = 1;   // number that was added; numbers are not used again while anybody has one
    std::uint32_t users = 0;  // that have one
  };

  bool has_address(std::string_view addr) const noexcept;
  std::string unused_address(std::string_view addr);
  void take_address(std::string_view addr, std::string_view own);
  void take_seat(const device& from) noexcept;
  void give_seat(device& to, session_ref session);
  void forget_looks(const user& who);

  effort* spent_;
  std::vector<std::vector<device*>> by_slot_;  // [shard][slot]
  std::unordered_set<user*, key_hash, key_equal> by_key_;
  std::unordered_map<std::uint64_t, const user*> by_looks_;  // of chosen names, under both of their looks
  std::unordered_set<std::string_view> addresses_;  // of those who go by a name, and of further devices; the other
                                                    // users' are their keys
  std::unordered_map<std::string, shared_address> shared_;
  std::vector<order_entry> order_;  // by arrival; holes are swept out when they are an eighth
  std::size_t holes_ = 0;
  std::size_t devices_ = 0;
  std::uint64_t last_number_ = 0;  // of a user or a device
};

/// Walks users in order of arrival. Valid until the directory changes; to go on later, start again after the last
/// number.
class directory::cursor {
 public:
  cursor(const std::vector<order_entry>& order, std::size_t at, effort& spent) noexcept
      : order_(&order), at_(at), spent_(&spent) {
    skip_holes();
  }

  user* get() const noexcept { return at_ < order_->size() ? (*order_)[at_].who.get() : nullptr; }
  void advance() noexcept {
    ++at_;
    skip_holes();
  }

 private:
  void skip_holes() noexcept {
    spent_->add(1);
    for (; at_ < order_->size() && (*order_)[at_].who == nullptr; ++at_) spent_->add(1);
  }

  const std::vector<order_entry>* order_;
  std::size_t at_;
  effort* spent_;
};

}  // namespace confab::chat
