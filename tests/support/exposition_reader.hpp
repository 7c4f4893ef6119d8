#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace confab::test {

/// What a scrape says, read as Prometheus reads its text format, version 0.0.4, and more strictly: every sample belongs
/// to a family with help and type before it, the samples of a family stand together, and each is there once.
struct scraped {
  struct family {
    std::string name;
    std::string type;
  };
  std::vector<family> families;           ///< in their order
  std::map<std::string, double> samples;  ///< as they are written: `a_total{b="c"}`

  /// Throws std::out_of_range when there is no such sample.
  double operator[](const std::string& sample) const { return samples.at(sample); }
};

/// Throws std::runtime_error with the line and what is wrong with it.
scraped read_exposition(std::string_view text);

}  // namespace confab::test
