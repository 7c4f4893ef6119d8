#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <asio/io_context.hpp>
#include <spdlog/logger.h>

#include "common/unique_fd.hpp"
#include "server/chat/dispatch.hpp"
#include "server/net/shard.hpp"
#include "tests/unit/net/fake_hub.hpp"

namespace confab::test {

/// A clock that a test can put forward, so that nothing waits for seconds to pass.
class fake_clock {
 public:
  using clock = std::chrono::steady_clock;
  fake_clock() {
    ahead_ = step_ = 0;
    stands_at_ = clock::time_point();
  }
  static void forward(std::chrono::nanoseconds by) { ahead_ += by.count(); }
  /// From here on each look at the clock puts it forward by so much more.
  static void step(std::chrono::nanoseconds by) { step_ = by.count(); }
  /// From here on it moves by that alone.
  static void freeze() { stands_at_ = clock::now(); }
  static clock::time_point now() {
    ahead_ += step_;
    const clock::time_point stands_at = stands_at_;
    return (stands_at == clock::time_point() ? clock::now() : stands_at) + std::chrono::nanoseconds(ahead_);
  }

 private:
  static inline std::atomic<std::int64_t> ahead_{0};
  static inline std::atomic<std::int64_t> step_{0};
  static inline std::atomic<clock::time_point> stands_at_{clock::time_point()};
};

/// The far end of a session's connection. Calls never wait.
class far_end {
 public:
  explicit far_end(unique_fd socket) : socket_(std::move(socket)) {}

  void send(std::string_view bytes) const;
  /// All that has come since the last call.
  std::string read();
  /// The same, but no more than so much.
  std::string read(std::size_t most);
  /// Reads what has come, and forgets it.
  void read_quietly() const;
  /// Whether the other side has shut its direction or closed, after all of it has been read.
  bool ended() const { return ended_; }
  /// The errno with which reading failed, or 0.
  int error() const { return error_; }
  void half_close() const;
  void close() { socket_.reset(); }
  /// Closes with a reset: TCP only.
  void reset();
  int descriptor_number() const { return socket_.get(); }

 private:
  unique_fd socket_;
  bool ended_ = false;
  int error_ = 0;
};

/// Two ends of a stream: of a socketpair whose near end takes little (some KiB) or much (some hundred), or of a TCP
/// connection over loopback.
struct two_ends {
  unique_fd near;
  unique_fd far;
};
two_ends small_pair();
two_ends roomy_pair();
two_ends tcp_pair();

/// One turn of a hub, written by the test: what it says to whom, in order.
class script {
 public:
  /// A session by slot and generation.
  struct who {
    std::uint32_t slot;
    std::uint32_t generation = 1;
  };

  script();
  script& enter(who to, wire_format as = wire_format::text) {
    return add(chat::dispatch_item::kind::enter, to, 0, 0, as);
  }
  script& exit(who to) { return add(chat::dispatch_item::kind::exit, to); }
  script& hold(who to) { return add(chat::dispatch_item::kind::hold, to); }
  script& resume(who to) { return add(chat::dispatch_item::kind::resume, to); }
  script& drain(who to) { return add(chat::dispatch_item::kind::drain, to); }
  script& close(who to, chat::farewell why = chat::farewell::bye) {
    return add(chat::dispatch_item::kind::close, to, static_cast<std::uint32_t>(why));
  }
  script& enter_room(who to, std::uint32_t room) { return add(chat::dispatch_item::kind::enter_room, to, room); }
  script& leave_room(who to, std::uint32_t room) { return add(chat::dispatch_item::kind::leave_room, to, room); }
  script& drop_room(std::uint32_t room) { return add(chat::dispatch_item::kind::drop_room, {0, 0}, room); }
  script& to(who one, std::string_view text);
  script& to_all(std::string_view text);
  script& to_room(std::uint32_t room, std::string_view text);
  script& read_little(bool is = true) {
    turn_.read_little = is;
    return *this;
  }

  const chat::dispatch& turn() const { return turn_; }

 private:
  script& add(chat::dispatch_item::kind what, who to, std::uint32_t begin = 0, std::uint32_t size = 0,
              wire_format as = wire_format::text);

  std::shared_ptr<chat::broadcast> broadcast_ = std::make_shared<chat::broadcast>();
  chat::dispatch turn_;
};

/// A shard whose hub is the test.
class desk {
 public:
  explicit desk(net::connection_options how = options());
  ~desk();
  desk(const desk&) = delete;
  desk& operator=(const desk&) = delete;

  /// Options with the fake clock, one turn at a time, and looked at often; a newcomer waits for an hour, unless it
  /// speaks.
  static net::connection_options options();

  /// A new connection, shown as `ADDR`.
  far_end connect(std::string addr = "here", two_ends ends = small_pair());
  /// One that has said a blank line, so that the hub knows it, and hears what is said to all; it is forgotten in
  /// heard().
  far_end user(script::who expected, two_ends ends = small_pair());

  void deliver(const script& turn) { shard.deliver(turn.turn()); }
  /// Runs whatever can run now.
  void run();
  /// Whether nothing at all wants to run but for timers.
  bool at_rest();
  /// Runs until that is so; a failure after the usual patience.
  void until(const std::function<bool()>& so, const char* what);
  /// What the hub was told since the last call, after running whatever can run now.
  std::vector<std::string> heard();
  /// The log so far.
  std::string log() const { return log_text_.str(); }

  fake_clock clock;
  asio::io_context io{1};
  /// Whether batches are dealt with inside the call, as they are unless the disk is waited for; else in owed.
  bool deals_at_once = true;
  std::size_t owed = 0;
  std::size_t batches = 0;
  std::function<void()> on_batch;  ///< called with each
  fake_hub hub;

 private:
  std::ostringstream log_text_;

 public:
  net::shard shard;
};

/// Runs `io` until `so()`; a failure after the usual patience.
void run_until(asio::io_context& io, const std::function<bool()>& so, const char* what);

/// A log that writes into `out`.
std::shared_ptr<spdlog::logger> log_into(std::ostream& out);

}  // namespace confab::test
