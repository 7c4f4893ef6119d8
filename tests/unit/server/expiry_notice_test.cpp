#include "server/expiry_notice.hpp"

#include <chrono>
#include <string>

#include "tests/support/catch.hpp"

using namespace confab;
using namespace std::chrono_literals;

namespace {

constexpr auto a_day = 24h;
const expiry_notice::time its_end = std::chrono::system_clock::from_time_t(1'800'000'000);  // 2027-01-15

}  // namespace

TEST_CASE("expiry: said 14, 7 and 1 days before the end, and each day after it", "[tls]") {
  expiry_notice one;
  const auto at = [&](std::chrono::seconds left) { return one.look(its_end - left, its_end); };
  CHECK(at(90 * a_day).empty());
  CHECK(at(14 * a_day + 1s).empty());
  CHECK(at(14 * a_day) == "expires in 14 days, on 2027-01-15");
  CHECK(at(14 * a_day - 1s).empty());
  CHECK(at(7 * a_day + 1s).empty());
  CHECK(at(7 * a_day) == "expires in 7 days, on 2027-01-15");
  CHECK(at(7 * a_day - 1s).empty());
  CHECK(at(1 * a_day + 1s).empty());
  CHECK(at(1 * a_day) == "expires in 1 day, on 2027-01-15");
  CHECK(at(1s).empty());
  CHECK(at(0s) == "expired on 2027-01-15: clients refuse it");
  CHECK(at(-1 * a_day + 1s).empty());
  CHECK(at(-1 * a_day) == "expired on 2027-01-15: clients refuse it");
  CHECK(at(-2 * a_day + 1s).empty());
  CHECK(at(-400 * a_day) == "expired on 2027-01-15: clients refuse it");
  CHECK(at(-400 * a_day).empty());
}

TEST_CASE("expiry: of what is due together the last is said, and of another certificate all of it again", "[tls]") {
  expiry_notice one;
  CHECK(one.look(its_end - 3 * a_day, its_end) == "expires in 3 days, on 2027-01-15");
  CHECK(one.look(its_end - 3 * a_day, its_end).empty());
  one.begin();
  CHECK(one.look(its_end - 3 * a_day, its_end) == "expires in 3 days, on 2027-01-15");
  one.begin();
  CHECK(one.look(its_end - 3 * a_day, its_end + 90 * a_day).empty());
}
