#include "server/chat/recalls.hpp"

#include "common/commands.hpp"
#include "common/parse_number.hpp"

namespace confab::chat {

void recalls::recall(const asker& from, std::string_view id) {
  fact::recalled news;
  logged_message* message = nullptr;
  if (const auto no = decide(*from, id, news, message)) return chat_.out.reply_error(from, no->why, no->detail);
  apply(news, from, message);
}

// Whose a message is, is a matter of who said it, not of what name they have now.
std::optional<refusal> recalls::decide(const user& from, std::string_view text, fact::recalled& news,
                                       logged_message*& message) {
  const auto id = parse_number<std::uint64_t>(text);
  if (!id) return refusal{problem::bad_argument, usage_of(verb::recall)};
  message = chat_.log.find(*id);
  if (message == nullptr || chat_.now.steady - message->said > chat_.options.recall_window) {
    return refusal{problem::no_such_message, text};
  }
  if (message->from_user != from.user_id) return refusal{problem::not_your_message, text};
  if (message->recalled) return refusal{problem::already_recalled, text};
  news = {*id, from.who()};
  return std::nullopt;
}

void recalls::apply(const fact::recalled& news, const asker& from, logged_message* message) {
  room* const where = backlog_.recall(news, message);
  const event::recalled line{news.id, where == nullptr ? std::string_view() : where->name};
  if (where != nullptr) chat_.out.say_in(*where, from.on, line);
  if (from.on != nullptr) chat_.out.reply(from, line);
  // Where it is a member it has been told on its others as well.
  const bool told = where != nullptr && (from.on == nullptr || from->is_in(where->number));
  if (from.on != nullptr && !told) chat_.out.tell_others_of(from, line);
  if (message == nullptr || message->to_user == 0) return;
  delivery_reports_.recalled(message->to_user, news.id);
  const user* const receiver = chat_.users.find_id(message->to_user);
  if (receiver != nullptr && receiver != from.who()) chat_.out.tell(*receiver, line);
}

}  // namespace confab::chat
