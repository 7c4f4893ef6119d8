#pragma once

#include <memory>
#include <span>
#include <string>
#include <sys/socket.h>
#include <utility>
#include <vector>

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <asio/steady_timer.hpp>
#include <spdlog/logger.h>

#include "common/unique_fd.hpp"
#include "server/metrics/number.hpp"
#include "server/net/connection_options.hpp"
#include "server/net/door.hpp"
#include "server/net/listening_socket.hpp"
#include "server/net/shard.hpp"

namespace confab::net {

/// Accepts connections and hands them to the shards in turn. Lives on the thread that runs `io`.
class listener {
 public:
  /// Takes over a socket that listens already; people come in by `by`, if there is one. Throws std::system_error when
  /// `io` cannot watch it.
  listener(asio::io_context& io, listening_socket socket, const connection_options& options,
           std::shared_ptr<spdlog::logger> log, std::shared_ptr<const door> by = nullptr);
  /// As stop().
  ~listener() { stop(); }
  listener(const listener&) = delete;
  listener& operator=(const listener&) = delete;

  /// Where it listens, see listening_socket::where().
  const std::string& where() const noexcept { return socket_.where(); }
  /// For getsockname(); -1 when it has stopped.
  int descriptor() const noexcept { return socket_.descriptor(); }

  /// Starts to accept; the shards must live as long as it does. While it is out of files or memory, `paused` is one
  /// more; so it must live as long, too.
  void start(std::span<const std::unique_ptr<shard>> shards, metrics::number& paused);
  /// From here on it accepts connections with these limits, by this door.
  void change(const connection_options& options, std::shared_ptr<const door> by = nullptr);
  /// Accepts no more; new connections are refused by the kernel from here on, and the file of a unix socket is gone.
  void stop();
  /// The same when others go on: who has connected already is accepted first, and not reset.
  void retire();
  /// Whether it may be destroyed after stop() or retire(): nothing of it is under way.
  bool ended() const noexcept { return !running_; }

 private:
  struct accepted {
    unique_fd socket;
    sockaddr_storage from;
  };

  asio::awaitable<void> run();
  bool accept_all();
  void be_short(int error);
  void hand_out();

  listening_socket socket_;
  asio::posix::stream_descriptor readiness_;  // of the socket, which it does not own
  asio::steady_timer pause_;
  std::shared_ptr<spdlog::logger> log_;
  std::shared_ptr<const door> door_;  // none: whoever comes is a session at once
  std::span<const std::unique_ptr<shard>> shards_;
  std::vector<std::vector<accepted>> batches_;  // by shard
  std::size_t next_ = 0;
  metrics::number* paused_ = nullptr;
  bool running_ = false;         // run() has begun and not ended
  bool short_of_files_ = false;  // said so in the log, and not recovered since
};

}  // namespace confab::net
