#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "server/net/outbox.hpp"

namespace confab::net {

/// Outboxes that were used and are empty: whoever lags next takes one, and its memory with it. A shard's, on its
/// thread.
class outbox_pool {
 public:
  /// At most this many are kept.
  static constexpr std::size_t most = 1024;
  /// One that holds more memory (bytes) is not kept: who has lagged far behind leaves more than the next one needs.
  static constexpr std::size_t largest = 8 * 1024;

  outbox_pool() { spare_.reserve(most); }

  /// An empty one.
  std::unique_ptr<outbox> take();
  /// `spent` may be null, or full.
  void give_back(std::unique_ptr<outbox> spent);

 private:
  std::vector<std::unique_ptr<outbox>> spare_;
};

}  // namespace confab::net
