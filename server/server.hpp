#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <asio/io_context.hpp>
#include <asio/signal_set.hpp>
#include <asio/steady_timer.hpp>
#include <spdlog/logger.h>

#include "server/inherited_sockets.hpp"
#include "server/long_start.hpp"
#include "server/net/broadcaster.hpp"
#include "server/net/listener.hpp"
#include "server/net/shard.hpp"
#include "server/notifier.hpp"
#include "server/options.hpp"
#include "server/store_bridge.hpp"
#include "server/vital_signs.hpp"

namespace confab {

/// What a start takes besides options; all of it may be left out.
struct server_start {
  std::vector<inherited_socket> inherited{};  ///< listened on besides what the options name
  notifier* manager = nullptr;                ///< whom to tell how the server is; must live as long as it does
  /// How often rooms that nobody is in and nothing is kept of any more are dropped.
  std::chrono::milliseconds rooms_every = std::chrono::minutes(10);
  std::chrono::milliseconds extend_every = long_start::interval;  ///< see long_start
};

/// The whole server: its listeners, a shard a thread, the broadcaster on the first of them, and the signals that end
/// it. Made and run on the main thread, which is the first shard's.
class server {
 public:
  /// Binds. Throws std::runtime_error when it cannot listen everywhere it is to, or cannot read the message of the day
  /// or the history.
  server(const server_options& options, std::shared_ptr<spdlog::logger> log, server_start how = {});

  /// Where it listens, in the order of the options, and then what was inherited; each as net::listening_socket::where()
  /// has it.
  std::vector<std::string> where() const;

  /// Serves until SIGINT or SIGTERM, then tells everyone and flushes for a while. A second signal ends the process at
  /// once.
  void run();

 private:
  asio::awaitable<void> wait_for_signal();
  asio::awaitable<void> refresh_rooms();
  std::unique_ptr<store_bridge> open_history(const server_options& options, const server_start& how);
  void look_after();
  void stop_threads();

  std::shared_ptr<spdlog::logger> log_;
  notifier nobody_;
  notifier& manager_;
  vital_signs signs_;
  std::vector<std::unique_ptr<asio::io_context>> contexts_;  // one a shard; the first is the main thread's
  asio::signal_set signals_;
  std::vector<std::unique_ptr<net::listener>> listeners_;
  net::broadcaster broadcaster_;
  net::memory_reserve reserve_;
  net::relief relief_;
  std::unique_ptr<store_bridge> bridge_;  // none with --history off
  asio::steady_timer rooms_timer_;
  std::chrono::milliseconds rooms_every_;
  std::vector<std::unique_ptr<net::shard>> shards_;
  std::vector<std::thread> threads_;
};

}  // namespace confab
