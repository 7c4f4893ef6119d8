#include "server/chat/delivery_reports.hpp"

#include <algorithm>
#include <chrono>

namespace confab::chat {
namespace {

// At most this many are kept for a sender whose own connection is broken when there is something to tell.
constexpr std::size_t max_fates = 100;

}  // namespace

// Right after the confirmation of a whisper.
void delivery_reports::wait(const asker& from, const user& receiver, std::uint64_t id) {
  if (receiver.is_connected()) return;
  const std::size_t waiting = undelivered_.add(receiver.user_id, from->user_id, id);
  // While what a device had sent still waits, its time to come back has not begun.
  auto last = std::chrono::steady_clock::time_point::min();  // that one of them broke off
  receiver.for_each_device([&](const device& each) {
    last = std::max(last, each.has_pending ? chat_.now.steady : each.extras->detached_at);
  });
  const auto gone = chat_.now.steady - last;
  const auto left = std::chrono::ceil<std::chrono::seconds>(chat_.options.resume_window - gone);
  chat_.out.reply(from, event::delivery{event::delivery::state::waiting, receiver.who(), waiting, id, left});
}

void delivery_reports::settle(const user& receiver, event::delivery::state became, std::uint64_t after,
                              std::uint64_t until) {
  for (const undelivered::share& each : undelivered_.take(receiver.user_id, after, until)) {
    const user* const sender = chat_.users.find_id(each.sender);
    if (sender == nullptr || sender == &receiver) continue;
    // Whoever is away itself, or is being told what it missed, hears of it behind that.
    bool told = false;
    sender->for_each_device([&](const device& to) {
      if (to.detached || to.catching_up) return;
      chat_.out.tell(to, event::delivery{became, receiver.who(), each.messages, each.last, {}});
      told = true;
    });
    if (told) continue;
    if (auto& later = fates_[sender->user_id]; later.size() < max_fates) {
      later.push_back(
          {became, std::string(receiver.name()), receiver.addr, receiver.user_id, each.messages, each.last});
    }
  }
}

void delivery_reports::tell_fates(const device& back) {
  const auto found = fates_.extract(back.owner->user_id);
  if (found.empty()) return;
  for (const fate& each : found.mapped()) {
    chat_.out.tell(back,
                   event::delivery{each.became, {each.name, each.addr, each.number}, each.messages, each.last, {}});
  }
}

}  // namespace confab::chat
