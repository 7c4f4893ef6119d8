#include "server/chat/message_log.hpp"

namespace confab::chat {
namespace {

// What the rows need for a message, besides the message itself.
constexpr std::size_t row_bytes = 2 * sizeof(std::uint64_t);

}  // namespace

void message_log::add(logged_message message) {
  const std::uint64_t place = first_place_ + messages_.size();
  if (message.to_user == 0) {
    by_room_[message.room_id].places.push_back(place);
  } else {
    by_user_[message.to_user].places.push_back(place);
    if (message.from_user != message.to_user) by_user_[message.from_user].places.push_back(place);
  }
  bytes_ += message.bytes() + row_bytes;
  messages_.push_back(std::move(message));
  while (bytes_ > max_bytes_ && !messages_.empty()) forget_oldest();
}

void message_log::forget(std::chrono::steady_clock::time_point now) {
  while (!messages_.empty() && now - messages_.front().said > max_age_) forget_oldest();
}

logged_message* message_log::find(std::uint64_t id) noexcept {
  if (id == 0) return nullptr;
  spent_->add(1);
  const std::uint64_t place = first_place_after(id - 1) - first_place_;
  if (place == messages_.size()) return nullptr;
  logged_message& found = messages_[static_cast<std::size_t>(place)];
  return found.id == id ? &found : nullptr;
}

void message_log::recall(logged_message& message) {
  bytes_ -= message.text.size();
  std::string().swap(message.text);
  message.recalled = true;
  recalled_.push_back(message.id);
}

std::vector<message_log::cursor> message_log::start(std::span<const source> from) const {
  std::vector<cursor> heap;
  for (const source& each : from) {
    spent_->add(1);
    const rows& in = each.whispers ? by_user_ : by_room_;
    const auto found = in.find(each.key);
    if (found == in.end()) continue;
    const auto& places = found->second.places;
    const auto begin = places.begin() + static_cast<std::ptrdiff_t>(found->second.first);
    const auto first = std::lower_bound(begin, places.end(), first_place_after(each.after));
    if (first != places.end()) heap.push_back({&found->second, static_cast<std::size_t>(first - places.begin())});
  }
  std::make_heap(heap.begin(), heap.end());
  return heap;
}

std::uint64_t message_log::first_place_after(std::uint64_t id) const noexcept {
  const auto found =
      std::upper_bound(messages_.begin(), messages_.end(), id,
                       [](std::uint64_t number, const logged_message& each) { return number < each.id; });
  return first_place_ + static_cast<std::uint64_t>(found - messages_.begin());
}

void message_log::forget_first(rows& in, std::uint64_t key) {
  const auto found = in.find(key);
  row& of = found->second;
  if (++of.first == of.places.size()) {
    in.erase(found);
  } else if (of.first * 2 > of.places.size()) {
    of.places.erase(of.places.begin(), of.places.begin() + static_cast<std::ptrdiff_t>(of.first));
    of.first = 0;
  }
}

// The oldest of all is the oldest of each of its sources.
void message_log::forget_oldest() {
  spent_->add(1);
  const logged_message& oldest = messages_.front();
  if (oldest.to_user == 0) {
    forget_first(by_room_, oldest.room_id);
  } else {
    forget_first(by_user_, oldest.to_user);
    if (oldest.from_user != oldest.to_user) forget_first(by_user_, oldest.from_user);
  }
  forgotten_ = oldest.id;
  bytes_ -= oldest.bytes() + row_bytes;
  messages_.pop_front();
  ++first_place_;
  while (!recalled_.empty() && recalled_.front() <= forgotten_) {
    recalled_.pop_front();
    ++first_recall_;
  }
}

}  // namespace confab::chat
