// Whispers to users whose connection is broken: who whispered is told what becomes of them. The rest of the hub is in
// hub.cpp.
#include <utility>

#include "server/chat/hub.hpp"

namespace confab::chat {
namespace {

// So much is kept for a sender whose own connection is broken when there is something to tell.
constexpr std::size_t max_fates = 100;

}  // namespace

// Right after the confirmation of a whisper.
void hub::tell_waiting(const asker& from, const user& receiver) {
  if (!receiver.detached) return;
  const std::size_t waiting = undelivered_.add(receiver.arrival, from->arrival, chat_.last_id);
  const auto gone = chat_.now.steady - receiver.extras->detached_at;
  const auto left = std::chrono::ceil<std::chrono::seconds>(chat_.options.resume_window - gone);
  chat_.out.reply(from, event::delivery{event::delivery::state::waiting, receiver.who(), waiting, chat_.last_id, left});
}

// Those with ids above `after` up to `until` have been sent to `receiver`, or never will be.
void hub::tell_delivery(const user& receiver, event::delivery::state became, std::uint64_t after, std::uint64_t until) {
  for (const undelivered::share& each : undelivered_.take(receiver.arrival, after, until)) {
    user* const sender = chat_.users.find_arrival(each.sender);
    if (sender == nullptr || sender == &receiver) continue;
    // Whoever is away itself, or is being told what it missed, hears of it behind that.
    if (!sender->detached && !sender->catching_up()) {
      chat_.out.tell(*sender, event::delivery{became, receiver.who(), each.messages, each.last, {}});
    } else if (auto& later = sender->more().fates; later.size() < max_fates) {
      later.push_back(
          {became, std::string(receiver.name()), receiver.addr, receiver.arrival, each.messages, each.last});
    }
  }
}

void hub::tell_fates(user& back) {
  for (const user_extras::fate& each : std::exchange(back.extras->fates, {})) {
    chat_.out.tell(back,
                   event::delivery{each.became, {each.name, each.addr, each.number}, each.messages, each.last, {}});
  }
}

}  // namespace confab::chat
