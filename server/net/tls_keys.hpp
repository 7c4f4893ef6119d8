#pragma once

#include <memory>
#include <mutex>
#include <utility>

#include "server/net/tls_context.hpp"

namespace confab::net {

/// The context that the next handshake takes. Doors share it, the server puts another into it; any thread.
class tls_keys {
 public:
  explicit tls_keys(std::shared_ptr<const tls_context> first) : now_(std::move(first)) {}

  /// For one connection, which keeps it. Never null.
  std::shared_ptr<const tls_context> get() const {
    const std::lock_guard lock(mutex_);
    return now_;
  }
  /// From here on handshakes take `next`, which is not null.
  void set(std::shared_ptr<const tls_context> next) {
    const std::lock_guard lock(mutex_);
    now_.swap(next);  // what was there before is freed after the lock
  }

 private:
  mutable std::mutex mutex_;  // a handshake takes half a millisecond: this is nothing beside it
  std::shared_ptr<const tls_context> now_;
};

}  // namespace confab::net
