#include "server/long_start.hpp"

namespace confab {

long_start::long_start(notifier& to, std::chrono::milliseconds every, std::chrono::milliseconds longest)
    : to_(to), every_(every), longest_(longest) {
  if (to_.tells()) thread_ = std::jthread([this](const std::stop_token& over) { run(over); });
}

void long_start::run(const std::stop_token& over) {
  std::unique_lock lock(mutex_);
  for (auto waited = every_; waited <= longest_; waited += every_) {
    wakes_.wait_for(lock, over, every_, [] { return false; });
    if (over.stop_requested()) return;
    if (waited == every_) to_.status("looking at the history");
    to_.extend(3 * every_);
  }
}

}  // namespace confab
