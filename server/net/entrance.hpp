#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <sys/socket.h>
#include <vector>

#include <asio/awaitable.hpp>

#include "common/unique_fd.hpp"
#include "server/net/arrival.hpp"
#include "server/net/door.hpp"
#include "server/net/handshake_turns.hpp"

namespace confab::net {

class shard;

/// The arrivals of a shard, each a coroutine on its io_context, and the order of their steps. What comes out of the
/// last step becomes a session of the shard. Lives on the shard's thread; the io_context must run until all have ended.
class entrance {
 public:
  /// How many there may be at a time. See make_room() for who goes then.
  static constexpr std::size_t most = 1024;
  /// Whoever has let us wait for so long may have to make way.
  static constexpr std::chrono::milliseconds patience{1000};

  explicit entrance(shard& home);
  entrance(const entrance&) = delete;
  entrance& operator=(const entrance&) = delete;

  /// A connection from `from` was accepted. Whatever happens to it, nothing is thrown.
  void arrive(unique_fd socket, const sockaddr_storage& from, std::shared_ptr<const door> by) noexcept;

  /// Ends all arrivals; nobody comes in any more.
  void close() noexcept;

  std::size_t size() const noexcept { return here_.size(); }

 private:
  using visitor = std::shared_ptr<arrival>;

  bool make_room(const ip_bytes& for_whom) noexcept;
  asio::awaitable<void> receive(visitor who);
  asio::awaitable<arrival_end> take_steps(visitor who);
  bool remove(const arrival& who) noexcept;
  void count(arrival_end what) noexcept;

  shard& home_;
  handshake_turns handshakes_;
  std::vector<visitor> here_;  // in the order in which they came
  bool closed_ = false;
};

}  // namespace confab::net
