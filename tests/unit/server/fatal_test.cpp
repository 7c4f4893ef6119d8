#include "server/fatal.hpp"

#include <csignal>
#include <cstdio>
#include <functional>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include <asio/executor_work_guard.hpp>
#include <asio/post.hpp>
#include <spdlog/details/null_mutex.h>
#include <spdlog/sinks/base_sink.h>

#include "common/unique_fd.hpp"
#include "server/log.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/text.hpp"

using confab::unique_fd;
using confab::test::count_of;

namespace {

struct ending {
  int status = 0;  ///< as waitpid gives it
  std::string errors;
};

/// Runs `what` in a process of its own, with a log at `level`; how that ended.
ending end_of(const std::string& level, const std::function<void()>& what) {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  unique_fd out(ends[0]);
  unique_fd in(ends[1]);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    ::dup2(in.get(), STDERR_FILENO);
    ::prctl(PR_SET_DUMPABLE, 0);  // no core file
    std::signal(SIGABRT, SIG_DFL);
    const auto log = confab::make_log({.level = level, .format = {}});
    confab::report_fatal_exceptions(log);
    what();
    confab::end_log();
    ::_exit(0);
  }
  in.reset();
  ending result;
  char bytes[512];
  for (ssize_t count = 0; (count = ::read(out.get(), bytes, sizeof bytes)) > 0;)
    result.errors.append(bytes, static_cast<std::size_t>(count));
  REQUIRE(::waitpid(child, &result.status, 0) == child);
  return result;
}

/// Two threads that run contexts as the server does; the one with `number` meets an exception.
template <class Exception>
void run_two_threads(int number, const Exception& thrown) {
  asio::io_context contexts[2];
  const auto working_0 = asio::make_work_guard(contexts[0]);
  const auto working_1 = asio::make_work_guard(contexts[1]);
  asio::post(contexts[number], [thrown] { throw thrown; });
  std::thread second([&] { confab::run_or_die(contexts[1]); });
  confab::run_or_die(contexts[0]);
  second.join();
}

void check_told(const ending& end, const std::string& cause, std::size_t how_often = 2) {
  CAPTURE(end.errors);
  CHECK(WIFSIGNALED(end.status));
  CHECK(WTERMSIG(end.status) == SIGABRT);
  CHECK(count_of(end.errors, "fatal: " + cause) == how_often);
  CHECK(end.errors.find("server: fatal: " + cause + "\n") == 0);
  CHECK(count_of(end.errors, "Z critical fatal: " + cause + "\n") == how_often - 1);
}

}  // namespace

TEST_CASE("fatal: with one thread the cause is printed and logged", "[fatal]") {
  check_told(end_of("info",
                    [] {
                      asio::io_context io;
                      asio::post(io, [] { throw std::runtime_error("the tea is cold"); });
                      confab::run_or_die(io);
                    }),
             "std::runtime_error: the tea is cold");
}

TEST_CASE("fatal: with two threads the cause is printed and logged, whichever has it", "[fatal]") {
  const int number = GENERATE(0, 1);
  CAPTURE(number);
  check_told(end_of("info", [&] { run_two_threads(number, std::runtime_error("the tea is cold")); }),
             "std::runtime_error: the tea is cold");
  check_told(end_of("error", [&] { run_two_threads(number, std::bad_alloc()); }), "std::bad_alloc: std::bad_alloc");
  check_told(end_of("info", [&] { run_two_threads(number, 7); }), "int");
}

TEST_CASE("fatal: the cause is printed when nothing is logged", "[fatal]") {
  check_told(end_of("off", [] { run_two_threads(0, std::logic_error("no milk")); }), "std::logic_error: no milk", 1);
}

TEST_CASE("fatal: what was logged before is written first", "[fatal]") {
  const ending end = end_of("info", [] {
    const auto log = confab::make_log({});
    confab::report_fatal_exceptions(log);
    for (int i = 0; i < 1000; ++i) log->info("line {}", i);
    std::terminate();
  });
  CHECK(count_of(end.errors, " info line ") == 1000);
  CHECK(count_of(end.errors, "fatal: no exception: std::terminate was called") == 2);
}

TEST_CASE("fatal: what could trick a terminal is replaced", "[fatal]") {
  const ending end = end_of("info", [] { run_two_threads(1, std::runtime_error("tea\x1B[2J\ncup")); });
  CHECK(end.errors.find('\x1B') == std::string::npos);
  CHECK(count_of(end.errors, "\n") == 2);
}

TEST_CASE("fatal: it ends in 5 s at the latest, also if nobody takes what is logged", "[fatal]") {
  /// Says how many seconds are left when it is told something.
  class seconds_left : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
    void sink_it_(const spdlog::details::log_msg& /*what*/) override {
      std::fprintf(stderr, "%u s left\n", ::alarm(0));
    }
    void flush_() override {}
  };
  const ending end = end_of("info", [] {
    const auto log = std::make_shared<spdlog::logger>("test", std::make_shared<seconds_left>());
    confab::report_fatal_exceptions(log);
    asio::io_context io;
    asio::post(io, [] { throw 7; });
    confab::run_or_die(io);
  });
  CAPTURE(end.errors);
  CHECK((count_of(end.errors, "\n5 s left\n") == 1 || count_of(end.errors, "\n4 s left\n") == 1));
}

TEST_CASE("fatal: two at once are one end", "[fatal]") {
  const ending end = end_of("info", [] {
    asio::io_context contexts[2];
    for (asio::io_context& each : contexts) asio::post(each, [] { throw std::runtime_error("both"); });
    std::thread second([&] { confab::run_or_die(contexts[1]); });
    confab::run_or_die(contexts[0]);
  });
  check_told(end, "std::runtime_error: both");
}

TEST_CASE("fatal: all well is no end", "[fatal]") {
  const ending end = end_of("info", [] {
    asio::io_context io;
    bool ran = false;
    asio::post(io, [&] { ran = true; });
    confab::run_or_die(io);
    if (!ran) ::_exit(1);
  });
  CHECK(end.status == 0);
  CHECK(end.errors.empty());
}
