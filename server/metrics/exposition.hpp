#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include "server/metrics/histogram.hpp"

namespace confab::metrics {

/// What a family of metrics is, in the words of Prometheus.
enum class kind : std::uint8_t { counter, gauge, histogram };

/// A label of a sample.
struct label {
  std::string_view name;  ///< as in [a-z_]+
  std::string_view value;
};

/// Writes metrics in the text format of Prometheus, version 0.0.4. Names are the caller's to get right; what is said in
/// help and in the values of labels may be anything. Any thread.
class exposition {
 public:
  static constexpr std::string_view media_type = "text/plain; version=0.0.4; charset=utf-8";

  /// Begins a family; its samples follow. `name` lives as long as they do.
  void begin(std::string_view name, kind what, std::string_view help);
  void sample(std::uint64_t value, std::initializer_list<label> labels = {});
  void sample(double value, std::initializer_list<label> labels = {});
  /// All samples of a family that is a histogram: buckets, sum and count, in seconds.
  void samples(const histogram& of);

  const std::string& text() const noexcept { return text_; }
  /// How many samples there are, those of histograms included.
  std::size_t series() const noexcept { return series_; }

 private:
  void begin_sample(std::string_view suffix, std::initializer_list<label> labels);

  std::string text_;
  std::string_view name_;
  std::size_t series_ = 0;
};

}  // namespace confab::metrics
