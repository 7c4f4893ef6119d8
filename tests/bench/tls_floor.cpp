// The floor of the benchmark for TLS: as floor.cpp, and what it reads and writes goes through OpenSSL on the socket,
// one SSL_write a receiver for all that one round of epoll has brought. It is the least that encrypting for everybody
// costs. What a socket does not take at once ends it all: there is no queue behind it.
//
// tls_floor CERTIFICATE KEY

#include <arpa/inet.h>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <string>
#include <string_view>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace {

constexpr std::uint64_t listener_mark = UINT64_MAX;
constexpr std::string_view greeting = "hello\n";

void require(bool ok, const char* what) {
  if (ok) return;
  std::perror(what);
  std::exit(1);
}

int listen_anywhere() {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  require(listener >= 0, "socket");
  const int on = 1;
  const int send_buffer = 1 << 20;
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

SSL_CTX* make_context(const char* certificate, const char* key) {
  SSL_CTX* const out = SSL_CTX_new(TLS_server_method());
  require(SSL_CTX_use_certificate_chain_file(out, certificate) == 1, certificate);
  require(SSL_CTX_use_PrivateKey_file(out, key, SSL_FILETYPE_PEM) == 1, key);
  SSL_CTX_set_num_tickets(out, 0);
  SSL_CTX_set_session_cache_mode(out, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_mode(out, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_read_ahead(out, 1);
  return out;
}

class forwarder {
 public:
  forwarder(int listener, SSL_CTX* context)
      : listener_(listener), context_(context), epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
    require(epoll_ >= 0, "epoll_create1");
    watch(listener_, listener_mark);
  }

  [[noreturn]] void run() {
    std::array<epoll_event, 256> events;
    for (;;) {
      const int ready = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), -1);
      for (int i = 0; i < ready; ++i) {
        const std::uint64_t from = events[static_cast<std::size_t>(i)].data.u64;
        from == listener_mark ? accept_all() : receive(from);
      }
      if (gathered_.empty()) continue;
      for (const user& each : users_) {
        if (each.in) say(each.tls, gathered_);
      }
      gathered_.clear();
    }
  }

 private:
  struct user {
    SSL* tls;
    bool in;
  };

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
      SSL* const tls = SSL_new(context_);
      SSL_set_fd(tls, fd);
      SSL_set_accept_state(tls);
      users_.push_back({tls, false});
    }
  }

  void receive(std::uint64_t from) {
    user& who = users_[from];
    if (who.tls == nullptr) return;
    ERR_clear_error();
    if (!who.in) {
      const int done = SSL_do_handshake(who.tls);
      if (done != 1) {
        if (SSL_get_error(who.tls, done) != SSL_ERROR_WANT_READ) drop(who);
        return;
      }
      who.in = true;
      say(who.tls, greeting);
    }
    for (;;) {
      const int got = SSL_read(who.tls, buffer_.data(), static_cast<int>(buffer_.size()));
      if (got <= 0) {
        if (SSL_get_error(who.tls, got) != SSL_ERROR_WANT_READ) drop(who);
        return;
      }
      gathered_.append(buffer_.data(), static_cast<std::size_t>(got));
      if (SSL_has_pending(who.tls) == 0) return;
    }
  }

  static void say(SSL* to, std::string_view bytes) {
    require(SSL_write(to, bytes.data(), static_cast<int>(bytes.size())) == static_cast<int>(bytes.size()), "SSL_write");
  }

  static void drop(user& who) {
    ::close(SSL_get_fd(who.tls));
    SSL_free(who.tls);
    who = {nullptr, false};
  }

  int listener_;
  SSL_CTX* context_;
  int epoll_;
  std::vector<user> users_;
  std::array<char, 64 * 1024> buffer_;
  std::string gathered_;
};

}  // namespace

int main(int argc, char** argv) {
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) == 0) {
    files.rlim_cur = files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files);
  }
  if (argc != 3) {
    std::fputs("usage: tls_floor CERTIFICATE KEY\n", stderr);
    return 2;
  }
  static forwarder floor(listen_anywhere(), make_context(argv[1], argv[2]));
  floor.run();
}
