// What a shard does when it is time: greetings, pings, and a look after those who wait. The rest is in shard.cpp.
#include <algorithm>

#include <asio/use_awaitable.hpp>

#include "server/net/completion.hpp"
#include "server/net/shard.hpp"

namespace confab::net {

// Within its time a newcomer is greeted, or, if it is nobody until it speaks, closed.
void shard::expect(session_key who, bool silent) {
  if (!silent) {
    newcomers_.push_back({who, now_ + options_.greeting_delay});
    if (newcomers_.size() == 1) greeting_timer_.cancel();
    return;
  }
  if (silent_.size() == most_silent) {
    give_up(silent_.front().who);
    silent_.pop_front();
  }
  silent_.push_back({who, now_ + options_.to_speak});
  if (silent_.size() == 1) greeting_timer_.cancel();
}

void shard::ping_later(session_key who) {
  pinged_.push_back({who, now_ + options_.web.ping_every});
  if (pinged_.size() == 1) greeting_timer_.cancel();
}

// So many at most, before others have their turn.
void shard::ping_due() {
  constexpr std::size_t most_pings = 256;
  for (std::size_t i = 0; i < most_pings && !pinged_.empty() && pinged_.front().until <= now_; ++i) {
    const session_key who = pinged_.front().who;
    pinged_.pop_front();
    if (session* const one = find(who); one != nullptr && one->ping()) ping_later(who);
  }
}

void shard::give_up(session_key who) {
  if (session* const one = find(who)) one->give_up();
}

// With nobody to greet it is never: until expect() wakes it.
std::chrono::steady_clock::time_point shard::next_greeting() const noexcept {
  auto next = std::chrono::steady_clock::time_point::max();
  if (!newcomers_.empty()) next = newcomers_.front().until;
  if (!silent_.empty()) next = std::min(next, silent_.front().until);
  if (!pinged_.empty()) next = std::min(next, pinged_.front().until);
  return next;
}

asio::awaitable<void> shard::greet() {
  while (!stopped_) {
    greeting_timer_.expires_at(next_greeting());
    co_await greeting_timer_.async_wait(as_result);
    now_ = options_.turns.now();
    while (!newcomers_.empty() && newcomers_.front().until <= now_) {
      if (session* const one = find(newcomers_.front().who)) one->greet(false);
      newcomers_.pop_front();
    }
    while (!silent_.empty() && silent_.front().until <= now_) {
      give_up(silent_.front().who);
      silent_.pop_front();
    }
    ping_due();
    inbound_.empty() ? end_turn() : run_turns();
  }
}

// With nobody to look after, and nobody who asks whether it works, it sleeps until watch() wakes it.
std::chrono::steady_clock::time_point shard::next_sweep() const {
  const auto now = std::chrono::steady_clock::now();
  if (!watched_.empty()) return now + (beat_.count() > 0 ? std::min(options_.sweep, beat_) : options_.sweep);
  return beat_.count() > 0 ? now + beat_ : std::chrono::steady_clock::time_point::max();
}

asio::awaitable<void> shard::sweep() {
  while (!stopped_) {
    sweep_timer_.expires_at(next_sweep());
    const auto [error] = co_await sweep_timer_.async_wait(as_result);
    if (stopped_) co_return;
    if (beat_.count() > 0) counters_.last_beat.store(std::chrono::steady_clock::now(), std::memory_order_relaxed);
    if (error) continue;
    now_ = options_.turns.now();
    std::size_t waiting = 0;
    std::erase_if(watched_, [&](session_key each) {
      session* const one = find(each);
      if (one == nullptr) return true;
      one->sweep(now_);
      waiting += one->waiting_bytes();
      return !(one->listed = one->watched());
    });
    counters_.send_queue_bytes.set(waiting);
    end_turn();
  }
}

}  // namespace confab::net
