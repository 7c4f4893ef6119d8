#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <thread>

#include "server/notifier.hpp"

namespace confab {

/// While a start takes long, as that with a large history does, asks the service manager again and again for more time.
/// By a thread of its own, as the main thread is busy; only if somebody listens. Made and destroyed on the main thread,
/// which must not use the notifier meanwhile.
class long_start {
 public:
  static constexpr std::chrono::seconds interval{10};
  /// Then it asks no more: something hangs.
  static constexpr std::chrono::hours at_most{1};

  explicit long_start(notifier& to, std::chrono::milliseconds every = interval,
                      std::chrono::milliseconds longest = at_most);

 private:
  void run(const std::stop_token& over);

  notifier& to_;
  std::chrono::milliseconds every_;
  std::chrono::milliseconds longest_;
  std::mutex mutex_;
  std::condition_variable_any wakes_;
  std::jthread thread_;  // the last: it ends first
};

}  // namespace confab
