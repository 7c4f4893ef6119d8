#pragma once

#include <string>

#include "tests/bench/figures.hpp"
#include "tests/bench/options.hpp"

namespace confab::bench {

/// Prints the tables of a run on standard output: the fan-outs and whispers, the rest, the notes, the targets.
void print_tables(const figures& results, const options& chosen);

/// Writes everything, each sample of each figure too, as one JSON object; throws `failure` when it cannot.
void write_json(const std::string& path, const figures& results, const options& chosen);

}  // namespace confab::bench
