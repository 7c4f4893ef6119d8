#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tests/bench/figures.hpp"
#include "tests/bench/options.hpp"

namespace confab::bench {

/// A promise about speed or size, and what came of it.
struct target {
  std::string what;
  std::string wanted;           ///< the limit, for people
  std::string measured;         ///< the figure, for people; a dash when it was not measured
  std::optional<double> value;  ///< the figure the limit is about
  bool reached = false;
};

/// All targets, with the figures of this run.
std::vector<target> targets_of(const figures& results, const options& chosen);

}  // namespace confab::bench
