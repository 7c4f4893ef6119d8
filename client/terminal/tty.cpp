#include "client/terminal/tty.hpp"

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <poll.h>
#include <string>
#include <sys/ioctl.h>
#include <unistd.h>
#include <utility>

namespace confab::terminal {
namespace {

// Bracketed paste; the title is pushed on the terminal's own stack.
constexpr std::string_view paste_on = "\x1b[?2004h";
constexpr std::string_view push_title = "\x1b[22;2t";
constexpr std::string_view leave_sequence = "\x1b[0m\x1b[?2004l\x1b[23;2t";

// What a signal handler needs to put the terminal back. A handler can reach nothing but globals; there is one terminal
// a process. `guarded_descriptor` is set last and taken first, so that the rest is whole when it is seen.
std::atomic<int> guarded_descriptor{-1};
termios guarded_modes = {};
static_assert(std::atomic<int>::is_always_lock_free, "used in signal handlers");

std::error_code last_error() noexcept {
  return {errno, std::generic_category()};
}

// While it lives, the process may set the modes of its terminal from the background too, instead of being stopped.
class background_allowed {
 public:
  background_allowed() noexcept {
    sigset_t blocked;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGTTOU);
    pthread_sigmask(SIG_BLOCK, &blocked, &before_);
  }
  ~background_allowed() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  background_allowed(const background_allowed&) = delete;
  background_allowed& operator=(const background_allowed&) = delete;

 private:
  sigset_t before_ = {};
};

// TCSANOW: never waits for output that a stuck terminal does not take, never throws typed keys away.
bool set_modes(int descriptor, const termios& modes) noexcept {
  while (tcsetattr(descriptor, TCSANOW, &modes) != 0) {
    if (errno != EINTR) return false;
  }
  return true;
}

// As much as goes without waiting: used on the way out, which nothing may hold up for long.
void write_shortly(int descriptor, std::string_view bytes) noexcept {
  constexpr int patience_ms = 200;
  while (!bytes.empty()) {
    pollfd ready{descriptor, POLLOUT, 0};
    if (::poll(&ready, 1, patience_ms) != 1 || (ready.revents & POLLOUT) == 0) return;
    const ssize_t size = ::write(descriptor, bytes.data(), bytes.size());
    if (size < 0 && errno != EINTR && errno != EAGAIN) return;
    if (size > 0) bytes.remove_prefix(static_cast<std::size_t>(size));
  }
}

// Puts the terminal back; `first` goes out before. Async-signal-safe.
void restore(std::string_view first) noexcept {
  const int descriptor = guarded_descriptor.exchange(-1);
  if (descriptor < 0) return;
  const int error_before = errno;
  const background_allowed allowed;
  write_shortly(descriptor, first);
  write_shortly(descriptor, leave_sequence);
  set_modes(descriptor, guarded_modes);
  errno = error_before;
}

extern "C" void restore_and_end(int signal_number) {
  tty::restore_now();
  // The handler was for one time only: now the signal does what it does by itself.
  ::raise(signal_number);
}

extern "C" void restore_at_exit() {
  tty::restore_now();
}

int open_terminal(const char* path) noexcept {
  constexpr int how = O_RDWR | O_NOCTTY | O_CLOEXEC;
  if (path != nullptr) return ::open(path, how);
  if (const int found = ::open("/dev/tty", how); found >= 0) return found;
  const char* const name = ::ttyname(STDIN_FILENO);
  return name == nullptr ? -1 : ::open(name, how);
}

}  // namespace

tty::~tty() {
  leave();
}

std::error_code tty::open(const char* path) {
  leave();
  descriptor_.reset();
  descriptor_ = unique_fd(open_terminal(path));
  if (!descriptor_) return last_error();
  remember_flags();
  return {};
}

std::error_code tty::enter() {
  if (!entered_) {
    if (::tcgetattr(descriptor_.get(), &before_) != 0) return last_error();
    guarded_modes = before_;
    guarded_descriptor.store(descriptor_.get());
  }
  termios raw = before_;
  raw.c_iflag &= ~static_cast<tcflag_t>(BRKINT | ICRNL | IGNCR | INLCR | INPCK | ISTRIP | IXON);
  raw.c_lflag &= ~static_cast<tcflag_t>(ECHO | ECHONL | ICANON | IEXTEN | ISIG);
  raw.c_cflag |= CS8;
  raw.c_oflag |= OPOST | ONLCR;  // what others print (a log on standard error) keeps its line ends
  raw.c_cc[VMIN] = 1;
  raw.c_cc[VTIME] = 0;
  if (!set_modes(descriptor_.get(), raw)) {
    const std::error_code failed = last_error();
    if (!entered_) guarded_descriptor.store(-1);
    return failed;
  }
  if (std::exchange(entered_, true)) return write_all(paste_on);
  return write_all(std::string{paste_on}.append(push_title));
}

void tty::leave() noexcept {
  if (!entered_) return;
  entered_ = false;
  restore({});
  restore_flags();
}

void tty::restore_now() noexcept {
  restore("\n");  // the footer still stands: what comes after us gets a row of its own (ONLCR is on)
}

std::error_code tty::suspend() {
  leave();
  // Whoever handles SIGTSTP came here by it: this time it must do what it does by itself.
  struct sigaction by_default = {};
  struct sigaction before = {};
  by_default.sa_handler = SIG_DFL;
  sigemptyset(&by_default.sa_mask);
  ::sigaction(SIGTSTP, &by_default, &before);
  ::kill(0, SIGTSTP);
  ::sigaction(SIGTSTP, &before, nullptr);
  return enter();
}

window_size tty::size() const noexcept {
  winsize given = {};
  if (::ioctl(descriptor_.get(), TIOCGWINSZ, &given) != 0 || given.ws_col == 0 || given.ws_row == 0) return {};
  return {given.ws_col, given.ws_row};
}

std::error_code tty::write_all(std::string_view bytes) const noexcept {
  while (!bytes.empty()) {
    const ssize_t size = ::write(descriptor_.get(), bytes.data(), bytes.size());
    if (size >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(size));
    } else if (errno == EAGAIN) {
      pollfd ready{descriptor_.get(), POLLOUT, 0};
      if (::poll(&ready, 1, -1) < 0 && errno != EINTR) return last_error();
    } else if (errno != EINTR) {
      return last_error();
    }
  }
  return {};
}

void tty::guard_ways_out() noexcept {
  std::atexit(restore_at_exit);
  for (const int number : {SIGABRT, SIGBUS, SIGFPE, SIGHUP, SIGILL, SIGINT, SIGQUIT, SIGSEGV, SIGTERM}) {
    struct sigaction before = {};
    if (::sigaction(number, nullptr, &before) != 0 || before.sa_handler != SIG_DFL) continue;
    struct sigaction guard = {};
    guard.sa_handler = restore_and_end;
    guard.sa_flags = static_cast<int>(SA_RESETHAND);
    sigemptyset(&guard.sa_mask);
    ::sigaction(number, &guard, nullptr);
  }
}

void tty::remember_flags() noexcept {
  for (int i = 0; i < 3; ++i) flags_[static_cast<std::size_t>(i)] = ::fcntl(i, F_GETFL);
}

void tty::restore_flags() const noexcept {
  for (int i = 0; i < 3; ++i) {
    const int before = flags_[static_cast<std::size_t>(i)];
    const int now = ::fcntl(i, F_GETFL);
    if (before >= 0 && now >= 0 && ((before ^ now) & O_NONBLOCK) != 0) {
      ::fcntl(i, F_SETFL, (now & ~O_NONBLOCK) | (before & O_NONBLOCK));
    }
  }
}

}  // namespace confab::terminal
