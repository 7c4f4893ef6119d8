#include "server/net/broadcaster.hpp"

#include <algorithm>
#include <utility>

#include <asio/co_spawn.hpp>
#include <asio/post.hpp>
#include <asio/use_awaitable.hpp>

#include "server/net/completion.hpp"

namespace confab::net {

broadcaster::broadcaster(asio::io_context& home, chat::hub_options options, std::size_t shard_count,
                         broadcaster_options when)
    : home_(home),
      hub_(std::move(options), shard_count),
      when_(when),
      answered_(shard_count),
      clock_(home),
      arrival_timer_(home) {}

void broadcaster::start(std::span<const std::unique_ptr<shard>> shards, carry_out requests, relief* makes_room) {
  relief_ = makes_room;
  shards_ = shards;
  carry_out_ = std::move(requests);
  counters_.last_turn = std::chrono::steady_clock::now();  // so far nothing is late
  run();
  asio::co_spawn(home_, tick(), rethrow);
  asio::co_spawn(home_, tell_arrivals(), rethrow);
}

void broadcaster::stop() {
  stopped_ = true;
  clock_.cancel();
  arrival_timer_.cancel();
  mail_.wake();
}

void broadcaster::receive(chat::inbound& batch) {
  if (&shards_[batch.shard()]->context() == &home_) return put(batch);
  // One post for all that the shard read in its turn.
  auto moved = std::make_unique<chat::inbound>(std::exchange(batch, chat::inbound(batch.shard())));
  asio::post(home_, [this, moved = std::move(moved)] { put(*moved); });
}

// The turn is taken inside wake(). What it had no time for outlives the call.
void broadcaster::put(chat::inbound& batch) {
  mailbox_.push_back({&batch, nullptr});
  mail_.wake();
  if (mailbox_.empty() || mailbox_.back().batch != &batch) return;
  mailbox_.back().own = std::make_unique<chat::inbound>(std::exchange(batch, chat::inbound(batch.shard())));
  mailbox_.back().batch = mailbox_.back().own.get();
}

task broadcaster::run() {
  for (;;) {
    co_await mail_;
    if (stopped_) co_return;
    take_turn();
  }
}

void broadcaster::take_turn() {
  turn([this](chat::hub& rules) {
    tell_hub(rules);
    serve(rules);
  });
}

void broadcaster::take_another() {
  if (!has_work() || again_) return;
  again_ = true;
  after_all_shards([this] {
    again_ = false;
    if (has_work()) mail_.wake();
  });
}

// While a turn is held those who wait go on waiting: what many turns say must not be written all at once when the disk
// is through.
bool broadcaster::has_work() const noexcept {
  return !mailbox_.empty() || (hub_.anybody_waits() && held_.empty());
}

// When every shard has delivered what it was told up to now: a hub that has much to say must not be far ahead of those
// who write it.
void broadcaster::after_all_shards(const std::function<void()>& what) {
  for (const auto& each : shards_) {
    if (&each->context() == &home_) continue;
    ++echoes_;
    asio::post(each->context(), [this, what] {
      asio::post(home_, [this, what] {
        if (--echoes_ == 0) what();
      });
    });
  }
  if (echoes_ == 0) asio::post(home_, what);
}

// In the first half of the time the hub does what it is told, if that is not too much. From then on it only notes who
// wants something: so all that has come is known, and what takes little of it need not wait for what takes long.
void broadcaster::tell_hub(chat::hub& rules) {
  turn_ends_ = when_.turns.now() + when_.turns.longest;
  const auto half = turn_ends_ - when_.turns.longest / 2;
  const auto go_on = [&] {
    const auto now = when_.turns.now();
    if (now >= half) rules.hurry();
    return now < turn_ends_ && rules.has_space();
  };
  while (!mailbox_.empty()) {
    letter& first = mailbox_.front();
    first.told = first.batch->replay(rules, first.told, go_on);
    if (first.told < first.batch->size()) return;
    ++answered_[first.batch->shard()];
    mailbox_.pop_front();
    if (mailbox_.empty() || !go_on()) return;
  }
}

// Those who wait, as many as there is time for; one in any case.
void broadcaster::serve(chat::hub& rules) {
  if (!held_.empty()) return;
  while (rules.anybody_waits() && !rules.full()) {
    rules.serve_next();
    if (when_.turns.now() >= turn_ends_) return;
  }
}

asio::awaitable<void> broadcaster::tick() {
  while (!stopped_) {
    clock_.expires_after(when_.tick);
    const auto [error] = co_await clock_.async_wait(as_result);
    if (error) co_return;
    bool done = false;
    turn([&done](chat::hub& rules) { done = rules.tick(); });
    while (!done && !stopped_) {
      co_await asio::post(home_, asio::use_awaitable);
      turn([&done](chat::hub& rules) { done = rules.sweep(); });
    }
    if (after_tick_ && !stopped_) after_tick_();
  }
}

// Who has come is told to the others a moment later, when nothing else makes a turn.
asio::awaitable<void> broadcaster::tell_arrivals() {
  while (!stopped_) {
    const auto next = hub_.next_arrival();
    waits_for_arrival_ = next.has_value();
    arrival_timer_.expires_at(next.value_or(std::chrono::steady_clock::time_point::max()));
    co_await arrival_timer_.async_wait(as_result);
    if (stopped_) co_return;
    const auto due = hub_.next_arrival();
    if (due && *due <= std::chrono::steady_clock::now()) turn([](chat::hub&) {});
  }
}

void broadcaster::change(const chat::hub_options& rules, const connection_options& each) {
  change_ = std::make_shared<const connection_options>(each);
  turn([&rules](chat::hub& hub) { hub.change(rules); });
}

void broadcaster::say_goodbye() {
  turn([](chat::hub& rules) { rules.shutdown(); });
}

void broadcaster::turn(const std::function<void(chat::hub&)>& what) {
  const auto began = std::chrono::steady_clock::now();
  hub_.begin_turn({began, std::chrono::system_clock::now()});
  what(hub_);
  const std::uint64_t number = hub_.requests().empty() ? 0 : carry_out_(hub_.requests());
  if (number > settled_ || !held_.empty()) {
    hold(number);
  } else {
    tell(hub_.out().dispatches(), answered_, change_);
  }
  change_.reset();
  std::fill(answered_.begin(), answered_.end(), 0);
  if (!waits_for_arrival_ && hub_.next_arrival()) arrival_timer_.cancel();
  if (relief_ != nullptr) relief_->look(when_.turns.now());
  counters_.publish(hub_, began);
  take_another();  // whatever this was, somebody may have begun to wait
}

void broadcaster::hold(std::uint64_t number) {
  const auto said = hub_.out().dispatches();
  held_.push_back(
      {number, {std::make_move_iterator(said.begin()), std::make_move_iterator(said.end())}, answered_, change_});
  hub_.out().release_broadcast();
}

void broadcaster::settled(std::uint64_t number) {
  settled_ = number;
  while (!held_.empty() && held_.front().number <= settled_) {
    held_turn due = std::move(held_.front());
    held_.pop_front();
    tell(due.dispatches, due.answered, due.change);
  }
  take_another();
}

void broadcaster::tell(std::span<chat::dispatch> dispatches, std::span<const std::size_t> answered,
                       const std::shared_ptr<const connection_options>& change) {
  bool given_away = false;
  for (chat::dispatch& each : dispatches) each.read_little = hub_.wants_little();
  for (std::size_t i = 0; i < shards_.size(); ++i) {
    shard& to = *shards_[i];
    if (&to.context() == &home_ || (answered[i] == 0 && dispatches[i].empty() && change == nullptr)) continue;
    asio::post(to.context(), [&to, count = answered[i], turn = std::move(dispatches[i]), change] {
      to.deliver(turn);
      if (change != nullptr) to.change(*change);
      to.acknowledge(count);
    });
    given_away = true;
  }
  if (given_away) hub_.out().release_broadcast();
  for (std::size_t i = 0; i < shards_.size(); ++i) {
    if (&shards_[i]->context() != &home_) continue;
    shards_[i]->deliver(dispatches[i]);
    if (change != nullptr) shards_[i]->change(*change);
    shards_[i]->acknowledge(answered[i]);
  }
}

}  // namespace confab::net
