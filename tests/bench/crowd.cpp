#include "tests/bench/crowd.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <fmt/format.h>

#include "tests/bench/failure.hpp"

namespace confab::bench {
namespace {

constexpr std::size_t buffer_bytes = 256 * 1024;
constexpr nanoseconds joining_patience = seconds(60);
constexpr nanoseconds settling_patience = seconds(60);

// Users of a server on the loopback network come from this many addresses, 127.0.0.2 and up: one address has too
// few free ports for the kernel to find the next one quickly.
constexpr std::size_t source_addresses = 8;

[[noreturn]] void fail(std::string_view what) {
  throw failure(fmt::format("{}: {}", what, std::strerror(errno)));
}

bool is_loopback4(const endpoint& where) {
  if (where.address.ss_family != AF_INET) return false;
  sockaddr_in address{};
  std::memcpy(&address, &where.address, sizeof address);
  return (ntohl(address.sin_addr.s_addr) >> 24) == IN_LOOPBACKNET;
}

void apply(const socket_choice& choice, int fd) {
  if (choice.receive_buffer != 0) {
    ::setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &choice.receive_buffer, sizeof choice.receive_buffer);
  }
  if (choice.segment != 0) ::setsockopt(fd, IPPROTO_TCP, TCP_MAXSEG, &choice.segment, sizeof choice.segment);
}

/// Gives the socket one of the source addresses; its port is chosen by connect(), which needs only a free pair.
void bind_source(int fd, std::size_t number) {
  const int on = 1;
  ::setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
  sockaddr_in source{};
  source.sin_family = AF_INET;
  source.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1 + static_cast<std::uint32_t>(number % source_addresses));
  if (::bind(fd, reinterpret_cast<const sockaddr*>(&source), sizeof source) != 0) fail("bind");
}

/// recv() that drops the bytes in the kernel, which MSG_TRUNC means on a TCP socket.
ssize_t drop_waiting(int fd) {
  constexpr std::size_t plenty = std::size_t{1} << 30;
  return ::recv(fd, nullptr, plenty, MSG_TRUNC | MSG_DONTWAIT);
}

// A server lets in no more than 16 of an address that are nobody yet.
constexpr std::size_t most_asking = 8 * source_addresses;

constexpr std::string_view upgrade =
    "GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

/// A message of a client, with a mask that changes nothing.
std::string framed(std::string_view text) {
  std::string out{'\x81'};
  if (text.size() < 126) {
    out.push_back(static_cast<char>(0x80U | text.size()));
  } else {
    out.push_back('\xFE');
    out.push_back(static_cast<char>(text.size() >> 8U));
    out.push_back(static_cast<char>(text.size() & 0xFFU));
  }
  return out.append(4, '\0').append(text);
}

/// Hears nothing: what comes while users arrive is read only to make room.
class deaf : public sink {
 public:
  void received(std::size_t, std::string_view, nanoseconds) override {}
};

}  // namespace

endpoint resolve(const std::string& text) {
  const auto colon = text.rfind(':');
  if (colon == std::string::npos) throw failure(fmt::format("'{}' is not HOST:PORT", text));
  std::string host = text.substr(0, colon);
  if (host.size() >= 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);

  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int error = ::getaddrinfo(host.c_str(), text.c_str() + colon + 1, &hints, &found);
  if (error != 0) throw failure(fmt::format("'{}': {}", text, ::gai_strerror(error)));
  endpoint result;
  std::memcpy(&result.address, found->ai_addr, found->ai_addrlen);
  result.length = found->ai_addrlen;
  ::freeaddrinfo(found);
  return result;
}

crowd::crowd(const endpoint& where, bool greeting, const socket_choice& choice, wire how)
    : where_(where),
      greeting_(greeting),
      choice_(choice),
      how_(how),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      buffer_(buffer_bytes) {
  if (epoll_ < 0) fail("epoll_create1");
}

crowd::~crowd() {
  // A reset leaves nothing behind: no TIME_WAIT to run out of ports over.
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  for (const user& each : users_) {
    ::setsockopt(each.fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    ::close(each.fd);
  }
  ::close(epoll_);
}

arrivals crowd::join(std::size_t count, std::size_t in_flight) {
  if (how_ == wire::websocket) in_flight = std::min(in_flight, most_asking);
  const std::size_t wanted = users_.size() + count;
  users_.reserve(wanted);
  worst_wait_ = {};
  const nanoseconds start = now();
  deaf nobody;
  while (in_ < wanted) {
    while (users_.size() < wanted && users_.size() - in_ < in_flight) connect_one();
    poll(nobody, milliseconds(100));
    if (now() - start > joining_patience) {
      throw failure(
          fmt::format("only {} of {} users were let in within {:.0f} s", in_, wanted, in_seconds(joining_patience)));
    }
  }
  return {.seconds = in_seconds(now() - start), .worst_wait = worst_wait_};
}

void crowd::connect_one() {
  const int fd = ::socket(where_.address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) fail("socket");
  const std::size_t number = users_.size();
  users_.push_back({.fd = fd, .in = false, .started = now()});

  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (choice_.concerns(number)) apply(choice_, fd);
  if (is_loopback4(where_)) bind_source(fd, number);
  const auto* address = reinterpret_cast<const sockaddr*>(&where_.address);
  if (::connect(fd, address, where_.length) != 0 && errno != EINPROGRESS) fail("connect");

  if (how_ == wire::tls) users_.back().tls = std::make_unique<tls_end>(fd);
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT | EPOLLET;
  event.data.u64 = number;
  if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) != 0) fail("epoll_ctl");
}

void crowd::let_in(user& who, nanoseconds time) {
  who.in = true;
  ++in_;
  worst_wait_ = std::max(worst_wait_, time - who.started);
}

void crowd::settle(nanoseconds quiet) {
  deaf nobody;
  const nanoseconds start = now();
  for (nanoseconds last = start; now() - last < quiet;) {
    if (poll(nobody, milliseconds(20))) last = now();
    if (now() - start > settling_patience) throw failure("the server does not come to rest");
  }
}

void crowd::ask(user& who) {
  who.asked = true;
  if (::send(who.fd, upgrade.data(), upgrade.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(upgrade.size()))
    fail("send");
}

// Of HTTP the answer has lines, too, and is no greeting.
bool crowd::greets(std::string_view bytes) const noexcept {
  if (!greeting_) return true;
  return bytes.find(how_ == wire::websocket ? "is online\n" : "\n") != std::string_view::npos;
}

void crowd::say(std::size_t number, std::string_view line) {
  std::string frame;
  if (how_ == wire::websocket) line = frame = framed(line);
  const user& who = users_[number];
  const ssize_t sent =
      who.tls != nullptr ? who.tls->write(line) : ::send(who.fd, line.data(), line.size(), MSG_NOSIGNAL);
  if (sent < 0) fail(fmt::format("user {} cannot send", number));
  if (static_cast<std::size_t>(sent) != line.size()) throw failure(fmt::format("user {} is not read", number));
}

bool crowd::poll(sink& heard, milliseconds patience) {
  std::array<epoll_event, 512> events;
  const int ready =
      ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), static_cast<int>(patience.count()));
  bool any = false;
  for (int i = 0; i < ready; ++i) {
    const epoll_event& event = events[static_cast<std::size_t>(i)];
    const std::size_t number = event.data.u64;
    if (how_ == wire::websocket && !users_[number].asked) ask(users_[number]);
    if (user& who = users_[number]; who.tls != nullptr && !who.shaken) {
      who.shaken = who.tls->shake();
      if (!who.shaken) continue;
      if (!greeting_ && !who.in) let_in(who, now());
      read_from(number, heard);
      continue;
    }
    if ((event.events & ~static_cast<unsigned>(EPOLLOUT)) != 0) {
      any = true;
      read_from(number, heard);
    } else if (!greeting_ && !users_[number].in) {
      let_in(users_[number], now());
    }
  }
  return any;
}

ssize_t crowd::read_once(user& who) {
  if (who.tls != nullptr) return who.tls->read(buffer_.data(), buffer_.size());
  return ::recv(who.fd, buffer_.data(), buffer_.size(), 0);
}

void crowd::read_from(std::size_t number, sink& heard) {
  user& who = users_[number];
  for (;;) {
    const ssize_t got = read_once(who);
    if (got < 0 && errno == EAGAIN) return;
    if (got < 0) fail(fmt::format("user {} lost its connection", number));
    if (got == 0) throw failure(fmt::format("user {} was disconnected by the server", number));
    const std::string_view bytes(buffer_.data(), static_cast<std::size_t>(got));
    const nanoseconds time = now();
    if (!who.in && greets(bytes)) let_in(who, time);
    heard.received(number, bytes, time);
    // Edge-triggered: a read that did not fill the buffer has emptied the socket, or more will be reported.
    if (who.tls == nullptr && bytes.size() < buffer_.size()) return;
  }
}

void crowd::stop_reading(std::size_t number) {
  if (::epoll_ctl(epoll_, EPOLL_CTL_DEL, users_[number].fd, nullptr) != 0) fail("epoll_ctl");
}

std::size_t crowd::discard(std::size_t number) {
  const ssize_t dropped = drop_waiting(users_[number].fd);
  return dropped > 0 ? static_cast<std::size_t>(dropped) : 0;
}

bool crowd::hung_up(std::size_t number) {
  ssize_t dropped;
  while ((dropped = drop_waiting(users_[number].fd)) > 0) continue;
  return dropped == 0 || errno != EAGAIN;
}

}  // namespace confab::bench
