// The floor of the benchmark: the least a program can do that forwards every line to everyone. One thread, one
// level-triggered epoll, one recv() a readable connection, and one send() a receiver for all that one round of epoll
// has brought. No names, no queues, no checks: what a receiver's socket does not take at once is lost. With --pairs,
// what arrives at connection 2k goes to 2k+1 and back, and nowhere else (the floor of a whisper).
//
// Each connection is greeted with one line, so that a driver knows when it has been let in.

#include <arpa/inet.h>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string>
#include <string_view>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace {

constexpr int gone = -1;
constexpr std::uint64_t listener_mark = UINT64_MAX;
constexpr std::string_view greeting = "hello\n";

void require(bool ok, const char* what) {
  if (ok) return;
  std::perror(what);
  std::exit(1);
}

/// A listening socket on a free port of 127.0.0.1. Its options are inherited by what it accepts.
int listen_anywhere() {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  require(listener >= 0, "socket");
  const int on = 1;
  const int send_buffer = 1 << 20;  // there is no queue behind it
  ::setsockopt(listener, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ::setsockopt(listener, SOL_SOCKET, SO_SNDBUF, &send_buffer, sizeof send_buffer);

  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  require(::bind(listener, generic, length) == 0, "bind");
  require(::listen(listener, SOMAXCONN) == 0, "listen");
  require(::getsockname(listener, generic, &length) == 0, "getsockname");
  std::printf("listening on 127.0.0.1:%u\n", unsigned{ntohs(address.sin_port)});
  std::fflush(stdout);
  return listener;
}

class forwarder {
 public:
  forwarder(int listener, bool pairs) : listener_(listener), pairs_(pairs), epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
    require(epoll_ >= 0, "epoll_create1");
    watch(listener_, listener_mark);
  }

  [[noreturn]] void run() {
    std::array<epoll_event, 256> events;
    for (;;) {
      const int ready = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), -1);
      for (int i = 0; i < ready; ++i) {
        const std::uint64_t from = events[static_cast<std::size_t>(i)].data.u64;
        if (from == listener_mark) {
          accept_all();
        } else {
          receive(from);
        }
      }
      // Only now, so that what many have said in this round is one send() a receiver. In pairs nobody else says
      // anything to the partner, so it has gone already.
      if (!gathered_.empty()) {
        for (const int fd : users_) send_to(fd, gathered_);
        gathered_.clear();
      }
    }
  }

 private:
  void watch(int fd, std::uint64_t mark) const {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = mark;
    require(::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) == 0, "epoll_ctl");
  }

  void accept_all() {
    int fd;
    while ((fd = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
      watch(fd, users_.size());
      users_.push_back(fd);
      send_to(fd, greeting);
    }
  }

  void receive(std::uint64_t from) {
    const ssize_t got = ::recv(users_[from], buffer_.data(), buffer_.size(), 0);
    if (got <= 0) return drop(from);
    const std::string_view bytes(buffer_.data(), static_cast<std::size_t>(got));
    if (pairs_) {
      const std::uint64_t partner = from ^ 1U;
      if (partner < users_.size()) send_to(users_[partner], bytes);
    } else {
      gathered_ += bytes;
    }
  }

  static void send_to(int fd, std::string_view bytes) {
    // To one that has gone (-1) this fails like to one that is full: nobody looks.
    [[maybe_unused]] const ssize_t sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  }

  void drop(std::uint64_t user) {
    ::close(users_[user]);
    users_[user] = gone;  // keeps its place: partners are told by their numbers
  }

  int listener_;
  bool pairs_;
  int epoll_;
  std::vector<int> users_;  // in order of arrival
  std::array<char, 64 * 1024> buffer_;
  std::string gathered_;  // in this round, for everybody
};

}  // namespace

int main(int argc, char** argv) {
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) == 0) {
    files.rlim_cur = files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files);
  }
  const bool pairs = argc == 2 && std::strcmp(argv[1], "--pairs") == 0;
  if (argc > 1 && !pairs) {
    std::fputs("usage: floor [--pairs]\n", stderr);
    return 2;
  }
  static forwarder floor(listen_anywhere(), pairs);
  floor.run();
}
