#include "server/chat/delivery_reports.hpp"

#include <algorithm>
#include <chrono>

namespace confab::chat {
namespace {

// At most this many are kept for a sender whose own connection is broken when there is something to tell.
constexpr std::size_t max_fates = 100;

}  // namespace

void delivery_reports::decide_wait(const user& from, const user& receiver, fact::whispered& news) {
  if (receiver.is_connected()) return;
  // While what a device had sent still waits, its time to come back has not begun.
  auto last = std::chrono::steady_clock::time_point::min();  // that one of them broke off
  receiver.for_each_device([&](const device& each) {
    last = std::max(last, each.has_pending ? chat_.now.steady : each.extras->detached_at);
  });
  const auto gone = chat_.now.steady - last;
  news.left = std::chrono::ceil<std::chrono::seconds>(chat_.options.resume_window - gone);
  news.waiting = undelivered_.add(receiver.user_id, from.user_id, news.id);
}

void delivery_reports::settle(const user& receiver, bool delivered, std::uint64_t after, std::uint64_t until) {
  for (const fact::settled& each : decide_settled(receiver, delivered, after, until)) {
    apply(each, chat_.users.find_id(each.sender));
  }
}

std::vector<fact::settled> delivery_reports::decide_settled(const user& receiver, bool delivered, std::uint64_t after,
                                                            std::uint64_t until) {
  std::vector<fact::settled> all;
  for (const undelivered::share& each : undelivered_.take(receiver.user_id, after, until)) {
    all.push_back({each.sender, receiver.who(), delivered, each.messages, each.last});
  }
  return all;
}

void delivery_reports::apply(const fact::settled& news, const user* sender) {
  if (sender == nullptr) return;
  const auto became = news.delivered ? event::delivery::state::delivered : event::delivery::state::lost;
  // Whoever is away itself, or is being told what it missed, hears of it behind that.
  bool told = false;
  sender->for_each_device([&](const device& to) {
    if (to.detached || to.catching_up) return;
    chat_.out.tell(to, event::delivery{became, news.receiver, news.messages, news.last, {}});
    told = true;
  });
  if (told) return;
  if (auto& later = fates_[sender->user_id]; later.size() < max_fates) {
    later.push_back({became, std::string(news.receiver.name), std::string(news.receiver.addr), news.receiver.number,
                     news.messages, news.last});
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
