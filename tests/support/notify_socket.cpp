#include "tests/support/notify_socket.hpp"

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/un.h>
#include <system_error>

namespace confab::test {

namespace {

/// An address as the kernel takes it.
struct kernel_address {
  explicit kernel_address(const std::string& text) {
    where.sun_family = AF_UNIX;
    if (text.size() >= sizeof where.sun_path) throw std::runtime_error("too long: " + text);
    std::memcpy(where.sun_path, text.data(), text.size());
    if (text.starts_with('@')) where.sun_path[0] = '\0';
    size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + text.size());
  }
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&where); }

  sockaddr_un where{};
  socklen_t size = 0;
};

unique_fd new_socket() {
  return unique_fd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
}

}  // namespace

notify_socket::notify_socket(bool abstract)
    : address_((abstract ? "@" : "") + folder_.path() + "/notify"), socket_(new_socket()) {
  const kernel_address where(address_);
  if (::bind(socket_.get(), where.get(), where.size) != 0)
    throw std::system_error(errno, std::generic_category(), "binding " + address_);
}

// What one socket has sent may be all that it can; another's first message shows.
void notify_socket::fill() const {
  while (tell_myself()) {
  }
}

// False when nothing fits.
bool notify_socket::tell_myself() const {
  const kernel_address where(address_);
  const unique_fd from = new_socket();
  int told = 0;
  while (::sendto(from.get(), "x", 1, 0, where.get(), where.size) == 1) ++told;
  return told > 0;
}

std::optional<std::string> notify_socket::read() {
  std::array<char, 4096> buffer;
  const ssize_t size = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
  if (size < 0) return std::nullopt;
  return std::string(buffer.data(), static_cast<std::size_t>(size));
}

std::string notify_socket::next(deadline until) {
  for (;;) {
    if (auto told = read()) return *std::move(told);
    pollfd waiting{socket_.get(), POLLIN, 0};
    if (::poll(&waiting, 1, until.left()) == 0) throw std::runtime_error("nothing was told");
  }
}

std::vector<std::string> notify_socket::so_far() {
  std::vector<std::string> out;
  while (auto told = read()) out.push_back(*std::move(told));
  return out;
}

std::vector<std::string> notify_socket::until(const std::function<bool(const std::string&)>& wanted, deadline until) {
  std::vector<std::string> out;
  for (;;) {
    std::string told = next(until);
    if (wanted(told)) return out;
    out.push_back(std::move(told));
  }
}

std::vector<std::string> notify_socket::until(const std::string& wanted) {
  return until([&](const std::string& told) { return told == wanted; });
}

}  // namespace confab::test
