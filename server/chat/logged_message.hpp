#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "common/protocol/message_kind.hpp"

namespace confab::chat {

/// Something that was said, as the hub remembers it for a while.
struct logged_message {
  std::uint64_t id = 0;
  std::chrono::system_clock::time_point time;
  std::chrono::steady_clock::time_point said;  ///< the same for durations; unset when from before this run
  std::uint64_t room_id = 0;                   ///< of that room: numbers are used again
  std::uint32_t room = 0;                      ///< number; unused for a whisper
  std::uint64_t from_user = 0;                 ///< user::user_id of the sender; 0: from before this run
  std::uint64_t from_device = 0;               ///< device::device_id of the sender's; 0: from the history
  std::uint64_t to_user = 0;                   ///< of a whisper's receiver; 0: said in a room
  std::string from;                            ///< names and address when it was said
  std::string addr;
  std::string to;
  std::string text;
  std::string tag;          ///< that it was said with
  std::uint64_t scope = 0;  ///< of that tag (see scope.hpp), if it is from before this run
  message_kind kind = message_kind::plain;
  bool recalled = false;

  std::size_t bytes() const noexcept {
    return sizeof *this + from.size() + addr.size() + to.size() + text.size() + tag.size();
  }
};

}  // namespace confab::chat
