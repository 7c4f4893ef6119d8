#pragma once

#include <chrono>
#include <cstddef>
#include <span>
#include <string>

#include "server/notifier.hpp"

namespace confab {

/// Tells the service manager, by a notifier, how many users there are, and that all threads work as long as they do.
/// Main thread.
class vital_signs {
 public:
  using clock = std::chrono::steady_clock;

  /// How old a sign of life of a thread may be at most; with a short watchdog, half of its time.
  static constexpr std::chrono::seconds most_silence{10};
  /// How often the number of users is told at most.
  static constexpr std::chrono::seconds status_pause{5};

  /// `to` must live as long as it does.
  explicit vital_signs(notifier& to);

  /// How often each thread is to give a sign of life; 0: nobody asks.
  std::chrono::milliseconds beat() const noexcept;

  /// Looks at all, once a second or so. `last_turn`: when the hub last worked; `threads`: when each of them last gave a
  /// sign of life. A thread that is silent for too long is named in the status, and then the watchdog hears nothing
  /// until it goes on.
  void look(clock::time_point now, std::size_t users, clock::time_point last_turn,
            std::span<const clock::time_point> threads);

 private:
  std::string what_is_stuck(clock::time_point now, clock::time_point last_turn,
                            std::span<const clock::time_point> threads) const;
  void tell(clock::time_point now, std::string status, bool at_once);

  notifier& to_;
  clock::duration silence_{};  // that a thread may keep
  clock::duration pause_{};    // from one alive() to the next, at least
  clock::time_point pinged_{};
  clock::time_point told_{};
  std::string status_;
  bool stuck_ = false;
};

}  // namespace confab
