#pragma once

#include <chrono>

#include "server/chat/device.hpp"

namespace confab::chat {

/// Devices in the order of their last sign of life. Since all have the same timeout, whichever is due stands in front,
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

}  // namespace confab::chat
