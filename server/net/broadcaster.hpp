#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>

#include "server/chat/hub.hpp"
#include "server/net/hub_counters.hpp"
#include "server/net/relief.hpp"
#include "server/net/shard.hpp"
#include "server/net/task.hpp"
#include "server/net/turn_limit.hpp"

namespace confab::net {

/// When the hub is to work.
struct broadcaster_options {
  turn_limit turns;
  std::chrono::milliseconds tick{1000};  ///< how often the hub is told the time; its rules count in seconds
};

/// Gives the hub its home: one coroutine over one ordered mailbox, fed by the shards, the history and a clock. Each
/// turn takes what has come since the last, for as long as a turn may last; the rest has the next one, after whatever
/// else the thread has to do. It sends every shard what it has to do as one dispatch. A turn that
/// said something to be kept is held until that is committed, and so are all turns after it: nothing overtakes.
///
/// Lives on the thread of the first shard, whose batches reach it by a plain call; other shards' come and go by one
/// post each.
class broadcaster {
 public:
  /// Carries out what a turn wants from the history (and empties it). Returns the number that settled() must reach
  /// before the turn may be told; 0: at once.
  using carry_out = std::function<std::uint64_t(chat::store_requests&)>;

  broadcaster(asio::io_context& home, chat::hub_options options, std::size_t shard_count,
              broadcaster_options when = {});
  broadcaster(const broadcaster&) = delete;
  broadcaster& operator=(const broadcaster&) = delete;

  /// The rules, to be told of the past before start().
  chat::hub& hub() noexcept { return hub_; }

  /// Any thread.
  const hub_counters& counters() const noexcept { return counters_; }

  /// Starts it; the shards, and whoever makes room when there is no memory, must live as long as it does. Without a
  /// history `requests` is empty.
  void start(std::span<const std::unique_ptr<shard>> shards, carry_out requests, relief* makes_room = nullptr);
  /// `what` is done about once a second, when the hub has had its turn. Before start(), or on the home
  /// thread.
  void after_each_tick(std::function<void()> what) { after_tick_ = std::move(what); }
  /// Ends its coroutines.
  void stop();

  /// A batch from a shard, on that shard's thread. It is used up or moved away inside the call.
  void receive(chat::inbound& batch);

  /// What follows is for the home thread only.
  /// The history has committed all batches up to `number`: the turns held for them may be told.
  void settled(std::uint64_t number);
  /// Something that is no batch has happened: a turn of its own for it.
  void turn(const std::function<void(chat::hub&)>& what);
  /// A turn in which the options of hub and shards become others. Each shard takes them when it has delivered that
  /// turn: what was said by the earlier ones, which may wait for the disk, comes before, what is said by the later ones
  /// behind.
  void change(const chat::hub_options& rules, const connection_options& each);
  /// Tells everyone goodbye and closes all; from then on nobody else is let in.
  void say_goodbye();

 private:
  /// A turn that waits to be told.
  struct held_turn {
    std::uint64_t number;
    std::vector<chat::dispatch> dispatches;
    std::vector<std::size_t> answered;
    std::shared_ptr<const connection_options> change;
  };

  /// A batch in the mailbox, of which the first `told` items have been told to the hub.
  struct letter {
    const chat::inbound* batch;
    std::unique_ptr<chat::inbound> own;  // null while its shard's call lasts
    std::size_t told = 0;
  };

  task run();
  asio::awaitable<void> tick();
  asio::awaitable<void> tell_arrivals();
  void put(chat::inbound& batch);
  void tell_hub(chat::hub& rules);
  void serve(chat::hub& rules);
  void take_turn();
  void take_another();
  bool has_work() const noexcept;
  void after_all_shards(const std::function<void()>& what);
  void hold(std::uint64_t number);
  void tell(std::span<chat::dispatch> dispatches, std::span<const std::size_t> answered,
            const std::shared_ptr<const connection_options>& change);

  asio::io_context& home_;
  chat::hub hub_;
  carry_out carry_out_;
  std::span<const std::unique_ptr<shard>> shards_;
  broadcaster_options when_;
  relief* relief_ = nullptr;
  std::function<void()> after_tick_;
  std::deque<letter> mailbox_;                        // a shard has one batch under way
  std::shared_ptr<const connection_options> change_;  // of this turn; mostly null
  std::vector<std::size_t> answered_;                 // batches that this turn deals with, by shard
  std::deque<held_turn> held_;
  std::uint64_t settled_ = 0;
  turn_limit::clock::time_point turn_ends_;
  wake_up mail_;
  asio::steady_timer clock_;
  asio::steady_timer arrival_timer_;
  bool waits_for_arrival_ = false;  // the timer is set to the next one
  std::size_t echoes_ = 0;          // shards that have not answered yet, see after_all_shards
  bool again_ = false;              // another turn is posted
  bool stopped_ = false;
  hub_counters counters_;
};

}  // namespace confab::net
