#include "tests/bench/running_attack.hpp"

#include <arpa/inet.h>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

#include "tests/bench/failure.hpp"

namespace confab::bench {
namespace {

test::endpoint port_of(const endpoint& server) {
  sockaddr_in address{};
  std::memcpy(&address, &server.address, sizeof address);
  if (address.sin_family != AF_INET) throw failure("attacks need a server on 127.0.0.1");
  return {"127.0.0.1", ntohs(address.sin_port)};
}

/// In the child.
[[noreturn]] void carry_out(const attack& what, const test::endpoint& server, int line) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::nice(19) == -1) ::_exit(1);
  try {
    attackers all(server);
    if (what.prepare != nullptr) what.prepare(all);
    char byte = '!';
    if (::write(line, &byte, 1) != 1 || ::read(line, &byte, 1) != 1) ::_exit(1);
    for (;; ++all.step) what.go_on(all);
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}: {}\n", what.name, error.what());
    std::fflush(stderr);
  }
  ::_exit(1);
}

}  // namespace

running_attack::running_attack(const attack& what, const endpoint& server) {
  const test::endpoint target = port_of(server);
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) throw failure("socketpair");
  pid_ = ::fork();
  if (pid_ == 0) carry_out(what, target, ends[1]);
  ::close(ends[1]);
  char byte = 0;
  line_ = ends[0];
  const bool ready = pid_ > 0 && ::read(line_, &byte, 1) == 1;
  if (ready) return;
  end();
  throw failure(fmt::format("the attack could not be prepared: {}", what.name));
}

void running_attack::begin() {
  if (::write(line_, "!", 1) != 1) throw failure("the attack has ended");
}

void running_attack::end() noexcept {
  ::close(line_);
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

}  // namespace confab::bench
