#include "tests/support/stopped_thread.hpp"

#include <cerrno>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <system_error>
#include <utility>

namespace confab::test {
namespace {

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

}  // namespace

stopped_thread::stopped_thread(pid_t thread) : thread_(thread) {
  if (::ptrace(PTRACE_SEIZE, thread_, nullptr, nullptr) != 0) {
    if (errno == EPERM || errno == EACCES || errno == ENOSYS) return;
    fail("PTRACE_SEIZE");
  }
  permitted_ = true;
  if (::ptrace(PTRACE_INTERRUPT, thread_, nullptr, nullptr) != 0) fail("PTRACE_INTERRUPT");
  if (::waitpid(thread_, nullptr, __WALL) != thread_) fail("waiting for the thread to stop");
}

void stopped_thread::go_on() {
  if (std::exchange(permitted_, false)) ::ptrace(PTRACE_DETACH, thread_, nullptr, nullptr);
}

}  // namespace confab::test
