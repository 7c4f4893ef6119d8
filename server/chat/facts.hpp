#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "common/protocol/leave_reason.hpp"
#include "common/protocol/message_kind.hpp"
#include "common/protocol/person.hpp"

/// What has been decided and is about to become true, in plain data. Every feature that changes something has two
/// halves: one decides (it checks a request against the state, and only there ids are given, names claimed and limits
/// counted), the other applies it (it changes the state and says so to whom it concerns). Views live as long as what
/// they were made from. The time of a fact is that of the turn.
namespace confab::chat::fact {

/// Something was said in a room.
struct said {
  std::uint64_t id;
  std::string_view room;  ///< by name; empty: the lobby
  person from;
  std::string_view text;
  std::string_view tag;     ///< that it was said with
  std::uint64_t scope = 0;  ///< of that tag (see scope.hpp); 0: none
  message_kind kind = message_kind::plain;
  std::uint64_t device = 0;  ///< device::device_id of the sender's
};
struct whispered {
  std::uint64_t id;
  person from;
  person to;
  std::string_view text;
  std::string_view tag;
  std::uint64_t scope = 0;
  bool tell_away = false;  ///< the receiver is away, and the one who whispers is told so
  std::string_view away;   ///< what the receiver said about it
  message_kind kind = message_kind::plain;
  std::uint64_t device = 0;  ///< device::device_id of the sender's
  /// No device of the receiver has a connection: so many of that sender's whispers wait for it now; 0: it has.
  std::size_t waiting = 0;
  std::chrono::seconds left{};  ///< until they are lost at the latest
};
/// Whispers that waited have been sent, or never will be.
struct settled {
  std::uint64_t sender;  ///< user::user_id
  person receiver;
  bool delivered;  ///< or lost
  std::size_t messages;
  std::uint64_t last;  ///< id of the last of them
};
/// What was said with that id is taken back.
struct recalled {
  std::uint64_t id;
  person by;
};

/// The others know of somebody from here on.
struct arrived {
  person who;
  std::size_t online;  ///< from here on, as all that follow
  bool told;           ///< one by one; otherwise it is part of a crowd
};
struct gone {
  person who;
  leave_reason reason;
  std::string_view words;
  std::size_t online;
  bool told;
};
struct renamed {
  std::string_view old_name;
  person who;            ///< with the new name
  std::string_view key;  ///< what that is compared by
  bool told;             ///< to the others: they know of it, and the name looks different
};
struct away {
  person who;
  bool is_away;
  std::string_view text;
};
/// Somebody has another device, which has that address; the others hear nothing of it.
struct device_added {
  person who;
  std::uint64_t device;  ///< device::device_id
};
/// One of several devices is gone for good.
struct device_gone {
  std::uint64_t user;
  std::uint64_t device;
  leave_reason reason;
};
/// The connection of a device has broken, and it may come back.
struct broken {
  std::uint64_t user;
  std::uint64_t device;
  leave_reason reason;
};
/// A device is back with another connection, and had heard everything up to that id.
struct resumed {
  person who;
  std::uint64_t device;
  std::uint64_t last_id;
};
/// Those who were not told of one by one.
struct crowd {
  std::size_t joined;
  std::size_t left;
};

struct room_joined {
  std::string_view room;     ///< by name; one that there was not is made
  std::uint64_t generation;  ///< of the room
  person who;
  std::size_t members;  ///< from here on
  bool told;            ///< to the other members one by one; otherwise as a part of a crowd
};
struct room_left {
  std::string_view room;
  person who;
  std::size_t members;
  bool told;
};
/// Those who were not told of one by one.
struct room_crowd {
  std::string_view room;
  std::size_t joined;
  std::size_t left;
  std::size_t members;
};
/// A room that nobody is in is gone.
struct room_dropped {
  std::string_view room;
  bool kept;  ///< the history has something of it: that it is gone is kept, too
};
struct topic {
  std::string_view room;  ///< as it is called, the lobby too
  std::string_view text;  ///< empty: there is none any more
  person by;
};

}  // namespace confab::chat::fact
