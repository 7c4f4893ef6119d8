#include "tests/bench/progress.hpp"

#include <cstdio>
#include <unistd.h>

#include <fmt/format.h>

namespace confab::bench {

progress::progress() : terminal_(::isatty(STDERR_FILENO) == 1) {}

void progress::show(std::string_view text) {
  if (terminal_) {
    fmt::print(stderr, "\r\x1b[K{}", text);
  } else {
    fmt::print(stderr, "{}\n", text);
  }
  std::fflush(stderr);
}

void progress::clear() {
  if (terminal_) fmt::print(stderr, "\r\x1b[K");
}

}  // namespace confab::bench
