#pragma once

#include <chrono>
#include <cstdlib>
#include <fcntl.h>
#include <poll.h>
#include <string>
#include <string_view>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "tests/support/catch.hpp"

namespace confab::terminal::testing {

/// A pseudo-terminal: the test is the terminal emulator at its other end.
class pseudo_terminal {
 public:
  pseudo_terminal() : end_(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)) {
    REQUIRE(end_ >= 0);
    REQUIRE(::grantpt(end_) == 0);
    REQUIRE(::unlockpt(end_) == 0);
    path_ = ::ptsname(end_);
    line_ = ::open(path_.c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC);
    REQUIRE(line_ >= 0);
  }
  ~pseudo_terminal() {
    ::close(line_);
    close_end();
  }
  pseudo_terminal(const pseudo_terminal&) = delete;
  pseudo_terminal& operator=(const pseudo_terminal&) = delete;

  const char* path() const { return path_.c_str(); }
  int line() const { return line_; }
  void close_end() {
    if (end_ >= 0) ::close(end_);
    end_ = -1;
  }
  void set_size(unsigned short columns, unsigned short rows) const {
    const winsize size{rows, columns, 0, 0};
    REQUIRE(::ioctl(end_, TIOCSWINSZ, &size) == 0);
  }
  termios modes() const {
    termios found = {};
    REQUIRE(::tcgetattr(line_, &found) == 0);
    return found;
  }
  /// What somebody types; how much of it the terminal takes now.
  std::size_t type(std::string_view bytes) const {
    pollfd ready{end_, POLLOUT, 0};
    if (::poll(&ready, 1, 0) != 1) return 0;
    const int flags = ::fcntl(end_, F_GETFL);
    ::fcntl(end_, F_SETFL, flags | O_NONBLOCK);
    const ssize_t size = ::write(end_, bytes.data(), bytes.size());
    ::fcntl(end_, F_SETFL, flags);
    return size < 0 ? 0 : static_cast<std::size_t>(size);
  }
  bool is_cooked() const { return (modes().c_lflag & (ICANON | ECHO | ISIG)) == (ICANON | ECHO | ISIG); }

  /// What was written to the terminal so far; waits until there is at least `size`, at most 10 s.
  std::string output(std::size_t size = 0) {
    std::string all;
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    for (;;) {
      pollfd ready{end_, POLLIN, 0};
      if (::poll(&ready, 1, all.size() < size ? 100 : 0) == 1) {
        char buffer[4096];
        const ssize_t count = ::read(end_, buffer, sizeof buffer);
        if (count <= 0) return all;
        all.append(buffer, static_cast<std::size_t>(count));
      } else if (all.size() >= size || std::chrono::steady_clock::now() > deadline) {
        return all;
      }
    }
  }

 private:
  int end_;
  int line_ = -1;
  std::string path_;
};

}  // namespace confab::terminal::testing
