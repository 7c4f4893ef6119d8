// Taking back what was said. The rest of the hub is in hub.cpp.
#include <charconv>
#include <utility>

#include "server/chat/hub.hpp"

namespace confab::chat {
namespace {

store::moment to_store(std::chrono::system_clock::time_point time) {
  return std::chrono::floor<std::chrono::milliseconds>(time);
}

}  // namespace

// Whose a message is, is a matter of who said it, not of what name they have now.
void hub::recall(const asker& from, std::string_view text) {
  std::uint64_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (error != std::errc{} || end != text.data() + text.size())
    return chat_.out.complain(from, problem::bad_argument, usage_of(verb::recall));
  utterance* const message = chat_.recent.find(id);
  if (message == nullptr || chat_.now.steady - message->said > chat_.options.recall_window) {
    return chat_.out.complain(from, problem::no_such_message, text);
  }
  if (message->from_user != from->arrival) return chat_.out.complain(from, problem::not_your_message, text);
  if (message->recalled) return chat_.out.complain(from, problem::already_recalled, text);
  chat_.recent.recall(*message);
  if (chat_.options.history) {
    store::recall gone;
    gone.id = id;
    gone.time = to_store(chat_.now.wall);
    gone.by = from->name();
    gone.by_addr = from->addr;
    chat_.errands.keep.emplace_back(std::move(gone));
  }
  if (message->to_user != 0) {
    const event::recalled news{id, {}};
    deliveries_.recalled(message->to_user, id);
    chat_.out.reply(from, news);
    user* const receiver = chat_.users.find_arrival(message->to_user);
    if (receiver != nullptr && receiver != from.who) chat_.out.tell(*receiver, news);
    return;
  }
  room* const where = chat_.rooms.find(*message);
  if (where == nullptr) return chat_.out.reply(from, event::recalled{id, {}});
  std::erase_if(where->past, [id](const utterance& each) { return each.id == id; });
  const event::recalled news{id, where->name};
  chat_.out.say_in(*where, from.who, news);
  chat_.out.reply(from, news);
}

}  // namespace confab::chat
