#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>

#include <asio/awaitable.hpp>
#include <asio/basic_waitable_timer.hpp>
#include <asio/io_context.hpp>
#include <asio/posix/basic_stream_descriptor.hpp>

#include "common/unique_fd.hpp"
#include "server/net/admission.hpp"
#include "server/net/arrival_end.hpp"
#include "server/net/door.hpp"
#include "server/net/network.hpp"

namespace confab::net {

/// A connection that is no session yet: it goes through the steps that its door names, one after the other, as a
/// coroutine of its shard's entrance. The hub does not know of it. Lives on its shard's thread.
class arrival : public std::enable_shared_from_this<arrival> {
 public:
  using clock = std::chrono::steady_clock;

  /// `from` is the peer's address, `now` the clock of waits_since(). Throws std::system_error when `io` cannot watch
  /// the socket.
  arrival(asio::io_context& io, unique_fd socket, const sockaddr_storage& from, std::shared_ptr<const door> by,
          clock::time_point (*now)());
  arrival(const arrival&) = delete;
  arrival& operator=(const arrival&) = delete;

  const door& by() const noexcept { return *by_; }
  /// Whether the peer is a proxy by that door, which has to say for whom it connects.
  bool from_proxy() const noexcept { return from_proxy_; }
  /// -1 when it has ended.
  int descriptor() noexcept { return socket_.is_open() ? socket_.native_handle() : -1; }

  /// What its session is to be told; the steps fill it. It gets the socket at the end.
  admission& will_be() noexcept { return will_be_; }
  /// Whose places it counts to: an IPv4 address, or an IPv6 network of 64 bits. Of a unix socket, 0.
  const ip_bytes& counts_as() const noexcept { return counts_as_; }
  /// Whose IP address it is, as far as is known by now; none over a unix socket.
  const std::optional<ip_bytes>& ip() const noexcept { return ip_; }
  /// Another address is the person's, as a proxy says.
  void comes_from(const sockaddr_storage& address);
  /// The same of one that has no port.
  void comes_from(const ip_bytes& address);

  /// From now on it has so much time, even if it was late() already; then whatever it waits for is over. Each step
  /// begins with this.
  void limit(std::chrono::milliseconds time);
  /// Wait for the peer. False when that is over: it has ended, or is late().
  asio::awaitable<bool> readable();
  asio::awaitable<bool> writable();
  /// Whether its time is over.
  bool late() const noexcept { return late_; }
  /// Since when it waits for its peer; none while it does not.
  std::optional<clock::time_point> waits_since() const noexcept { return waits_since_; }

  /// Whether the way from the person to here is encrypted, as far as is known by now.
  bool is_secure() const noexcept { return will_be_.secure; }
  /// The person's address, as users see it.
  const std::string& address() const noexcept { return will_be_.addr; }

  /// As those of a session's transport, for steps in which it already speaks to its peer.
  ssize_t read(std::span<char> into);
  ssize_t write(std::span<iovec> pieces);
  int error() const noexcept;
  void end_output() noexcept;

  /// Closes the socket; what it waits for is over.
  void end() noexcept;
  /// Takes the socket away from it, as it is: nothing waits for it any more.
  unique_fd release();

 private:
  using descriptor_type = asio::posix::basic_stream_descriptor<asio::io_context::executor_type>;
  using timer = asio::basic_waitable_timer<clock, asio::wait_traits<clock>, asio::io_context::executor_type>;

  asio::awaitable<bool> wait(asio::posix::descriptor_base::wait_type what);

  descriptor_type socket_;
  timer timer_;
  std::shared_ptr<const door> by_;
  clock::time_point (*now_)();
  admission will_be_;
  std::optional<ip_bytes> ip_;
  ip_bytes counts_as_{};
  std::optional<clock::time_point> waits_since_;
  bool from_proxy_;
  bool late_ = false;
};

}  // namespace confab::net
