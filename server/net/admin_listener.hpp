#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <asio/steady_timer.hpp>
#include <spdlog/logger.h>

#include "server/net/http_answer.hpp"
#include "server/net/http_request.hpp"

namespace confab::net {

/// How much those who ask over HTTP may take up.
struct admin_limits {
  /// At a time. A further one takes the place of the oldest that has not asked yet; if all have, it is closed at once.
  std::size_t connections = 16;
  std::chrono::milliseconds to_ask{10'000};   ///< for a whole request
  std::chrono::milliseconds to_take{10'000};  ///< for a whole answer
  /// How long a connection that has been answered may keep sending before it is cut, see connection_options::linger.
  std::chrono::milliseconds linger{1000};
  std::size_t most_discarded = 64 * 1024;  ///< bytes that are read and thrown away meanwhile
};

/// Answers questions over HTTP, one a connection, for whoever runs the server: no chat goes on here. Lives on the
/// thread that runs `io`, which had better be another than the chat's, so that it answers when that is stuck.
class admin_listener {
 public:
  /// What to answer to what http_request_reader has let through. An exception ends that connection only.
  using answerer = std::function<http_answer(const http_request&)>;

  /// `socket` listens already and does not block; it stays its owner's, and open until this is destroyed. Throws
  /// std::system_error when `io` cannot watch it.
  admin_listener(asio::io_context& io, int socket, answerer answer, std::shared_ptr<spdlog::logger> log,
                 admin_limits limits = {});
  ~admin_listener();
  admin_listener(const admin_listener&) = delete;
  admin_listener& operator=(const admin_listener&) = delete;

  void start();
  /// Ends all connections, and accepts no more.
  void stop();

  /// Whether it may be destroyed after stop(), though `io` goes on: nothing of it is under way.
  bool ended() const noexcept { return !running_ && serving_ == 0; }

  /// How many connections there are.
  std::size_t visitors() const noexcept { return visits_.size(); }

 private:
  struct visit;
  using visitor = std::shared_ptr<visit>;

  asio::awaitable<void> run();
  bool accept_all();
  bool make_room();
  asio::awaitable<void> serve(visitor who);
  asio::awaitable<void> answer_to(visitor who);
  asio::awaitable<bool> read(visitor who, http_request_reader& into);
  asio::awaitable<bool> write(visitor who, std::string bytes);
  asio::awaitable<void> wait_for_end(visitor who);

  asio::io_context& io_;
  asio::posix::stream_descriptor readiness_;  // of the listening socket
  asio::steady_timer pause_;
  answerer answer_;
  std::shared_ptr<spdlog::logger> log_;
  admin_limits limits_;
  std::vector<visitor> visits_;  // in the order in which they came
  std::size_t serving_ = 0;      // coroutines under way, also of those that have made way
  bool running_ = false;         // run() has begun and not ended
  bool stopped_ = false;
};

}  // namespace confab::net
