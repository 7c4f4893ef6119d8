#pragma once

#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <ctime>
#include <stdexcept>
#include <string>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "common/unique_fd.hpp"

namespace confab::test {

/// While one of these lives SIGHUP waits for this thread and those that it starts; at the end what waits is forgotten.
class hangups_blocked {
 public:
  hangups_blocked() {
    ::sigemptyset(&only_);
    ::sigaddset(&only_, SIGHUP);
    ::pthread_sigmask(SIG_BLOCK, &only_, &before_);
  }
  ~hangups_blocked() {
    const timespec at_once{};
    if (::sigismember(&before_, SIGHUP) != 1) {
      while (::sigtimedwait(&only_, nullptr, &at_once) == SIGHUP) {
      }
    }
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  hangups_blocked(const hangups_blocked&) = delete;
  hangups_blocked& operator=(const hangups_blocked&) = delete;

 private:
  sigset_t only_{};
  sigset_t before_{};
};

/// SIGHUP to this process, as by kill(1).
inline void hang_up() {
  if (::kill(::getpid(), SIGHUP) != 0) throw std::runtime_error("cannot send SIGHUP to myself");
}

/// SIGHUP with a number, and the socket for what is answered.
class question {
 public:
  question() : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
    if (::getrandom(&number_, sizeof number_, 0) != sizeof number_) throw std::runtime_error("no random number");
    char text[40];
    const int size =
        std::snprintf(text, sizeof text, "confab-reload-%016llx", static_cast<unsigned long long>(number_));
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    std::memcpy(name.sun_path + 1, text, static_cast<std::size_t>(size));
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + static_cast<std::size_t>(size));
    if (::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&name), length) != 0)
      throw std::runtime_error("cannot bind an abstract socket");
  }

  std::uint64_t number() const noexcept { return number_; }

  void hang_up() const {
    sigval value{};
    value.sival_ptr = reinterpret_cast<void*>(number_);
    if (::sigqueue(::getpid(), SIGHUP, value) != 0) throw std::runtime_error("cannot send SIGHUP to myself");
  }

  /// The next answer, if there is one by now: `+` or `-`, and the text.
  std::string heard() const {
    std::string out(65536, '\0');
    const ssize_t size = ::recv(socket_.get(), out.data(), out.size(), 0);
    out.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
    return out;
  }

 private:
  std::uint64_t number_ = 0;
  unique_fd socket_;
};

}  // namespace confab::test
