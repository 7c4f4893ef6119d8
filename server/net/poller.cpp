#include "server/net/poller.hpp"

#include <cerrno>
#include <system_error>

namespace confab::net {

poller::poller() : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
  if (!epoll_) throw std::system_error(errno, std::generic_category(), "epoll_create1");
}

bool poller::add(int fd, std::uint64_t key, std::uint32_t events) noexcept {
  epoll_event wanted{};
  wanted.events = events;
  wanted.data.u64 = key;
  return ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &wanted) == 0;
}

void poller::change(int fd, std::uint64_t key, std::uint32_t events) noexcept {
  epoll_event wanted{};
  wanted.events = events;
  wanted.data.u64 = key;
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, fd, &wanted);
}

std::span<const epoll_event> poller::poll() noexcept {
  const int count = ::epoll_wait(epoll_.get(), ready_.data(), static_cast<int>(ready_.size()), 0);
  return {ready_.data(), count > 0 ? static_cast<std::size_t>(count) : 0U};
}

}  // namespace confab::net
