#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <utility>

#include "server/chat/utterance.hpp"

namespace confab::chat {

/// What was said lately, in the order of ids: what a resumed session has missed, and what can be recalled. Bounded in
/// age and in bytes; the oldest go first. Lives with the hub, on its thread.
class recent {
 public:
  recent(std::size_t max_bytes, std::chrono::seconds max_age) : max_bytes_(max_bytes), max_age_(max_age) {}

  /// Its id is above all others'.
  void add(utterance message) {
    bytes_ += message.bytes();
    messages_.push_back(std::move(message));
    while (bytes_ > max_bytes_ && !messages_.empty()) forget_oldest();
  }

  /// Forgets what is too old at `now`.
  void forget(std::chrono::system_clock::time_point now) {
    while (!messages_.empty() && now - messages_.front().time > max_age_) forget_oldest();
  }

  /// The message with that id, or null when there is none (any more).
  utterance* find(std::uint64_t id) noexcept {
    const auto at = first_after(id - 1);
    return id != 0 && at != messages_.end() && at->id == id ? &*at : nullptr;
  }

  /// Whether all that was said after `id` is still here.
  bool reaches_back_to(std::uint64_t id) const noexcept { return id >= forgotten_; }

  /// The newest id that is forgotten.
  std::uint64_t forgotten() const noexcept { return forgotten_; }

  /// Takes a message back: that it was there is remembered, not what it said.
  void recall(utterance& message) noexcept {
    bytes_ -= message.text.size();
    std::string().swap(message.text);
    message.recalled = true;
  }

  /// f(const utterance&) for each message after `id`, in order, until it says false.
  template <class F>
  void for_each_after(std::uint64_t id, F f) {
    for (auto at = first_after(id); at != messages_.end() && f(*at); ++at) {
    }
  }

 private:
  std::deque<utterance>::iterator first_after(std::uint64_t id) noexcept {
    return std::upper_bound(messages_.begin(), messages_.end(), id,
                            [](std::uint64_t number, const utterance& each) { return number < each.id; });
  }
  void forget_oldest() {
    forgotten_ = messages_.front().id;
    bytes_ -= messages_.front().bytes();
    messages_.pop_front();
  }

  std::size_t max_bytes_;
  std::chrono::seconds max_age_;
  std::deque<utterance> messages_;
  std::size_t bytes_ = 0;
  std::uint64_t forgotten_ = 0;  // the newest id that was forgotten
};

}  // namespace confab::chat
