// The benchmark: plays the users of a server and of the floor in turn, and reports the one against the other.

#include <cstdio>
#include <exception>
#include <sys/resource.h>
#include <variant>

#include <fmt/format.h>

#include "tests/bench/figures.hpp"
#include "tests/bench/options.hpp"
#include "tests/bench/progress.hpp"
#include "tests/bench/report.hpp"
#include "tests/bench/scenes.hpp"

namespace {

/// Every user is an open file, here and in the servers, which inherit the limit.
void allow_many_files() {
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return;
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
}

}  // namespace

int main(int argc, char** argv) {
  using namespace confab::bench;
  const auto parsed = parse_options(argc, argv);
  if (const int* status = std::get_if<int>(&parsed)) return *status;
  const options& chosen = std::get<options>(parsed);
  allow_many_files();

  try {
    figures results;
    bool complete = false;
    {
      progress shown;
      complete = scenes(chosen, results, shown).run();
    }
    print_tables(results, chosen);
    if (!chosen.json.empty()) write_json(chosen.json, results, chosen);
    return complete ? 0 : 1;
  } catch (const std::exception& problem) {
    fmt::print(stderr, "bench: {}\n", problem.what());
    return 1;
  }
}
