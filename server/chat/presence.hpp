#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <utility>
#include <vector>

#include "server/chat/device.hpp"

namespace confab::chat {

/// Devices in the order of their last sign of life. Where all have the same timeout, whichever is due stands in front,
/// and a sweep touches nobody else. An intrusive list through device::quieter and device::livelier; it owns nothing. On
/// the hub's thread.
class presence {
 public:
  /// `who` shows a sign of life now and moves to the back; also how a new device enters the list.
  void touch(device& who, std::chrono::steady_clock::time_point now) noexcept {
    remove(who);
    who.last_active = now;
    who.warned = false;
    who.quieter = back_;
    (back_ != nullptr ? back_->livelier : front_) = &who;
    back_ = &who;
  }

  /// Takes `who` out; nothing happens when it is not in.
  void remove(device& who) noexcept {
    if (front_ != &who && who.quieter == nullptr) return;
    (who.quieter != nullptr ? who.quieter->livelier : front_) = who.livelier;
    (who.livelier != nullptr ? who.livelier->quieter : back_) = who.quieter;
    who.quieter = who.livelier = nullptr;
  }

  /// Forgets all, who may be gone already.
  void clear() noexcept { front_ = back_ = nullptr; }

  /// The one who has been silent for longest, or null. Its `livelier` is the next.
  device* quietest() const noexcept { return front_; }

 private:
  device* front_ = nullptr;
  device* back_ = nullptr;
};

/// The same with an order for each device::idle_timeout: mostly there is one, and others while somebody is online who
/// came before that was changed. Who is in must keep its timeout. On the hub's thread.
class presence_by_timeout {
 public:
  using timeout = decltype(device::idle_timeout);

  void touch(device& who, std::chrono::steady_clock::time_point now) {
    presence* order = find(who.idle_timeout);
    if (order == nullptr) order = &all_.emplace_back(who.idle_timeout, presence()).second;
    order->touch(who, now);
  }
  void remove(device& who) noexcept {
    if (presence* const order = find(who.idle_timeout)) order->remove(who);
  }
  void clear() noexcept { all_.clear(); }

  bool empty() const noexcept {
    return std::all_of(all_.begin(), all_.end(), [](const auto& each) { return each.second.quietest() == nullptr; });
  }
  /// Forgets the timeouts that nobody has any more.
  void tidy() noexcept {
    std::erase_if(all_, [](const auto& each) { return each.second.quietest() == nullptr; });
  }
  /// How many timeouts there are.
  std::size_t size() const noexcept { return all_.size(); }

  /// Pairs of a timeout and an order.
  auto begin() const noexcept { return all_.begin(); }
  auto end() const noexcept { return all_.end(); }

 private:
  presence* find(timeout of) noexcept {
    for (auto& [its, order] : all_) {
      if (its == of) return &order;
    }
    return nullptr;
  }

  std::vector<std::pair<timeout, presence>> all_;
};

}  // namespace confab::chat
