#pragma once

#include <cstdint>
#include <string_view>

#include "client/protocol/events.hpp"
#include "client/protocol/send_queue.hpp"

/// What the client asked the server for, and what can be read from the request that was sent for it. Pure; any thread.
namespace confab::client {

/// What a command was sent for; comes back with its answer.
enum class purpose : std::uint8_t {
  say,             ///< public chat
  whisper,         ///< private chat
  show_who,        ///< /who: the list is printed
  missed_history,  ///< what was said last before we came
  learn_names,     ///< everybody's name, for the menu or for completion
  rename,
  other,   ///< a slash command of the server's own
  rejoin,  ///< after a reconnect: back into a room
  mark,    ///< a ping whose answer comes after all answers to what was sent before it
};

/// Whether the client asked by itself, so that nobody misses the answer.
bool is_own_question(const request& what) noexcept;

/// What somebody said; with the /me of an emote. A view into the request.
std::string_view said_in(const request& what) noexcept;

/// And to whom; empty = in public. A view into the request.
std::string_view said_to(const request& what) noexcept;

/// The person that a whisper is addressed to by number; 0 = by name, or no whisper.
user_number number_addressed(const request& what) noexcept;

}  // namespace confab::client
