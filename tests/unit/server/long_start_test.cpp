#include "server/long_start.hpp"

#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/notify_socket.hpp"

using namespace confab;
using namespace confab::test;
using namespace std::chrono_literals;
using lines = std::vector<std::string>;

TEST_CASE("long start: asks for more time again and again, until it is over", "[long_start]") {
  notify_socket manager;
  notifier to(manager.address());
  {
    const long_start now(to, 2ms);
    CHECK(manager.next() == "STATUS=looking at the history");
    for (int i = 0; i < 3; ++i) CHECK(manager.next() == "EXTEND_TIMEOUT_USEC=6000");
  }
  for (const std::string& each : manager.so_far()) CHECK(each == "EXTEND_TIMEOUT_USEC=6000");
  to.ready();
  CHECK(manager.so_far() == lines{"READY=1"});
}

TEST_CASE("long start: asks for no more than is reasonable", "[long_start]") {
  notify_socket manager;
  notifier to(manager.address());
  const long_start now(to, 1ms, 3ms);
  const std::string more = "EXTEND_TIMEOUT_USEC=3000";
  for (const std::string& each : lines{"STATUS=looking at the history", more, more, more})
    CHECK(manager.next() == each);
  CHECK_THROWS(manager.next(deadline(20ms)));
}

TEST_CASE("long start: a short one is not worth a word, and nobody is told where nobody listens", "[long_start]") {
  notify_socket manager;
  notifier to(manager.address());
  { const long_start now(to); }
  CHECK(manager.so_far().empty());
  notifier nobody;
  const long_start now(nobody, 1ms);
}
