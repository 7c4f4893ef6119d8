#include "server/chat/command_cost.hpp"

namespace confab::chat::cost {
namespace {

std::uint64_t words_of(const command& wanted) noexcept {
  return wanted.word.size() + wanted.text.size();
}

}  // namespace

std::uint64_t little(const chat_state&, const device&, const command& wanted) {
  return of_any + words_of(wanted);
}

std::uint64_t words_to_room(const chat_state& chat, const device& from, const command& wanted) {
  const std::uint32_t number = from.current_room();
  const bool lobby = number == rooms::lobby_number;
  const std::size_t receivers = lobby ? chat.users.device_count() : chat.rooms.at(number).devices;
  return of_any + (words_of(wanted) + of_frame) * receivers;
}

std::uint64_t words_to_all(const chat_state& chat, const device&, const command& wanted) {
  return of_any + (words_of(wanted) + of_frame) * chat.users.device_count();
}

std::uint64_t line_to_all(const chat_state& chat, const device&, const command&) {
  return of_any + of_frame * chat.users.device_count();
}

std::uint64_t long_answer(const chat_state&, const device&, const command&) {
  return of_any + of_page;
}

}  // namespace confab::chat::cost
