#include "server/reload_request.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstring>
#include <fstream>
#include <optional>
#include <poll.h>
#include <stdexcept>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <system_error>
#include <unistd.h>

#include <fmt/format.h>

extern "C" {  // which glibc 2.36 leaves to us
#include <sys/pidfd.h>
}

#include "common/unique_fd.hpp"

namespace confab {
namespace {

using clock = std::chrono::steady_clock;

constexpr std::size_t longest_answer = 8192;
constexpr char is_done = '+';
constexpr char is_not = '-';

struct address {
  sockaddr_un name{};
  socklen_t size = 0;
};

// Abstract: it leaves no file behind, and is in the network namespace that both are in.
address address_of(std::uint64_t number) {
  address out;
  const std::string text = fmt::format("confab-reload-{:016x}", number);
  out.name.sun_family = AF_UNIX;
  std::memcpy(out.name.sun_path + 1, text.data(), text.size());
  out.size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + text.size());
  return out;
}

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

unique_fd open_socket() {
  return unique_fd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
}

std::uint64_t random_number() {
  std::uint64_t out = 0;
  if (::getrandom(&out, sizeof out, 0) != static_cast<ssize_t>(sizeof out)) fail("getrandom");
  return out;
}

/// One that waits for an answer.
class asking {
 public:
  explicit asking(pid_t number)
      : number_(number), process_(::pidfd_open(number, 0)), token_(random_number()), socket_(open_socket()) {
    if (!process_) throw std::runtime_error(fmt::format("there is no process {}", number));
    if (!socket_) fail("socket");
    const address own = address_of(token_);
    const int yes = 1;
    if (::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&own.name), own.size) != 0) fail("bind");
    if (::setsockopt(socket_.get(), SOL_SOCKET, SO_PASSCRED, &yes, sizeof yes) != 0) fail("SO_PASSCRED");
  }

  void signal() const {
    siginfo_t with{};
    with.si_signo = SIGHUP;
    with.si_code = SI_QUEUE;
    with.si_pid = ::getpid();
    with.si_uid = ::getuid();
    with.si_value.sival_ptr = reinterpret_cast<void*>(token_);  // NOLINT: that is how a number gets there
    if (::pidfd_send_signal(process_.get(), SIGHUP, &with, 0) == 0) return;
    throw std::runtime_error(fmt::format("process {}: {}", number_, std::generic_category().message(errno)));
  }

  /// Nothing when none comes until then. Throws when the server ends first.
  std::optional<reload_answer> wait(clock::time_point until) const {
    for (;;) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - clock::now());
      std::array<pollfd, 2> both{pollfd{socket_.get(), POLLIN, 0}, pollfd{process_.get(), POLLIN, 0}};
      const int ready = ::poll(both.data(), both.size(), static_cast<int>(std::max(left.count(), left.zero().count())));
      if (ready < 0 && errno != EINTR) fail("poll");
      if (auto heard = receive()) return heard;
      if (ready > 0 && both[1].revents != 0) throw std::runtime_error(fmt::format("process {} has ended", number_));
      if (ready == 0 || clock::now() >= until) return std::nullopt;
    }
  }

 private:
  // What others send, who cannot know the number, is passed over all the same.
  std::optional<reload_answer> receive() const {
    std::array<char, longest_answer + 1> text{};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(ucred))> control{};
    iovec into{text.data(), text.size()};
    msghdr message{};
    message.msg_iov = &into;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    const ssize_t size = ::recvmsg(socket_.get(), &message, 0);
    if (size < 1) return std::nullopt;
    const cmsghdr* const about = CMSG_FIRSTHDR(&message);
    if (about == nullptr || about->cmsg_type != SCM_CREDENTIALS) return std::nullopt;
    ucred sender{};
    std::memcpy(&sender, CMSG_DATA(about), sizeof sender);
    if (sender.pid != number_) return std::nullopt;
    return reload_answer{text.front() == is_done, std::string(text.data() + 1, static_cast<std::size_t>(size) - 1)};
  }

  pid_t number_;
  unique_fd process_;
  std::uint64_t token_;
  unique_fd socket_;
};

// Where it is not, SIGHUP ends a process, or means something else to it.
bool blocks_hangups(pid_t number) {
  std::ifstream file(fmt::format("/proc/{}/status", number));
  constexpr std::string_view before = "SigBlk:";
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with(before)) continue;
    const unsigned long long blocked = std::stoull(line.substr(before.size()), nullptr, 16);
    return ((blocked >> (SIGHUP - 1)) & 1U) != 0;
  }
  return false;
}

}  // namespace

void answer(const reload_asker& to, bool done, std::string_view text) noexcept {
  const unique_fd socket = open_socket();
  if (!socket) return;
  const address where = address_of(to.number);
  std::array<char, longest_answer + 1> all{};
  all.front() = done ? is_done : is_not;
  const std::size_t size = std::min(text.size(), longest_answer);
  std::memcpy(all.data() + 1, text.data(), size);
  ::sendto(socket.get(), all.data(), size + 1, MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&where.name),
           where.size);
}

reload_answer ask_to_reload(pid_t number, std::chrono::milliseconds at_most, std::chrono::milliseconds again) {
  const asking server(number);
  if (!blocks_hangups(number)) {
    throw std::runtime_error(
        fmt::format("process {} does not reload: it was started without --config, or is no confabd", number));
  }
  const auto until = clock::now() + at_most;
  while (clock::now() < until) {
    server.signal();
    if (auto heard = server.wait(std::min(until, clock::now() + again))) return std::move(*heard);
  }
  throw std::runtime_error(fmt::format("process {} has not answered within {} s: see its log", number,
                                       std::chrono::ceil<std::chrono::seconds>(at_most).count()));
}

}  // namespace confab
