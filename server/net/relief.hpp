#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <span>

#include <asio/io_context.hpp>
#include <spdlog/logger.h>

#include "server/net/memory_reserve.hpp"
#include "server/net/shard.hpp"

namespace confab::net {

/// Makes room when memory has run out and the reserve is in use: ends the connections that hold most, whatever they
/// hold it for, until the reserve is whole again. Everybody else goes on. Says so in the log once, and once when it is
/// over. On the home thread.
class relief {
 public:
  /// How long the reserve must have stayed whole before the shortage is over.
  static constexpr std::chrono::seconds calm{10};

  /// `tell` is called when a shortage begins (true) and when it is over: what costs memory and can be done without had
  /// better not begin meanwhile.
  relief(asio::io_context& home, memory_reserve& reserve, std::shared_ptr<spdlog::logger> log,
         std::function<void(bool)> tell);
  relief(const relief&) = delete;
  relief& operator=(const relief&) = delete;

  /// The shards must live as long as it does.
  void start(std::span<const std::unique_ptr<shard>> shards) { shards_ = shards; }

  /// To be called again and again, at least once a second; costs next to nothing while all is well.
  void look(std::chrono::steady_clock::time_point now) {
    if (short_ || reserve_.touched()) see_to_it(now);
  }

 private:
  void see_to_it(std::chrono::steady_clock::time_point now);
  void make_room();
  void made_room(std::size_t ended);

  asio::io_context& home_;
  memory_reserve& reserve_;
  std::shared_ptr<spdlog::logger> log_;
  std::function<void(bool)> tell_;
  std::span<const std::unique_ptr<shard>> shards_;
  std::size_t asked_ = 0;      // shards that have not answered yet
  std::size_t ended_now_ = 0;  // connections, by those that have
  std::size_t ended_ = 0;      // in this shortage
  bool short_ = false;
  std::chrono::steady_clock::time_point whole_since_;
};

}  // namespace confab::net
