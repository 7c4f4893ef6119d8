#include "tests/support/crowd.hpp"

#include <array>
#include <cerrno>
#include <stdexcept>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <system_error>
#include <utility>

namespace confab::test {
namespace {

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

}  // namespace

crowd::crowd(endpoint where, listener heard)
    : where_(std::move(where)), heard_(std::move(heard)), poll_(::epoll_create1(EPOLL_CLOEXEC)) {
  if (!poll_) fail("epoll_create1");
}

std::size_t crowd::add() {
  const std::size_t number = members_.size();
  member& added = members_.emplace_back();
  added.socket = start_connecting(where_);
  added.address = near_address(added.socket);
  watch(number, false, true);
  return number;
}

void crowd::add(std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) add();
}

void crowd::send(std::size_t number, std::string_view bytes) {
  members_[number].unsent.append(bytes);
  watch(number, true);
}

void crowd::half_close(std::size_t number) {
  members_[number].finishing = true;
  watch(number, true);
}

void crowd::reset(std::size_t number) {
  const linger at_once{1, 0};
  ::setsockopt(members_[number].socket.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close(number);
}

void crowd::close(std::size_t number) {
  members_[number].socket.reset();
}

void crowd::close_all() {
  for (auto& each : members_) each.socket.reset();
}

void crowd::watch(std::size_t number, bool writing, bool fresh) {
  member& watched = members_[number];
  if (!watched.socket || (!fresh && watched.writing == writing)) return;
  watched.writing = writing;
  tell_poll(number, fresh ? EPOLL_CTL_ADD : EPOLL_CTL_MOD);
}

void crowd::listen(std::size_t number, bool listens) {
  member& changed = members_[number];
  if (!changed.socket || changed.listens == listens) return;
  changed.listens = listens;
  tell_poll(number, EPOLL_CTL_MOD);
}

void crowd::tell_poll(std::size_t number, int operation) {
  const member& watched = members_[number];
  epoll_event event{};
  event.events = (watched.listens ? static_cast<std::uint32_t>(EPOLLIN) : 0U) |
                 (watched.writing ? static_cast<std::uint32_t>(EPOLLOUT) : 0U);
  event.data.u64 = number;
  if (::epoll_ctl(poll_.get(), operation, watched.socket.get(), &event) != 0) fail("epoll_ctl");
}

void crowd::read(std::size_t number) {
  member& reader = members_[number];
  std::array<char, 65536> piece;  // NOLINT: not cleared on purpose, this is the inner loop of the load tests
  const ssize_t size = ::recv(reader.socket.get(), piece.data(), piece.size(), 0);
  if (size < 0 && errno == EAGAIN) return;
  if (size <= 0) {
    reader.socket.reset();
    return;
  }
  std::string_view rest(piece.data(), static_cast<std::size_t>(size));
  for (auto end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
    if (reader.unread.empty()) {
      heard_(number, rest.substr(0, end));
    } else {
      reader.unread.append(rest.substr(0, end));
      heard_(number, reader.unread);
      reader.unread.clear();
    }
    rest.remove_prefix(end + 1);
  }
  reader.unread.append(rest);
}

void crowd::write(std::size_t number) {
  member& writer = members_[number];
  if (!writer.unsent.empty()) {
    const ssize_t size = ::send(writer.socket.get(), writer.unsent.data(), writer.unsent.size(), MSG_NOSIGNAL);
    if (size < 0 && errno != EAGAIN) {
      writer.unsent.clear();  // the reading side learns why
    } else if (size > 0) {
      writer.unsent.erase(0, static_cast<std::size_t>(size));
    }
  }
  if (!writer.unsent.empty()) return;
  if (writer.finishing) ::shutdown(writer.socket.get(), SHUT_WR);
  watch(number, false);
}

void crowd::pump_until(const std::function<bool()>& done, std::string_view what, deadline until) {
  std::array<epoll_event, 256> events{};
  while (!done()) {
    // A condition may depend on more than our own sockets, so it is asked again after a short while at the latest.
    const int count = ::epoll_wait(poll_.get(), events.data(), events.size(), 20);
    if (count < 0 && errno != EINTR) fail("epoll_wait");
    if (count <= 0 && until.passed()) throw std::runtime_error("waited too long for: " + std::string(what));
    for (int i = 0; i < count; ++i) {
      const auto number = static_cast<std::size_t>(events[static_cast<std::size_t>(i)].data.u64);
      const std::uint32_t what_is = events[static_cast<std::size_t>(i)].events;
      if (members_[number].socket && (what_is & EPOLLOUT) != 0) write(number);
      if (members_[number].socket && (what_is & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) read(number);
    }
    if (until.passed() && !done()) throw std::runtime_error("waited too long for: " + std::string(what));
  }
}

}  // namespace confab::test
