#include "server/open_files.hpp"

#include <sys/resource.h>

#include "tests/support/catch.hpp"

using namespace confab;

namespace {

// The limit as it was, at the end of the scope.
class limits {
 public:
  limits() { ::getrlimit(RLIMIT_NOFILE, &before_); }
  ~limits() { ::setrlimit(RLIMIT_NOFILE, &before_); }
  limits(const limits&) = delete;
  limits& operator=(const limits&) = delete;
  static void set(rlim_t now, rlim_t most) {
    const rlimit limit{now, most};
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &limit) == 0);
  }
  static rlim_t get() {
    rlimit limit{};
    REQUIRE(::getrlimit(RLIMIT_NOFILE, &limit) == 0);
    return limit.rlim_cur;
  }
  rlim_t most() const { return before_.rlim_max; }

 private:
  rlimit before_{};
};

}  // namespace

TEST_CASE("open files: each user needs one, each further thread four, each further listener one", "[open_files]") {
  CHECK(files_needed(200, 1, 1) == 230);
  CHECK(files_needed(200, 2, 1) == 234);
  CHECK(files_needed(200, 1, 2) == 231);
  CHECK(files_needed(1, 8, 3) == 61);
}

TEST_CASE("open files: the limit is raised to what is wanted, and never lowered", "[open_files]") {
  const limits before;
  REQUIRE(before.most() >= 300);
  limits::set(100, before.most());
  CHECK(allow_open_files(99) == 100);
  CHECK(allow_open_files(100) == 100);
  CHECK(limits::get() == 100);
  CHECK(allow_open_files(101) == 101);
  CHECK(limits::get() == 101);
  CHECK(allow_open_files(300) == 300);
  CHECK(limits::get() == 300);
  CHECK(allow_open_files(200) == 300);
}

TEST_CASE("open files: more than the system allows is not to be had", "[open_files]") {
  const limits before;
  // The hard limit cannot be raised again without rights: so it is left as it is.
  if (before.most() == RLIM_INFINITY) return;
  const std::size_t most = before.most();
  CHECK(allow_open_files(most + 1) == most);
  CHECK(limits::get() == most);
}
