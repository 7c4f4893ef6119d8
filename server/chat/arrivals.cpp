#include "server/chat/arrivals.hpp"

#include <utility>

namespace confab::chat {

arrivals::arrivals(chat_state& chat) : chat_(chat), announcer_(chat.options.announce_limit) {}

// The new user hears of itself in any case, and at once; the others may hear of it later, or of a crowd instead.
void arrivals::introduce(device& fresh, bool to_all) {
  user& who = *fresh.owner;
  if (!to_all) {
    due_.push_back({chat_.now.steady + chat_.options.arrival_delay, who.user_id});
    chat_.out.tell(fresh, event::joined{who.who(), online_for(who)});
    chat_.out.enter(fresh);
    return;
  }
  chat_.out.enter(fresh);
  apply(decide_arrived(who), &who, nullptr);
}

void arrivals::make_known(user& fresh) {
  if (!fresh.known) apply(decide_arrived(fresh), &fresh, &fresh);
}

void arrivals::tell_gone(const user& who, leave_reason reason, std::string_view words, bool still_here) {
  if (who.known) apply(decide_gone(who, reason, words), still_here ? &who : nullptr);
}

fact::arrived arrivals::decide_arrived(const user& fresh) {
  return {fresh.who(), known_ + 1, announcer_.admit_arrival()};
}

fact::gone arrivals::decide_gone(const user& who, leave_reason reason, std::string_view words) {
  return {who.who(), reason, words, known_ - 1, announcer_.admit_departure()};
}

template <class Event>
void arrivals::to_all_but(const user* except, const Event& what) {
  if (except == nullptr) return chat_.out.to_all(what);
  chat_.out.to_others(*except, what);
}

void arrivals::apply(const fact::arrived& news, user* here, const user* except) {
  known_ = news.online;
  if (here != nullptr) here->known = true;
  const event::joined line{news.who, news.online};
  if (news.told) return to_all_but(except, line);
  if (here != nullptr && here != except) chat_.out.tell(*here, line);
}

void arrivals::apply(const fact::gone& news, const user* except) {
  known_ = news.online;
  if (!news.told) return;
  to_all_but(except, event::left{news.who, news.reason, news.words, news.online});
}

void arrivals::apply(const fact::crowd& news) {
  chat_.out.to_all(event::crowd{news.joined, news.left, known_});
}

std::optional<std::chrono::steady_clock::time_point> arrivals::next() const noexcept {
  if (due_.empty()) return std::nullopt;
  return due_.front().when;
}

void arrivals::tell_due() {
  while (!due_.empty() && due_.front().when <= chat_.now.steady) {
    chat_.spent.add(1);
    user* const fresh = chat_.users.find_id(due_.front().user_id);
    due_.pop_front();
    if (fresh != nullptr) make_known(*fresh);
  }
}

void arrivals::tell_crowd() {
  if (const auto crowd = decide_crowd()) apply(*crowd);
}

std::optional<fact::crowd> arrivals::decide_crowd() {
  const announcer::crowd crowd = announcer_.next_second();
  if (crowd.empty()) return std::nullopt;
  return fact::crowd{crowd.joined, crowd.left};
}

void arrivals::tell_count() {
  if (std::exchange(count_told_, known_) != known_) chat_.out.to_format(wire_format::json, event::count{known_});
}

void arrivals::clear() noexcept {
  due_.clear();
  known_ = 0;
}

}  // namespace confab::chat
