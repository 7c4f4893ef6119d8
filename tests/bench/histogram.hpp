#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace confab::bench {

/// Counts durations in buckets 1/32 of a power of two wide, so that a percentile is right to about 3 %.
/// Adding is a few instructions and never allocates.
class histogram {
 public:
  /// `duration` in nanoseconds.
  void add(std::uint64_t duration) noexcept {
    ++buckets_[bucket_of(duration)];
    ++count_;
  }

  std::uint64_t count() const noexcept { return count_; }

  /// The duration in nanoseconds that `fraction` (0 to 1) of all stay at or below; 0 when there are none.
  double percentile(double fraction) const noexcept {
    const double wanted = fraction * static_cast<double>(count_);
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < buckets_.size(); ++i) {
      seen += buckets_[i];
      if (seen != 0 && static_cast<double>(seen) >= wanted) return middle_of(i);
    }
    return 0;
  }

 private:
  static constexpr unsigned fine_bits = 5;
  static constexpr std::size_t fine = std::size_t{1} << fine_bits;

  // Below 32 a bucket a value; above, the exponent and the five bits after the leading one.
  static std::size_t bucket_of(std::uint64_t value) noexcept {
    if (value < fine) return static_cast<std::size_t>(value);
    const auto exponent = static_cast<unsigned>(std::bit_width(value)) - 1;
    const auto detail = static_cast<std::size_t>(value >> (exponent - fine_bits)) & (fine - 1);
    return (exponent - fine_bits + 1) * fine + detail;
  }

  static double middle_of(std::size_t bucket) noexcept {
    if (bucket < fine) return static_cast<double>(bucket);
    const auto shift = static_cast<unsigned>(bucket / fine) - 1;
    const std::uint64_t low = (fine + bucket % fine) << shift;
    return static_cast<double>(low) + static_cast<double>(std::uint64_t{1} << shift) / 2;
  }

  std::array<std::uint64_t, (64 - fine_bits + 1) * fine> buckets_{};
  std::uint64_t count_ = 0;
};

}  // namespace confab::bench
