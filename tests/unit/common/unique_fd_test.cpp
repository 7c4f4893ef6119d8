#include "common/unique_fd.hpp"

#include <fcntl.h>
#include <utility>

#include "tests/support/catch.hpp"

using confab::unique_fd;

namespace {

int opened() {
  return ::open("/dev/null", O_RDONLY | O_CLOEXEC);
}

bool is_open(int number) {
  return ::fcntl(number, F_GETFD) >= 0;
}

}  // namespace

TEST_CASE("unique fd: none is none, and is no trouble", "[unique_fd]") {
  unique_fd none;
  CHECK_FALSE(none);
  CHECK(none.get() == -1);
  none.reset();
  const unique_fd failed(-1);
  CHECK_FALSE(failed);
  unique_fd first(0);  // standard input is a descriptor like others
  CHECK(first);
  CHECK(first.release() == 0);
  CHECK_FALSE(first);
}

TEST_CASE("unique fd: closes at the end, by reset, and when another takes its place", "[unique_fd]") {
  const int number = opened();
  REQUIRE(is_open(number));
  SECTION("at the end") {
    const unique_fd ends(number);
  }
  SECTION("by reset") {
    unique_fd one(number);
    one.reset();
    CHECK_FALSE(one);
  }
  SECTION("when another takes its place") {
    unique_fd one(number);
    const int other = opened();
    one = unique_fd(other);
    CHECK(one.get() == other);
    CHECK(is_open(other));
  }
  CHECK_FALSE(is_open(number));
}

TEST_CASE("unique fd: goes along with a move, also onto itself", "[unique_fd]") {
  const int number = opened();
  unique_fd one(number);
  unique_fd other(std::move(one));
  CHECK_FALSE(one);  // NOLINT: what a move leaves behind is none
  CHECK(other.get() == number);
  unique_fd& same = other;
  other = std::move(same);
  CHECK(other.get() == number);
  CHECK(is_open(number));
}
