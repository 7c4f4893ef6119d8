#include "server/notifier.hpp"

#include <chrono>
#include <cstdlib>
#include <ctime>
#include <string>
#include <unistd.h>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/notify_socket.hpp"

using namespace confab;
using namespace confab::test;
using namespace std::chrono_literals;
using lines = std::vector<std::string>;

namespace {

std::int64_t monotonic_microseconds() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1000;
}

}  // namespace

TEST_CASE("notifier: tells each thing in a message of its own, by path and by abstract name", "[notifier]") {
  const bool abstract = GENERATE(false, true);
  notify_socket manager(abstract);
  notifier to(manager.address());
  CHECK(to.tells());
  to.ready();
  to.status("3 users\nonline\x1B");
  to.alive();
  to.extend(30s);
  to.stopping();
  CHECK(manager.so_far() == lines{"READY=1", "STATUS=3 users\uFFFDonline\uFFFD", "WATCHDOG=1",
                                  "EXTEND_TIMEOUT_USEC=30000000", "STOPPING=1"});
}

TEST_CASE("notifier: a reload has the time of its begin", "[notifier]") {
  notify_socket manager;
  notifier to(manager.address());
  const std::int64_t before = monotonic_microseconds();
  to.reloading();
  const std::int64_t after = monotonic_microseconds();
  const std::string told = manager.next();
  const std::string start = "RELOADING=1\nMONOTONIC_USEC=";
  REQUIRE(told.starts_with(start));
  const std::int64_t at = std::stoll(told.substr(start.size()));
  CHECK(at >= before);
  CHECK(at <= after);
}

TEST_CASE("notifier: nobody to tell costs nothing", "[notifier]") {
  for (const std::string& address : {std::string(), std::string("/"), std::string("@"), std::string("relative"),
                                     std::string("vsock:2:1234"), "/" + std::string(107, 'x')}) {
    CAPTURE(address);
    notifier to(address, 5s);
    CHECK_FALSE(to.tells());
    CHECK(to.watchdog() == 0us);
    to.ready();
    to.retry();
  }
  CHECK(notifier("/" + std::string(106, 'x'), 5s).tells());
  notifier to("/nowhere/at/all");
  to.ready();
  to.retry();
  to.alive();
}

TEST_CASE("notifier: a manager that does not read is not waited for, and hears the last state later", "[notifier]") {
  notify_socket manager;
  notifier to(manager.address());
  for (int i = 0; i < 10'000; ++i) to.alive();  // far more than the kernel keeps
  to.ready();
  to.reloading();
  to.stopping();
  to.retry();
  const lines heard = manager.so_far();
  REQUIRE(heard.size() > 1);
  CHECK(heard.size() < 10'000);
  CHECK(heard == lines(heard.size(), "WATCHDOG=1"));
  to.retry();
  to.retry();
  CHECK(manager.so_far() == lines{"STOPPING=1"});
}

TEST_CASE("notifier: the environment says whom to tell, once", "[notifier]") {
  notify_socket manager;
  const std::string self = std::to_string(::getpid());
  struct sample {
    std::string time, process;
    std::chrono::microseconds watchdog;
  };
  const sample given = GENERATE_REF(
      sample{"30000000", self, 30s}, sample{"30000000", "", 30s}, sample{"1", self, 1us}, sample{"30000000", "1", 0s},
      sample{"30000000", "x", 0s}, sample{"", self, 0s}, sample{"0", self, 0s}, sample{"-1", self, 0s},
      sample{"86399999999", self, 86'399'999'999us}, sample{"86400000001", self, 24h},
      sample{"9223372036854775807", self, 24h}, sample{"9223372036854775808", self, 0s}, sample{"30s", self, 0s});
  CAPTURE(given.time, given.process);
  ::setenv("NOTIFY_SOCKET", manager.address().c_str(), 1);
  if (!given.time.empty()) ::setenv("WATCHDOG_USEC", given.time.c_str(), 1);
  if (!given.process.empty()) ::setenv("WATCHDOG_PID", given.process.c_str(), 1);
  notifier to = notifier::from_environment();
  CHECK(to.watchdog() == given.watchdog);
  for (const char* const name : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"}) CHECK(std::getenv(name) == nullptr);
  to.ready();
  CHECK(manager.so_far() == lines{"READY=1"});
  CHECK_FALSE(notifier::from_environment().tells());
}
