#pragma once

#include <cstddef>

#include <asio/awaitable.hpp>
#include <asio/basic_waitable_timer.hpp>
#include <asio/io_context.hpp>

namespace confab::net {

/// A part of a handshake takes up to a millisecond, and many may come at once: so only some have their turn before
/// everything else on the thread has had its own, users first of all. The others wait in the order in which they came.
/// A shard's, on its thread.
class handshake_turns {
 public:
  /// How many at a time.
  static constexpr std::size_t most = 8;

  explicit handshake_turns(asio::io_context& io) : io_(io), line_(io) {}
  handshake_turns(const handshake_turns&) = delete;
  handshake_turns& operator=(const handshake_turns&) = delete;

  /// Waits for a turn.
  asio::awaitable<void> enter();

  std::size_t waiting() const noexcept { return waiting_; }

 private:
  using clock = std::chrono::steady_clock;
  using timer = asio::basic_waitable_timer<clock, asio::wait_traits<clock>, asio::io_context::executor_type>;

  void begin();
  void next();

  asio::io_context& io_;
  timer line_;  // never runs out; those who wait for it are woken one by one
  std::size_t taken_ = 0;
  std::size_t waiting_ = 0;
};

}  // namespace confab::net
