#include "client/backoff.hpp"

#include <algorithm>

namespace confab::client {

std::chrono::milliseconds backoff::next() {
  constexpr std::int64_t longest = 30'000;
  const int doublings = std::min(attempts_, 5);
  ++attempts_;
  const std::int64_t base = std::min(longest, std::int64_t{1000} << doublings);
  std::uniform_int_distribution<std::int64_t> variation(-base / 5, base / 5);
  return std::chrono::milliseconds(base + variation(random_));
}

}  // namespace confab::client
