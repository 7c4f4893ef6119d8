#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/protocol/wire_format.hpp"
#include "server/chat/session_ref.hpp"

namespace confab::chat {

/// What a turn of the hub says to many: the lines one after the other, once a format, however many get them.
/// Made on the hub's thread; immutable once the turn is over, and then read by the threads of all shards and kept by
/// the outboxes of those who lag.
struct broadcast {
  std::array<std::string, format_count> lines;       ///< to everybody
  std::array<std::string, format_count> room_lines;  ///< to the members of rooms (see dispatch_item::kind::room_lines)

  /// Of all formats.
  std::size_t bytes() const noexcept {
    std::size_t sum = 0;
    for (const std::string& each : lines) sum += each.size();
    for (const std::string& each : room_lines) sum += each.size();
    return sum;
  }
  bool empty() const noexcept {
    return std::all_of(lines.begin(), lines.end(), [](const std::string& each) { return each.empty(); });
  }
};

/// A place in broadcast::lines, in each format: how much had been said to everybody when something happened.
using position = std::array<std::uint32_t, format_count>;

/// A stretch of broadcast::room_lines, in each format.
struct room_stretch {
  position begin;
  position end;
};

/// Why a session is closed, for those whose protocol can say so besides.
enum class farewell : std::uint8_t {
  bye,        ///< it goes, or has gone already
  shutdown,   ///< the server ends
  shown_out,  ///< it did what may not be done, or not what was promised
  full,       ///< there is no place at the moment
};

/// One thing that concerns one session (or a room), and after how much of the broadcast it comes.
struct dispatch_item {
  enum class kind : std::uint8_t {
    enter,       ///< gets the broadcast from here on
    exit,        ///< does not get the broadcast from here on
    set_format,  ///< gets the broadcast in format `as` from here on
    direct,      ///< gets `size` bytes of dispatch::direct from `begin`
    skip,        ///< does not get the broadcast up to byte `begin` of its format
    hold,        ///< do not read from it until `resume`
    drain,       ///< tell the hub when all that was said to it has been written
    resume,      ///< read from it again
    close,       ///< gets nothing more; closed once all is written
    enter_room,  ///< gets the lines of `room` from here on
    leave_room,  ///< no more of `room`
    room_lines,  ///< the members of `room`, but for this session, get dispatch::stretches[stretch]
    drop_room,   ///< `room` is gone
  };
  kind what;
  wire_format as;
  std::uint32_t slot;
  std::uint32_t generation;
  position at;
  union {  // by `what`
    std::uint32_t begin;
    std::uint32_t room;
    std::uint32_t why;  // of close: a farewell
  };
  union {
    std::uint32_t size;
    std::uint32_t stretch;
  };
};

/// All that one turn of the hub means for one shard: the mailbox message from the hub.
struct dispatch {
  std::shared_ptr<const chat::broadcast> broadcast;
  std::vector<dispatch_item> items;  // in the order that the hub decided them
  std::vector<room_stretch> stretches;
  std::string direct;        // the bytes of the `direct` items
  bool read_little = false;  // of each user at a time, until a dispatch says otherwise

  bool empty() const noexcept { return items.empty() && broadcast->empty(); }
  std::string_view bytes(const dispatch_item& item) const noexcept {
    return std::string_view(direct).substr(item.begin, item.size);
  }
};

}  // namespace confab::chat
