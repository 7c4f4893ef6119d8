#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <asio/steady_timer.hpp>
#include <spdlog/logger.h>

#include "server/chat/dispatch.hpp"
#include "server/chat/inbound.hpp"
#include "server/net/admission.hpp"
#include "server/net/connection_options.hpp"
#include "server/net/entrance.hpp"
#include "server/net/outbox_pool.hpp"
#include "server/net/poller.hpp"
#include "server/net/room_members.hpp"
#include "server/net/session.hpp"
#include "server/net/shard_counters.hpp"

namespace confab::net {

/// An I/O thread's share of the users: their sessions, the readiness of their sockets, and the two ends of the
/// mailboxes to and from the hub.
///
/// Works in turns: reads whatever is ready, hands what came to the hub as one batch, plays what the hub says as one
/// dispatch, and writes it with one system call a user. It takes turns in a row while there is something to read, but
/// no longer than options allow before Asio's own work (timers, mailboxes, signals) gets its chance. Lives on the
/// thread that runs `io`; all calls are made there unless said otherwise.
class shard {
 public:
  /// Takes a batch to the hub, which may move it away; acknowledge() follows, inside the call or later.
  using hand_over = std::function<void(chat::inbound&)>;

  /// Throws std::system_error when the kernel refuses an epoll.
  shard(asio::io_context& io, std::uint32_t index, connection_options options, std::shared_ptr<spdlog::logger> log,
        hand_over to_hub);
  ~shard();
  shard(const shard&) = delete;
  shard& operator=(const shard&) = delete;

  /// At least so often it says in counted().last_beat that its thread works; otherwise it may sleep for as long as
  /// nobody wants anything. Before start().
  void beat_every(std::chrono::milliseconds time);
  /// Starts its coroutines on `io`.
  void start();
  /// Ends them, and every session at once. The io_context then runs out of work.
  void stop();

  /// A connection was accepted for this shard; `addr` is the peer's address, as users see it.
  void adopt(unique_fd socket, std::string addr) { admit({std::move(socket), std::move(addr)}); }
  /// The same by a door; `from` is the peer's address. What the door asks for comes first.
  void arrive(unique_fd socket, const sockaddr_storage& from, std::shared_ptr<const door> by) {
    entrance_.arrive(std::move(socket), from, std::move(by));
  }
  /// Makes a session of it.
  void admit(admission who);
  /// Ends whoever is nobody yet, and would not be at once; nobody arrives by a door any more.
  void close_entrance();
  /// What a turn of the hub means for this shard.
  void deliver(const chat::dispatch& turn);
  /// The hub has dealt with `batches` that were handed over, and what it said of them has been delivered.
  void acknowledge(std::size_t batches);

  /// Options are others from here on. Sessions that there are keep their longest line, and those that lag what they
  /// were allowed when they began to.
  void change(const connection_options& to) { options_ = to; }

  /// There is no memory: ends the sessions that hold most of it until those held `bytes` in all, or nobody holds more
  /// than is worth it. Returns how many.
  std::size_t shed(std::size_t bytes);

  /// How many connections there are. Any thread.
  std::size_t size() const noexcept { return size_.load(std::memory_order_relaxed); }
  /// What it has done. Any thread reads; its sessions write.
  const shard_counters& counted() const noexcept { return counters_; }
  asio::io_context& context() noexcept { return io_; }

  // ---- for its sessions
  const connection_options& options() const noexcept { return options_; }
  spdlog::logger& log() noexcept { return *log_; }
  poller& watcher() noexcept { return poller_; }
  chat::inbound& to_hub() noexcept { return inbound_; }
  shard_counters& counters() noexcept { return counters_; }
  /// One buffer for all: it is used up before the next session reads.
  std::span<char> read_buffer() noexcept { return {read_buffer_.data(), read_size_}; }
  /// Room to put pieces together for one write; likewise.
  std::span<char> scratch() noexcept { return scratch_; }
  /// The time of this turn.
  std::chrono::steady_clock::time_point now() const noexcept { return now_; }
  static std::uint64_t key_of(const session& of) noexcept {
    return (std::uint64_t{of.generation()} << 32U) | of.slot();
  }
  outbox_pool& outboxes() noexcept { return outboxes_; }
  /// Sweeps the session again and again from now on, while it is watched().
  void watch(session& waiting);
  /// The session has more to read that its socket does not tell of: it does so in this turn, or in the next.
  void read_on(session& behind);
  /// Frees the session at the end of the turn.
  void retire(session& dead);

 private:
  struct place {
    std::unique_ptr<session> occupant;
    std::uint32_t generation = 0;
  };
  struct session_key {
    std::uint32_t slot;
    std::uint32_t generation;
  };
  struct newcomer {
    session_key who;
    std::chrono::steady_clock::time_point until;
  };
  using timer = asio::basic_waitable_timer<std::chrono::steady_clock, asio::wait_traits<std::chrono::steady_clock>,
                                           asio::io_context::executor_type>;
  class audience;

  asio::awaitable<void> poll();
  asio::awaitable<void> greet();
  std::chrono::steady_clock::time_point next_greeting() const noexcept;
  void expect(session_key who, bool silent);
  void give_up(session_key who);
  void ping_later(session_key who);
  void ping_due();
  asio::awaitable<void> sweep();
  std::chrono::steady_clock::time_point next_sweep() const;
  void run_turns();
  void read_those_behind();
  bool can_read_on() const noexcept { return !behind_.empty() && outstanding_ < max_outstanding; }
  void go_on();
  void hand_over_inbound();
  void end_turn();
  session* find(std::uint32_t slot, std::uint32_t generation) noexcept;
  session* find(session_key which) noexcept { return find(which.slot, which.generation); }

  static constexpr std::size_t most_silent = 1024;  // then the oldest makes way

  // At most 1 batch is on its way to the hub; meanwhile the shard reads nothing from its users, and what has come makes
  // one larger batch then, which costs less than many small ones.
  static constexpr std::size_t max_outstanding = 1;

  asio::io_context& io_;
  connection_options options_;
  std::shared_ptr<spdlog::logger> log_;
  hand_over hand_over_;
  poller poller_;
  asio::posix::basic_stream_descriptor<asio::io_context::executor_type> readiness_;
  timer greeting_timer_;
  timer sweep_timer_;
  timer backpressure_timer_;  // cancelled when the hub has caught up
  std::chrono::steady_clock::time_point now_;
  chat::inbound inbound_;
  chat::inbound handed_;  // the batch under way; swapped with inbound_, so that both keep their memory
  std::size_t outstanding_ = 0;
  std::vector<place> places_;
  std::vector<std::uint32_t> free_;
  std::vector<std::uint32_t> retired_;
  std::vector<room_members> rooms_;     // by number; the lobby is everyone
  std::vector<session_key> watched_;    // to be swept
  std::deque<newcomer> newcomers_;      // in order of arrival, and so of their greeting
  std::deque<newcomer> silent_;         // who are closed unless they speak, in that order
  std::deque<newcomer> pinged_;         // who came by WebSocket, in the order in which they are asked again
  std::vector<std::uint32_t> touched_;  // sessions that were said something of their own this turn
  std::vector<session_key> behind_;     // who has more to read than its socket tells of
  std::vector<session_key> reading_;    // of those, whose turn it is
  outbox_pool outboxes_;
  std::vector<char> scratch_;
  std::vector<char> read_buffer_;
  std::size_t read_size_;  // of it, that one session may use this turn
  std::atomic<std::size_t> size_{0};
  std::chrono::milliseconds beat_{};  // 0: nobody asks for it
  bool read_little_ = false;          // what users have sent already takes much memory
  bool in_turns_ = false;             // run_turns is at work, and will look at inbound_ again
  bool again_ = false;                // a turn is posted
  bool stopped_ = false;
  shard_counters counters_;
  entrance entrance_{*this};
};

}  // namespace confab::net
