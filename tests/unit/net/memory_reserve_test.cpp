// What happens when there is no memory: the next of what asks for some gets it from the reserve, whatever it is.

#include "server/net/memory_reserve.hpp"

#include <list>
#include <new>
#include <string>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/deadline.hpp"
#include "tests/unit/net/allocations.hpp"
#include "tests/unit/net/house.hpp"
#include "tests/unit/net/kernel.hpp"

using namespace confab;
using namespace confab::test;

namespace {

/// All that two people hear who do a good part of what can be done, one of them with the reader's buffer full at times.
std::vector<std::string> an_evening(net::memory_reserve* reserve) {
  house all(1, house::options(), house::small(), reserve);
  fake_clock::freeze();
  far_end ann = all.user(0, "a");
  far_end bob = all.user(0, "b");
  std::vector<std::string> heard;
  int asked = 0;
  const auto both = [&](far_end& speaker, const std::string& line) {
    const std::string end = std::to_string(++asked) + '\n';
    speaker.send(line + "\n/ping " + end);
    heard.push_back(all.wait_for(speaker, end));
    far_end& other = &speaker == &ann ? bob : ann;
    heard.push_back(other.read());
  };
  for (const std::string line :
       {"hello", "rename Ann", "/join tea", "to b psst", "/away for tea", "/nope", "who", "/ids on",
        "/tag x hello again", "/tag x hello again", "/recall 1", "/topic tea green"}) {
    both(ann, line);
    both(bob, line == "rename Ann" ? "rename Bob" : line);
  }
  // Nothing is read for a while: what is said meanwhile waits, in pieces of many turns.
  for (int i = 0; i < 40; ++i) {
    ann.send(std::string(400, letter(static_cast<std::size_t>(i))) + '\n');
    all.wait_for(ann, "\n");
  }
  both(bob, "/leave");
  bob.send("half a line");
  bob.half_close();
  std::string rest;
  all.until([&] { return (rest += bob.read(), bob.ended()); }, "the end");
  heard.push_back(rest);
  return heard;
}

/// The exit code of `what` in a process of its own, in which only `more` bytes besides what it has can be had.
int with_only(std::size_t more, int (*what)()) {
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    ::prctl(PR_SET_DUMPABLE, 0);
    std::size_t pages = 0;
    {
      std::FILE* const file = std::fopen("/proc/self/statm", "r");
      if (file == nullptr || std::fscanf(file, "%zu", &pages) != 1) ::_exit(90);
      std::fclose(file);
    }
    const rlim_t most = pages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)) + more;
    const rlimit limit{most, most};
    if (::setrlimit(RLIMIT_AS, &limit) != 0) ::_exit(91);
    ::_exit(what());
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// Takes all there is, in pieces of many sizes, and goes on for half of the reserve.
int use_up_all() {
  net::memory_reserve reserve;
  std::list<std::string> pieces;
  std::size_t more = 0;
  try {
    for (std::size_t size = 100; more < net::memory_reserve::size / 2; size = size * 5 / 4 % 50'000 + 100) {
      pieces.emplace_back(size, 'x');
      if (reserve.touched()) more += size;
    }
  } catch (const std::bad_alloc&) {
    return 1;
  }
  if (reserve.refill()) return 2;  // there is nothing to refill it from
  pieces.clear();
  if (!reserve.refill() || reserve.touched()) return 3;
  // And a second time.
  try {
    while (!reserve.touched()) pieces.emplace_back(10'000, 'x');
  } catch (const std::bad_alloc&) {
    return 4;
  }
  pieces.clear();
  return reserve.refill() ? 0 : 5;
}

int end_all_of_it() {
  net::memory_reserve reserve;
  std::list<std::string> pieces;
  try {
    for (;;) pieces.emplace_back(10'000, 'x');
  } catch (const std::bad_alloc&) {
    return reserve.touched() ? 0 : 1;
  }
}

int make_one_without_room() {
  // What this program has freed is there, too.
  for (void* volatile taken = std::malloc(1000); taken != nullptr;) taken = std::malloc(1000);
  try {
    const net::memory_reserve reserve;
  } catch (const std::bad_alloc&) {
    return std::get_new_handler() == nullptr ? 0 : 2;
  }
  return 1;
}

}  // namespace

TEST_CASE("memory reserve: it is whole, and somebody's help, for as long as it lives", "[memory_reserve]") {
  REQUIRE(std::get_new_handler() == nullptr);
  {
    net::memory_reserve reserve;
    CHECK(std::get_new_handler() != nullptr);
    CHECK_FALSE(reserve.touched());
    CHECK(reserve.refill());
  }
  CHECK(std::get_new_handler() == nullptr);
}

TEST_CASE("memory reserve: it helps as often as it has blocks, and then no more", "[memory_reserve]") {
  net::memory_reserve reserve(malloc_if_any);
  const std::new_handler help = std::get_new_handler();
  for (std::size_t i = 0; i < net::memory_reserve::most_blocks; ++i) {
    REQUIRE_NOTHROW(help());
    REQUIRE(reserve.touched());
  }
  CHECK_THROWS_AS(help(), std::bad_alloc);
  set_memory(false);
  CHECK_FALSE(reserve.refill());
  CHECK_THROWS_AS(help(), std::bad_alloc);
  set_memory(true);
  CHECK(reserve.refill());
  CHECK_FALSE(reserve.touched());
  CHECK_NOTHROW(help());
}

TEST_CASE("memory reserve: what asks for memory gets it though there is none", "[memory_reserve]") {
  net::memory_reserve reserve;
  fail_allocation(2);
  const auto one = std::make_unique<int>(1);
  CHECK_FALSE(reserve.touched());
  const auto two = std::make_unique<int>(2);
  CHECK(allocation_failed());
  CHECK(reserve.touched());
  CHECK(*one + *two == 3);
}

TEST_CASE("memory reserve: whichever allocation of an evening's chat finds none, everybody hears what is due",
          "[memory_reserve]") {
  const std::vector<std::string> expected = an_evening(nullptr);
  REQUIRE(expected.size() > 40);
  net::memory_reserve reserve;
  // Under a sanitizer a part of them will do.
  const std::size_t step = sanitized ? 37 : 1;
  std::size_t failures = 0;
  for (std::size_t which = 1;; which += step) {
    fail_allocation(which);
    const std::vector<std::string> heard = an_evening(nullptr);
    if (!allocation_failed()) break;
    ++failures;
    const bool same = heard == expected;
    CAPTURE(which);
    REQUIRE(same);
    REQUIRE(reserve.touched());
    REQUIRE(reserve.refill());
  }
  fail_allocation(0);
  CHECK(failures > 20);
}

TEST_CASE("memory reserve: with no more memory it lasts for as much as it is, and comes back", "[memory_reserve]") {
  if (sanitized) return;  // a sanitizer needs more addresses than there are here
  CHECK(with_only(net::memory_reserve::size + (std::size_t{8} << 20U), use_up_all) == 0);
  CHECK(with_only(net::memory_reserve::size + (std::size_t{8} << 20U), end_all_of_it) == 0);
}

TEST_CASE("memory reserve: where there is not even room for it none is made", "[memory_reserve]") {
  if (sanitized) return;
  CHECK(with_only(std::size_t{1} << 20U, make_one_without_room) == 0);
}
