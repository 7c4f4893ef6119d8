// Anybody may do anything at any time: whatever that is, nothing breaks, nobody reads what is not for them, and nothing
// is said twice, lost or kept.

#include <random>
#include <string>

#include "tests/support/catch.hpp"
#include "tests/support/deadline.hpp"
#include "tests/unit/chat/storm.hpp"

using namespace confab;
using confab::test::storm;

namespace {

storm::choices from_seed(unsigned seed) {
  return [random = std::mt19937(seed)](std::size_t count) mutable { return random() % count; };
}

}  // namespace

TEST_CASE("hub: in a storm nothing breaks, is said twice or to the wrong one, is lost, or kept for nobody", "[storm]") {
  std::size_t texts = 0;
  std::size_t reads = 0;
  std::size_t resumed = 0;
  std::size_t answers = 0;
  std::size_t devices = 0;
  constexpr unsigned seeds = test::sanitized ? 200 : 400;
  for (unsigned seed = 1; seed <= seeds; ++seed) {
    CAPTURE(seed);
    storm one(from_seed(seed));
    REQUIRE_NOTHROW(one.rage(60));
    REQUIRE_NOTHROW(one.settle());
    REQUIRE_NOTHROW(one.check_calm());
    REQUIRE_NOTHROW(one.end());
    texts += one.witness().texts();
    reads += one.witness().reads();
    resumed += one.witness().resumed();
    answers += one.witness().answers();
    devices += one.witness().devices();
  }
  // There was much to be wrong.
  CHECK(texts > seeds * 50);
  CHECK(reads > seeds * 175);
  CHECK(resumed > seeds);
  CHECK(answers > seeds * 12);
  CHECK(devices > seeds * 2);  // that users had besides their first
}
