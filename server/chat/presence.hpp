#pragma once

#include <chrono>

#include "server/chat/user.hpp"

namespace confab::chat {

/// Users in the order of their last sign of life. Since all have the same timeout, whoever is due stands in front, and
/// a sweep touches nobody else. An intrusive list through user::quieter and user::livelier; it owns nothing. On the
/// hub's thread.
class presence {
 public:
  /// `who` shows a sign of life now and moves to the back; also how a new user enters the list.
  void touch(user& who, std::chrono::steady_clock::time_point now) noexcept {
    remove(who);
    who.seen.steady = now;
    who.warned = false;
    who.quieter = back_;
    (back_ != nullptr ? back_->livelier : front_) = &who;
    back_ = &who;
  }

  /// Takes `who` out; nothing happens when it is not in.
  void remove(user& who) noexcept {
    if (front_ != &who && who.quieter == nullptr) return;
    (who.quieter != nullptr ? who.quieter->livelier : front_) = who.livelier;
    (who.livelier != nullptr ? who.livelier->quieter : back_) = who.quieter;
    who.quieter = who.livelier = nullptr;
  }

  /// Forgets all, who may be gone already.
  void clear() noexcept { front_ = back_ = nullptr; }

  /// The one who has been silent for longest, or null. Its `livelier` is the next.
  user* quietest() const noexcept { return front_; }

 private:
  user* front_ = nullptr;
  user* back_ = nullptr;
};

}  // namespace confab::chat
