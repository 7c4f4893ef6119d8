#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "server/chat/effort.hpp"
#include "server/chat/logged_message.hpp"

namespace confab::chat {

/// What was said lately, in the order of ids: what a resumed session has missed, and what can be recalled. Bounded in
/// age and in bytes; the oldest go first. It also knows which messages were said in which room and whispered to or by
/// whom, so that a reader touches only what concerns it. Lives with the hub, on its thread.
class message_log {
 public:
  message_log(std::size_t max_bytes, std::chrono::seconds max_age, effort& spent)
      : max_bytes_(max_bytes), max_age_(max_age), spent_(&spent) {}

  /// For how long messages are remembered from here on; what has been forgotten stays so.
  void keep_for(std::chrono::seconds max_age) noexcept { max_age_ = max_age; }

  /// Its id is above all others'.
  void add(logged_message message);

  /// Forgets what is too old at `now`.
  void forget(std::chrono::steady_clock::time_point now);

  /// The message with that id, or null when there is none (any more).
  logged_message* find(std::uint64_t id) noexcept;

  /// Whether all that was said after `id` is still here.
  bool reaches_back_to(std::uint64_t id) const noexcept { return id >= forgotten_; }

  /// The newest id that is forgotten.
  std::uint64_t forgotten() const noexcept { return forgotten_; }

  /// Takes a message back: that it was there is remembered, not what it said.
  void recall(logged_message& message);

  /// Where to read, from which id on: a room, or the whispers of a user.
  struct source {
    bool whispers = false;
    std::uint64_t key = 0;    ///< room::room_id, or user::user_id
    std::uint64_t after = 0;  ///< an id
  };
  /// f(const logged_message&) for each message of these sources, in the order of ids, until it says false. No source
  /// twice.
  template <class F>
  void for_each_of(std::span<const source> from, F f);

  /// f(const logged_message&) for each message that was taken back, in the order of their recalls, from recall number
  /// `first` on, until it says false. Returns the number of the recall to go on with.
  template <class F>
  std::uint64_t for_each_recalled(std::uint64_t first, F f);

 private:
  /// The messages of one source, by their place in the row of all that were ever added.
  struct row {
    std::vector<std::uint64_t> places;
    std::size_t first = 0;  // those before it are forgotten
  };
  using rows = std::unordered_map<std::uint64_t, row>;

  /// How far one source has been read.
  struct cursor {
    const row* in;
    std::size_t at;
    std::uint64_t place() const noexcept { return in->places[at]; }
    friend bool operator<(const cursor& a, const cursor& b) noexcept { return a.place() > b.place(); }  // a heap's
  };

  std::vector<cursor> start(std::span<const source> from) const;
  const logged_message& at(std::uint64_t place) const noexcept {
    return messages_[static_cast<std::size_t>(place - first_place_)];
  }
  std::uint64_t first_place_after(std::uint64_t id) const noexcept;
  static void forget_first(rows& in, std::uint64_t key);
  void forget_oldest();

  std::size_t max_bytes_;
  std::chrono::seconds max_age_;
  effort* spent_;
  std::deque<logged_message> messages_;
  std::uint64_t first_place_ = 0;  // of messages_.front()
  rows by_room_;
  rows by_user_;                        // whispers
  std::deque<std::uint64_t> recalled_;  // ids, in the order of their recalls; some may be forgotten
  std::uint64_t first_recall_ = 0;      // the number of recalled_.front()
  std::size_t bytes_ = 0;
  std::uint64_t forgotten_ = 0;  // the newest id that was forgotten
};

template <class F>
void message_log::for_each_of(std::span<const source> from, F f) {
  std::vector<cursor> heap = start(from);
  while (!heap.empty()) {
    spent_->add(1);
    std::pop_heap(heap.begin(), heap.end());
    cursor& next = heap.back();
    if (!f(at(next.place()))) return;
    if (++next.at == next.in->places.size()) {
      heap.pop_back();
    } else {
      std::push_heap(heap.begin(), heap.end());
    }
  }
}

template <class F>
std::uint64_t message_log::for_each_recalled(std::uint64_t first, F f) {
  std::uint64_t number = first < first_recall_ ? first_recall_ : first;
  for (; number - first_recall_ < recalled_.size(); ++number) {
    spent_->add(1);
    const logged_message* const gone = find(recalled_[static_cast<std::size_t>(number - first_recall_)]);
    if (gone != nullptr && !f(*gone)) break;
  }
  return number;
}

}  // namespace confab::chat
