#include "client/terminal/tty.hpp"

#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <string>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "tests/support/catch.hpp"
#include "tests/unit/client/terminal/pseudo_terminal.hpp"

namespace confab::terminal {
namespace {

using testing::pseudo_terminal;

bool same(const termios& one, const termios& other) {
  return one.c_iflag == other.c_iflag && one.c_oflag == other.c_oflag && one.c_cflag == other.c_cflag &&
         one.c_lflag == other.c_lflag && std::memcmp(one.c_cc, other.c_cc, sizeof one.c_cc) == 0;
}

constexpr const char* entered = "\x1b[?2004h\x1b[22;2t";
constexpr const char* left = "\x1b[0m\x1b[?2004l\x1b[23;2t";

// Runs `body` in a process of its own and gives its status as waitpid does. The body says by its number which step
// failed.
template <class Body>
int status_of_child(Body body) {
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    const rlimit no_core{0, 0};
    ::setrlimit(RLIMIT_CORE, &no_core);
    ::alarm(20);  // whatever happens, it ends
    ::_exit(body());
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  return status;
}

int exit_code(int status) {
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

// Makes `path` the controlling terminal of a new session.
bool take_terminal(const char* path) {
  if (::setsid() < 0) return false;
  const int descriptor = ::open(path, O_RDWR);
  return descriptor >= 0 && ::ioctl(descriptor, TIOCSCTTY, 0) == 0;
}

}  // namespace

TEST_CASE("tty: entering turns the editor's modes on, leaving puts all back", "[tty]") {
  pseudo_terminal terminal;
  const termios before = terminal.modes();
  {
    tty guard;
    REQUIRE_FALSE(guard.open(terminal.path()));
    CHECK(same(terminal.modes(), before));
    REQUIRE_FALSE(guard.enter());
    CHECK(terminal.output() == entered);
    const termios raw = terminal.modes();
    CHECK((raw.c_lflag & static_cast<tcflag_t>(ICANON | ECHO | ISIG | IEXTEN)) == 0);
    CHECK((raw.c_iflag & static_cast<tcflag_t>(ICRNL | IXON)) == 0);
    CHECK((raw.c_oflag & OPOST) != 0);
    SECTION("by leave, once") {
      guard.leave();
      CHECK(terminal.output() == left);
      CHECK(same(terminal.modes(), before));
      guard.leave();
      CHECK(terminal.output().empty());
    }
    SECTION("by the destructor") {}
    SECTION("by what a signal calls") {
      tty::restore_now();
      CHECK(terminal.output() == std::string{"\r\n"} + left);
      CHECK(same(terminal.modes(), before));
      tty::restore_now();
      CHECK(terminal.output().empty());
    }
    SECTION("again and again") {
      guard.leave();
      REQUIRE_FALSE(guard.enter());
      CHECK(terminal.output() == std::string{left} + entered);
      CHECK_FALSE(terminal.is_cooked());
    }
    SECTION("entering twice pushes the title once and leaves the first modes") {
      REQUIRE_FALSE(guard.enter());
      CHECK(terminal.output() == "\x1b[?2004h");
      guard.leave();
      CHECK(same(terminal.modes(), before));
    }
  }
  CHECK(same(terminal.modes(), before));
}

TEST_CASE("tty: what is no terminal is an error and stays as it is", "[tty]") {
  tty guard;
  CHECK(guard.enter() == std::errc::bad_file_descriptor);
  CHECK(guard.open("/nowhere/at/all") == std::errc::no_such_file_or_directory);
  CHECK(guard.descriptor() == -1);
  REQUIRE_FALSE(guard.open("/dev/null"));
  CHECK(guard.enter() == std::errc::inappropriate_io_control_operation);
  CHECK((guard.size() == window_size{80, 24}));
}

TEST_CASE("tty: knows the window's size", "[tty]") {
  pseudo_terminal terminal;
  tty guard;
  REQUIRE_FALSE(guard.open(terminal.path()));
  CHECK((guard.size() == window_size{80, 24}));
  terminal.set_size(101, 33);
  CHECK((guard.size() == window_size{101, 33}));
  terminal.set_size(0, 33);
  CHECK((guard.size() == window_size{80, 24}));
}

TEST_CASE("tty: has a file description of its own", "[tty]") {
  pseudo_terminal terminal;
  tty guard;
  REQUIRE_FALSE(guard.open(terminal.path()));
  REQUIRE(::fcntl(guard.descriptor(), F_SETFL, O_NONBLOCK) == 0);
  CHECK((::fcntl(terminal.line(), F_GETFL) & O_NONBLOCK) == 0);
  CHECK((::fcntl(guard.descriptor(), F_GETFD) & FD_CLOEXEC) != 0);
}

TEST_CASE("tty: leaving puts the flags of the standard descriptors back", "[tty]") {
  for (const int before : {0, O_NONBLOCK}) {
    pseudo_terminal terminal;
    const int status = status_of_child([&terminal, before] {
      for (int i = 0; i < 3; ++i) {
        ::close(i);
        if (::open(terminal.path(), O_RDWR | O_NOCTTY | before) != i) return 1;
      }
      tty guard;
      if (guard.open(terminal.path()) || guard.enter()) return 2;
      for (int i = 0; i < 3; ++i) ::fcntl(i, F_SETFL, O_NONBLOCK ^ before);
      guard.leave();
      for (int i = 0; i < 3; ++i) {
        if ((::fcntl(i, F_GETFL) & O_NONBLOCK) != before) return 3;
      }
      return 0;
    });
    CHECK(exit_code(status) == 0);
  }
}

TEST_CASE("tty: writes all, however slowly the terminal takes it", "[tty]") {
  pseudo_terminal terminal;
  tty guard;
  REQUIRE_FALSE(guard.open(terminal.path()));
  REQUIRE(::fcntl(guard.descriptor(), F_SETFL, O_NONBLOCK) == 0);
  const std::string text(300'000, 'x');
  std::error_code result = std::make_error_code(std::errc::timed_out);
  std::thread writer([&] { result = guard.write_all(text); });
  const std::string found = terminal.output(text.size());
  writer.join();
  CHECK_FALSE(result);
  CHECK(found == text);
}

TEST_CASE("tty: a terminal that is gone is an error, not a hang", "[tty]") {
  pseudo_terminal terminal;
  tty guard;
  REQUIRE_FALSE(guard.open(terminal.path()));
  REQUIRE_FALSE(guard.enter());
  terminal.close_end();
  CHECK(guard.write_all("x") == std::errc::io_error);
  guard.leave();
}

TEST_CASE("tty: signals that end the process put the terminal back first", "[tty]") {
  for (const int number : {SIGABRT, SIGBUS, SIGFPE, SIGHUP, SIGILL, SIGINT, SIGQUIT, SIGTERM}) {
    INFO("signal " << number);
    pseudo_terminal terminal;
    const termios before = terminal.modes();
    const int status = status_of_child([&terminal, number] {
      std::signal(number, SIG_DFL);  // a sanitizer may have its own
      tty::guard_ways_out();
      tty guard;
      if (guard.open(terminal.path()) || guard.enter() || terminal.is_cooked()) return 1;
      ::raise(number);
      return 2;
    });
    CHECK(WIFSIGNALED(status));
    CHECK(WTERMSIG(status) == number);
    CHECK(terminal.output() == std::string{entered} + "\r\n" + left);
    CHECK(same(terminal.modes(), before));
  }
}

TEST_CASE("tty: exit puts the terminal back", "[tty]") {
  pseudo_terminal terminal;
  const termios before = terminal.modes();
  const int status = status_of_child([&terminal]() -> int {
    tty::guard_ways_out();
    tty guard;
    if (guard.open(terminal.path()) || guard.enter()) return 1;
    std::exit(7);
  });
  CHECK(exit_code(status) == 7);
  CHECK(terminal.output() == std::string{entered} + "\r\n" + left);
  CHECK(same(terminal.modes(), before));
}

TEST_CASE("tty: signals that somebody handles or ignores are left to them", "[tty]") {
  pseudo_terminal terminal;
  const int status = status_of_child([&terminal] {
    std::signal(SIGHUP, SIG_IGN);
    std::signal(SIGTERM, [](int) { ::_exit(9); });
    tty::guard_ways_out();
    tty guard;
    if (guard.open(terminal.path()) || guard.enter()) return 1;
    ::raise(SIGHUP);
    if (terminal.is_cooked()) return 2;
    ::raise(SIGTERM);
    return 3;
  });
  CHECK(exit_code(status) == 9);
}

namespace {

// The part of a shell: gives the terminal to a job in a process group of its own. Both return; the job gets 0.
pid_t start_job(const pseudo_terminal& terminal) {
  if (!take_terminal(terminal.path())) return -1;
  const pid_t job = ::fork();
  if (job == 0) {
    ::alarm(20);
    ::setpgid(0, 0);
    std::signal(SIGTTOU, SIG_IGN);
    ::tcsetpgrp(terminal.line(), ::getpid());
    std::signal(SIGTTOU, SIG_DFL);
  }
  return job;
}

int run_suspended_job(const pseudo_terminal& terminal) {
  const pid_t job = start_job(terminal);
  if (job < 0) return 1;
  if (job == 0) {
    std::signal(SIGTSTP, [](int) {});  // a loop that handles it: stopping must work all the same
    tty guard;
    if (guard.open() || guard.enter()) ::_exit(1);
    if (guard.suspend()) ::_exit(2);
    ::_exit(terminal.is_cooked() ? 3 : 0);
  }
  int status = 0;
  if (::waitpid(job, &status, WUNTRACED) != job || !WIFSTOPPED(status) || WSTOPSIG(status) != SIGTSTP) return 3;
  const bool cooked = terminal.is_cooked();
  ::kill(-job, SIGCONT);
  if (::waitpid(job, &status, 0) != job) return 4;
  if (!cooked) return 5;
  return WIFEXITED(status) ? 10 * WEXITSTATUS(status) : 6;
}

int run_job_that_ends_in_the_background(const pseudo_terminal& terminal) {
  const pid_t job = start_job(terminal);
  if (job < 0) return 1;
  if (job == 0) {
    std::signal(SIGTERM, SIG_DFL);
    tty::guard_ways_out();
    tty guard;
    if (guard.open() || guard.enter()) ::_exit(1);
    ::tcsetpgrp(terminal.line(), ::getppid());
    ::raise(SIGTERM);
  }
  int status = 0;
  if (::waitpid(job, &status, WUNTRACED) != job) return 2;
  if (WIFSTOPPED(status)) ::kill(job, SIGKILL);
  if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGTERM) return 3;
  return terminal.is_cooked() ? 0 : 4;
}

}  // namespace

TEST_CASE("tty: a process that ends in the background puts the terminal back too", "[tty]") {
  pseudo_terminal terminal;
  CHECK(exit_code(status_of_child([&terminal] { return run_job_that_ends_in_the_background(terminal); })) == 0);
}

TEST_CASE("tty: suspending stops with the terminal put back and enters again when continued", "[tty]") {
  pseudo_terminal terminal;
  const int status = status_of_child([&terminal] { return run_suspended_job(terminal); });
  CHECK(exit_code(status) == 0);
  CHECK(terminal.output() == std::string{entered} + left + entered);
}

}  // namespace confab::terminal
