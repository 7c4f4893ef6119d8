#include "client/protocol/backoff.hpp"

#include <algorithm>

namespace confab::client {

std::chrono::milliseconds backoff::next() {
  const std::int64_t longest = 30 * unit_.count();
  const int doublings = std::min(attempts_, 5);
  ++attempts_;
  const std::int64_t base = std::min(longest, unit_.count() << doublings);
  std::uniform_int_distribution<std::int64_t> variation(-base / 5, base / 5);
  return std::chrono::milliseconds(base + variation(random_));
}

}  // namespace confab::client
