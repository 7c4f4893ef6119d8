#include "tests/bench/tls_joiners.hpp"

#include <csignal>
#include <cstdio>
#include <deque>
#include <exception>
#include <memory>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

#include "tests/bench/clock.hpp"
#include "tests/bench/failure.hpp"

namespace confab::bench {
namespace {

constexpr nanoseconds beat = milliseconds(10);
constexpr std::size_t stay = 20;  // beats

double join_until(int line, const endpoint& server, std::size_t a_beat) {
  std::deque<std::unique_ptr<crowd>> here;
  const nanoseconds start = now();
  std::size_t came = 0;
  char byte = 0;
  for (nanoseconds next = start; ::recv(line, &byte, 1, MSG_DONTWAIT) != 1; next += beat) {
    if (const nanoseconds left = next - now(); left.count() > 0) {
      ::usleep(static_cast<useconds_t>(std::chrono::duration_cast<std::chrono::microseconds>(left).count()));
    }
    here.push_back(std::make_unique<crowd>(server, false, socket_choice{}, wire::tls));
    here.back()->join(a_beat, a_beat);
    came += a_beat;
    if (here.size() > stay) here.pop_front();
  }
  return static_cast<double>(came) / in_seconds(now() - start);
}

[[noreturn]] void carry_out(int line, const endpoint& server, std::size_t a_beat) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::nice(19) == -1) ::_exit(1);
  try {
    const double rate = join_until(line, server, a_beat);
    ::_exit(::write(line, &rate, sizeof rate) == sizeof rate ? 0 : 1);
  } catch (const std::exception& error) {
    fmt::print(stderr, "joining over TLS: {}\n", error.what());
    std::fflush(stderr);
  }
  ::_exit(1);
}

}  // namespace

tls_joiners::tls_joiners(const endpoint& server, std::size_t a_second) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) throw failure("socketpair");
  pid_ = ::fork();
  if (pid_ == 0) carry_out(ends[1], server, a_second / 100);
  ::close(ends[1]);
  line_ = ends[0];
  if (pid_ < 0) throw failure("there is no process for those who join");
}

double tls_joiners::stop() {
  double rate = 0;
  if (::write(line_, "!", 1) != 1 || ::recv(line_, &rate, sizeof rate, MSG_WAITALL) != sizeof rate) {
    throw failure("those who join over TLS could not");
  }
  return rate;
}

void tls_joiners::end() noexcept {
  ::close(line_);
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

}  // namespace confab::bench
