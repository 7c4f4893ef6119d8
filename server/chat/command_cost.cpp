#include "server/chat/command_cost.hpp"

namespace confab::chat::cost {
namespace {

std::uint64_t words_of(const command& wanted) noexcept {
  return wanted.word.size() + wanted.text.size();
}

}  // namespace

std::uint64_t little(const chat_state&, const user&, const command& wanted) {
  return of_any + words_of(wanted);
}

std::uint64_t words_to_room(const chat_state& chat, const user& from, const command& wanted) {
  const std::uint32_t number = from.extras == nullptr ? rooms::lobby_number : from.extras->current_room;
  const bool lobby = number == rooms::lobby_number;
  const std::size_t hearers = lobby ? chat.users.size() : chat.rooms.at(number).members.size();
  return of_any + (words_of(wanted) + of_frame) * hearers;
}

std::uint64_t words_to_all(const chat_state& chat, const user&, const command& wanted) {
  return of_any + (words_of(wanted) + of_frame) * chat.users.size();
}

std::uint64_t line_to_all(const chat_state& chat, const user&, const command&) {
  return of_any + of_frame * chat.users.size();
}

std::uint64_t long_answer(const chat_state&, const user&, const command&) {
  return of_any + of_page;
}

}  // namespace confab::chat::cost
