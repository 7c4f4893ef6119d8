#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>

#include "server/chat/command_queue.hpp"
#include "server/chat/logged_message.hpp"
#include "server/chat/waiting_line.hpp"

namespace confab::chat {

struct device;

/// A reply that takes more than one turn, because it is long or comes from the history. It is sent in pages, the next
/// when the one before is written, so that it neither fills the asker's outbox nor keeps anybody else waiting. What the
/// asker sends meanwhile waits, so that replies come in the order of the commands. On
/// the hub's thread.
struct paged_reply {
  enum class kind : std::uint8_t {
    pause,   ///< nothing more to say: the asker has had enough for one turn
    line,    ///< nothing to say: its commands wait until there is time for them
    users,   ///< a list of users
    rooms,   ///< the list of rooms
    query,   ///< waits for the history
    past,    ///< what the history answered
    missed,  ///< what was said while the connection was broken; nothing else is heard meanwhile
    handed,  ///< all of that is said; who whispered is told when it has been written
  };
  kind is = kind::pause;
  device* asker = nullptr;
  std::string tag;
  std::uint64_t after = 0;    ///< said so far: the last user's number, the last room's number, the last message's id
  std::uint64_t until = 0;    ///< users: number of the newest when it was asked for. missed: the last id seen before
  std::uint32_t room = 0;     ///< users: whose members; the lobby means all. query, past: what it is about
  std::uint64_t room_id = 0;  ///< of that room, which may be gone before the list ends
  std::uint64_t recalls = 0;  ///< missed: how many recalls were told, or need not be
  std::string room_name;      ///< of that room
  std::uint64_t query = 0;    ///< its number
  std::uint64_t with = 0;     ///< query, past: the user whose whispers with the asker they are; 0: of a room, or found
  bool searched = false;      ///< past: by /search
  bool more = false;          ///< past: there is more in the history
  std::size_t shown = 0;      ///< past
  std::deque<logged_message> past;  ///< not shown yet
  command_queue later;
  bool ended = false;                       ///< the asker's connection has ended; leaves when the reply is through
  leave_reason reason = leave_reason::eof;  ///< why it has
  waiting_line::place place;                ///< in the line of those who wait for their turn
};

}  // namespace confab::chat
