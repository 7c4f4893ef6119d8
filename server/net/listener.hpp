#pragma once

#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/steady_timer.hpp>
#include <spdlog/logger.h>

#include "common/unique_fd.hpp"
#include "server/net/connection_options.hpp"
#include "server/net/shard.hpp"

namespace confab::net {

/// Accepts connections and hands them to the shards in turn. Lives on the thread that runs `io`.
class listener {
 public:
  /// Binds and listens. Throws std::system_error: the port is in use, the address is not ours.
  listener(asio::io_context& io, const asio::ip::tcp::endpoint& where, const connection_options& options,
           std::shared_ptr<spdlog::logger> log);

  /// Where it listens (the port that was picked for 0).
  asio::ip::tcp::endpoint where() const { return acceptor_.local_endpoint(); }

  /// Starts to accept; the shards must live as long as it does.
  void start(std::span<const std::unique_ptr<shard>> shards);
  /// From here on it accepts connections with these limits.
  void change(const connection_options& options);
  /// Accepts no more; new connections are refused by the kernel from here on.
  void stop();

 private:
  struct accepted {
    unique_fd socket;
    std::string addr;
  };

  asio::awaitable<void> run();
  bool accept_all();
  void hand_out();

  asio::ip::tcp::acceptor acceptor_;
  asio::steady_timer pause_;
  std::shared_ptr<spdlog::logger> log_;
  std::span<const std::unique_ptr<shard>> shards_;
  std::vector<std::vector<accepted>> batches_;  // by shard
  std::size_t next_ = 0;
  bool short_of_files_ = false;  // said so in the log, and not recovered since
};

}  // namespace confab::net
