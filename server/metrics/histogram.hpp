#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>

#include "server/metrics/number.hpp"

namespace confab::metrics {

/// How long things took: how many took no longer than each of a few bounds. One thread at a time adds, any thread
/// reads. Adding takes some comparisons, and never memory.
class histogram {
 public:
  static constexpr std::size_t max_bounds = 11;

  /// `bounds`: at most max_bounds, rising; they live as long as this.
  explicit histogram(std::span<const std::chrono::nanoseconds> bounds) noexcept : bounds_(bounds) {}

  void add(std::chrono::nanoseconds took) noexcept {
    std::size_t at = 0;
    while (at < bounds_.size() && took > bounds_[at]) ++at;
    counts_[at].add();
    sum_.add(took.count() > 0 ? static_cast<std::uint64_t>(took.count()) : 0);
  }

  std::span<const std::chrono::nanoseconds> bounds() const noexcept { return bounds_; }
  /// How many fell between the bound before the `which`-th and it; that behind the last bound: how many took longer.
  std::uint64_t count(std::size_t which) const noexcept { return counts_[which].value(); }
  /// Nanoseconds, of all.
  std::uint64_t sum() const noexcept { return sum_.value(); }

 private:
  std::span<const std::chrono::nanoseconds> bounds_;
  std::array<number, max_bounds + 1> counts_;
  number sum_;
};

}  // namespace confab::metrics
