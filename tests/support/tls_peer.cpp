#include "tests/support/tls_peer.hpp"

#include <algorithm>
#include <cerrno>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <utility>

namespace confab::test {
namespace {

void wait_for(int socket, short what, const deadline& until, const std::string& heard) {
  pollfd waiting{socket, what, 0};
  if (::poll(&waiting, 1, until.left()) <= 0) {
    throw std::runtime_error("nothing comes or goes in time; so far came: " + heard);
  }
}

}  // namespace

tls_peer::tls_peer(const endpoint& where, int most, std::string before)
    : socket_(start_connecting(where)), tls_(most), unsent_(std::move(before)) {
  const deadline until;
  wait_for(socket_.get(), POLLOUT, until, {});
  address_ = near_address(socket_);
  while (!tls_.shake()) {
    flush();
    if (!read_more(until)) throw std::runtime_error("the server ends the handshake");
  }
  flush();
}

void tls_peer::flush() {
  unsent_ += tls_.take();
  const deadline until;
  while (!unsent_.empty()) {
    const ssize_t count = ::send(socket_.get(), unsent_.data(), unsent_.size(), MSG_NOSIGNAL);
    if (count > 0) {
      unsent_.erase(0, static_cast<std::size_t>(count));
    } else if (errno == EAGAIN) {
      wait_for(socket_.get(), POLLOUT, until, pending_);
    } else {
      throw std::runtime_error("the connection is broken");
    }
  }
}

void tls_peer::send(std::string_view bytes) {
  for (; !bytes.empty(); bytes.remove_prefix(std::min<std::size_t>(bytes.size(), 16 * 1024))) {
    tls_.write(bytes.substr(0, 16 * 1024));
  }
  flush();
}

// False at the end of the stream.
bool tls_peer::read_more(const deadline& until) {
  wait_for(socket_.get(), POLLIN, until, pending_);
  char bytes[16 * 1024];
  const ssize_t count = ::recv(socket_.get(), bytes, sizeof bytes, 0);
  if (count < 0 && errno == EAGAIN) return true;
  ended_ = count <= 0;
  if (count > 0) tls_.feed({bytes, static_cast<std::size_t>(count)});
  return !ended_;
}

std::string tls_peer::line() {
  const deadline until;
  for (;;) {
    const auto lf = pending_.find('\n');
    if (lf != std::string::npos) {
      std::string out = pending_.substr(0, lf);
      pending_.erase(0, lf + 1);
      return out;
    }
    const std::string more = tls_.read();
    pending_ += more;
    if (!more.empty()) continue;
    if (!tls_.failure().empty()) throw std::runtime_error(tls_.failure());
    if (ended_ || tls_.was_closed()) throw std::runtime_error("the stream ended; so far came: " + pending_);
    read_more(until);
  }
}

std::string tls_peer::line_where(const std::function<bool(std::string_view)>& is) {
  for (;;) {
    std::string next = line();
    if (is(next)) return next;
  }
}

json tls_peer::event(std::string_view type) {
  for (;;) {
    json next = json::parse(line());
    if (next["type"] == type) return next;
  }
}

std::string tls_peer::bytes_until_end() {
  const deadline until;
  do {
    pending_ += tls_.read();
  } while (!tls_.was_closed() && !ended_ && read_more(until));
  pending_ += tls_.read();
  return std::exchange(pending_, {});
}

void tls_peer::end() {
  tls_.end();
  flush();
}

tls_peer tls_joined(const endpoint& where) {
  tls_peer out(where);
  const std::string mine = "[" + out.address() + "]" + out.address() + ": is online";
  out.line_where([&](std::string_view each) { return each == mine; });
  return out;
}

}  // namespace confab::test
