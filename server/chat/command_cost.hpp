#pragma once

#include <cstdint>

#include "common/commands.hpp"
#include "server/chat/chat_state.hpp"

/// What commands cost, about, in bytes that have to be written, and what is always to be done besides: who asks little
/// goes first when there is too much to do (see waiting_line).
namespace confab::chat::cost {

inline constexpr std::uint64_t of_any = 512;
inline constexpr std::uint64_t of_frame = 64;  ///< around what somebody has said
inline constexpr std::uint64_t of_page = 16 * 1024;

/// Of a command of that user. The first is also that of an empty line and of one that is refused.
using function = std::uint64_t (*)(const chat_state& chat, const device& from, const command& wanted);
std::uint64_t little(const chat_state& chat, const device& from, const command& wanted);
/// Its words go to all who hear the current room, or to all.
std::uint64_t words_to_room(const chat_state& chat, const device& from, const command& wanted);
std::uint64_t words_to_all(const chat_state& chat, const device& from, const command& wanted);
/// A short line goes to all.
std::uint64_t line_to_all(const chat_state& chat, const device& from, const command& wanted);
/// It is answered at length.
std::uint64_t long_answer(const chat_state& chat, const device& from, const command& wanted);

}  // namespace confab::chat::cost
