#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace confab::metrics {

/// A number that one thread at a time writes and any thread reads: an increment is a load and a store, without a lock
/// or an exclusive cache line. Reading several gives no picture of one moment.
class number {
 public:
  number() = default;
  number(const number&) = delete;
  number& operator=(const number&) = delete;

  void add(std::uint64_t more = 1) noexcept { set(value() + more); }
  void set(std::uint64_t to) noexcept { value_.store(to, std::memory_order_relaxed); }
  std::uint64_t value() const noexcept { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

/// What different threads write stands so far apart that none of them slows another down.
inline constexpr std::size_t cache_line = 64;

}  // namespace confab::metrics
