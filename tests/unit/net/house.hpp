#pragma once

#include <cstdint>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <asio/io_context.hpp>
#include <asio/post.hpp>

#include "server/net/broadcaster.hpp"
#include "server/net/relief.hpp"
#include "tests/unit/net/desk.hpp"

namespace confab::test {

/// A broadcaster with shards, each on a thread of its own but for the first, which the test runs.
class house {
 public:
  /// With a `reserve` there is somebody who makes room when it is in use.
  explicit house(std::size_t shard_count, net::broadcaster_options how = options(),
                 net::connection_options each = small(), net::memory_reserve* reserve = nullptr)
      : log_(log_into(log_text_)) {
    for (std::size_t i = 0; i < shard_count; ++i) contexts_.push_back(std::make_unique<asio::io_context>());
    chat::hub_options rules;
    rules.replay = 0;
    rules.announce_limit = 1000;
    rules.make_token = [n = 0]() mutable { return std::to_string(++n); };
    broadcaster = std::make_unique<net::broadcaster>(home(), rules, shard_count, how);
    for (std::uint32_t i = 0; i < shard_count; ++i) {
      shards.push_back(std::make_unique<net::shard>(*contexts_[i], i, each, log_,
                                                    [this](chat::inbound& batch) { broadcaster->receive(batch); }));
    }
    if (reserve != nullptr) {
      makes_room = std::make_unique<net::relief>(home(), *reserve, log_, [this](bool is) {
        shortages.push_back(is);
        broadcaster->turn([is](chat::hub& hub) { hub.short_of_memory(is); });
      });
      makes_room->start(shards);
    }
    broadcaster->start(
        shards, [this](chat::store_requests& wanted) { return keep(wanted); }, makes_room.get());
    for (const auto& one : shards) one->start();
    for (std::size_t i = 1; i < shard_count; ++i) threads_.emplace_back([this, i] { contexts_[i]->run(); });
  }
  ~house() {
    broadcaster->stop();
    for (const auto& one : shards) asio::post(one->context(), [&one] { one->stop(); });
    home().restart();
    home().run();
    for (std::thread& each : threads_) each.join();
  }
  house(const house&) = delete;
  house& operator=(const house&) = delete;

  static net::broadcaster_options options() {
    net::broadcaster_options out;
    out.turns.now = fake_clock::now;
    out.tick = std::chrono::hours(1);
    return out;
  }
  static net::connection_options small() {
    auto out = desk::options();
    out.send_queue = 16 * 1024 * 1024;
    return out;
  }

  /// Somebody on a shard who speaks at once, so that all know of it, and has read all that this says.
  far_end user(std::size_t shard, const std::string& addr) {
    two_ends ends = small_pair();
    far_end out(std::move(ends.far));
    auto near = std::make_shared<unique_fd>(std::move(ends.near));
    asio::post(*contexts_[shard], [this, shard, near, addr] { shards[shard]->adopt(std::move(*near), addr); });
    out.send("in\n");
    wait_for(out, '[' + addr + ']' + addr + ": in\n");
    return out;
  }
  /// Reads at the far end until `end` has come; all that came.
  std::string wait_for(far_end& at, std::string_view end) {
    std::string out;
    until([&] { return (out += at.read()).ends_with(end) || at.ended(); }, "what was to be heard");
    return out;
  }
  void until(const std::function<bool()>& so, const char* what) { run_until(home(), so, what); }
  void run() {
    home().restart();
    // One at a time: where a tick takes longer than the pause before the next, poll() would not come to an end.
    for (int i = 0; i < 5000 && home().poll_one() > 0; ++i) {
    }
  }
  asio::io_context& home() { return *contexts_[0]; }

  fake_clock clock;
  /// Whether the history is slow: then what is kept is counted, and told when the test says that it is settled.
  bool slow_disk = false;
  std::uint64_t kept = 0;
  std::vector<bool> shortages;  ///< that began (true), that ended
  std::string log() const { return log_text_.str(); }

 private:
  std::uint64_t keep(chat::store_requests& wanted) {
    const bool any = !wanted.writes.empty();
    wanted.writes.clear();
    wanted.queries.clear();
    return any && slow_disk ? ++kept : 0;
  }

  std::ostringstream log_text_;
  std::shared_ptr<spdlog::logger> log_;
  std::vector<std::unique_ptr<asio::io_context>> contexts_;
  std::vector<std::thread> threads_;

 public:
  std::vector<std::unique_ptr<net::shard>> shards;
  std::unique_ptr<net::broadcaster> broadcaster;
  std::unique_ptr<net::relief> makes_room;
};

/// A letter, another for each of 26 numbers.
inline char letter(std::size_t number) {
  return static_cast<char>('a' + static_cast<char>(number % 26));
}

}  // namespace confab::test
