#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <sys/epoll.h>

#include "common/unique_fd.hpp"

namespace confab::net {

/// The readiness of a shard's users: one level-triggered epoll that a user is entered into once, so that an idle user
/// costs no user-space memory and a line no system call besides its own read (Asio's reactor would take about 300 bytes
/// a user and an epoll_ctl a line; docs/decisions/0001). Its descriptor is waited on through Asio. Lives on the shard's
/// thread.
class poller {
 public:
  /// Throws std::system_error.
  poller();

  int descriptor() const noexcept { return epoll_.get(); }

  /// Watches `fd` for `events` (EPOLLIN, EPOLLOUT); `key` comes back with each. False when the kernel has no room.
  bool add(int fd, std::uint64_t key, std::uint32_t events) noexcept;
  void change(int fd, std::uint64_t key, std::uint32_t events) noexcept;

  /// What is ready now, without waiting; valid until the next call.
  std::span<const epoll_event> poll() noexcept;

 private:
  unique_fd epoll_;
  std::array<epoll_event, 512> ready_{};
};

}  // namespace confab::net
