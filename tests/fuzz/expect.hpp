#pragma once

#include <cstdio>
#include <cstdlib>

namespace confab::fuzz {

/// Ends the process when `holds` is not true, which a fuzzer takes for a crash and keeps the input of.
inline void expect(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  std::abort();
}

}  // namespace confab::fuzz
