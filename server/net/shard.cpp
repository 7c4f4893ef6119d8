#include "server/net/shard.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/post.hpp>
#include <asio/use_awaitable.hpp>

#include "server/net/completion.hpp"

namespace confab::net {
namespace {

constexpr std::size_t read_buffer_size = 64 * 1024;
constexpr std::size_t max_turn_bytes = 512 * 1024;
constexpr std::size_t least_read = 1024;
// Who holds less is no reason for a shortage of memory.
constexpr std::size_t worth_shedding = 16 * 1024;

}  // namespace

/// What chat::deliver needs of a shard.
class shard::audience {
 public:
  audience(shard& of, const chat::dispatch& turn) : shard_(of), turn_(turn) {}

  chat::turn_cursor* find(std::uint32_t slot, std::uint32_t generation) {
    session* const found = shard_.find(slot, generation);
    return found == nullptr ? nullptr : &found->cursor;
  }

  void say(std::uint32_t slot, std::string_view piece) {
    session& to = *shard_.places_[slot].occupant;
    if (broadcasting_ && !to.has_outbox()) return to.say_only(piece, turn_.broadcast);
    to.say(piece);
    if (!broadcasting_) shard_.touched_.push_back(slot);
  }

  void control(std::uint32_t slot, const chat::dispatch_item& item) {
    session& to = *shard_.places_[slot].occupant;
    switch (item.what) {
      case chat::dispatch_item::kind::hold: to.hold(true); break;
      case chat::dispatch_item::kind::resume: to.hold(false); break;
      case chat::dispatch_item::kind::drain: to.report_when_written(); break;
      case chat::dispatch_item::kind::close: to.close_when_written(static_cast<chat::farewell>(item.why)); break;
      default: break;
    }
  }

  void enter_room(std::uint32_t slot, std::uint32_t generation, std::uint32_t room) {
    if (shard_.rooms_.size() <= room) shard_.rooms_.resize(room + 1);
    shard_.rooms_[room].enter({slot, generation});
  }

  void leave_room(std::uint32_t slot, std::uint32_t generation, std::uint32_t room) {
    if (room < shard_.rooms_.size()) shard_.rooms_[room].leave({slot, generation});
  }

  void drop_room(std::uint32_t room) {
    if (room < shard_.rooms_.size()) shard_.rooms_[room].clear();
  }

  // Members whose session has gone are forgotten on the way.
  template <class F>
  void for_each_member(std::uint32_t room, F f) {
    if (room >= shard_.rooms_.size()) return;
    shard_.rooms_[room].keep_if([&](const room_members::member& each) {
      chat::turn_cursor* const cursor = find(each.slot, each.generation);
      if (cursor != nullptr) f(each.slot, each.generation, *cursor);
      return cursor != nullptr;
    });
  }

  template <class F>
  void for_each_listener(F f) {
    broadcasting_ = true;
    for (std::uint32_t slot = 0; slot < shard_.places_.size(); ++slot) {
      session* const one = shard_.places_[slot].occupant.get();
      if (one == nullptr || !one->cursor.subscribed) continue;
      f(slot, one->cursor);
      if (one->has_outbox()) one->flush(turn_.broadcast);
    }
  }

 private:
  shard& shard_;
  const chat::dispatch& turn_;
  bool broadcasting_ = false;  // items are through: what is said now is the last of this turn
};

shard::shard(asio::io_context& io, std::uint32_t index, connection_options options, std::shared_ptr<spdlog::logger> log,
             hand_over to_hub)
    : io_(io),
      options_(options),
      log_(std::move(log)),
      hand_over_(std::move(to_hub)),
      readiness_(io, poller_.descriptor()),
      greeting_timer_(io),
      sweep_timer_(io),
      backpressure_timer_(io),
      now_(options_.turns.now()),
      inbound_(index),
      handed_(index),
      scratch_(tls_stream::max_record),
      read_buffer_(read_buffer_size),
      read_size_(read_buffer_size) {}

shard::~shard() {
  stop();
  readiness_.release();  // the poller closes it
}

void shard::beat_every(std::chrono::milliseconds time) {
  beat_ = time;
  counters_.last_beat.store(std::chrono::steady_clock::now(), std::memory_order_relaxed);
}

void shard::start() {
  asio::co_spawn(io_, poll(), rethrow);
  asio::co_spawn(io_, greet(), rethrow);
  asio::co_spawn(io_, sweep(), rethrow);
}

void shard::stop() {
  if (std::exchange(stopped_, true)) return;
  readiness_.cancel();
  greeting_timer_.cancel();
  sweep_timer_.cancel();
  backpressure_timer_.cancel();
  entrance_.close();
  for (const place& each : places_) {
    if (each.occupant != nullptr) each.occupant->stop(leave_reason::shutdown);
  }
  end_turn();
}

void shard::admit(admission who) {
  now_ = options_.turns.now();
  if (free_.empty()) {
    places_.emplace_back();
    free_.push_back(static_cast<std::uint32_t>(places_.size() - 1));
  }
  const session_key key{free_.back(), places_[free_.back()].generation + 1};
  std::string early = std::move(who.early);
  const bool silent = who.silent;
  const bool is_pinged = who.web != nullptr;
  auto fresh = std::make_unique<session>(*this, key.slot, key.generation, std::move(who));
  free_.pop_back();
  places_[key.slot] = {std::move(fresh), key.generation};
  size_.fetch_add(1, std::memory_order_relaxed);
  session& here = *places_[key.slot].occupant;
  if (here.start()) {
    expect(key, silent);
    if (is_pinged) ping_later(key);
    if (!early.empty()) here.take_early(early);
  } else {
    here.stop(leave_reason::error);
  }
  if (!early.empty() || !retired_.empty()) end_turn();
}

void shard::close_entrance() {
  entrance_.close();
  while (!silent_.empty()) {
    give_up(silent_.front().who);
    silent_.pop_front();
  }
  end_turn();
}

// ---- turns

asio::awaitable<void> shard::poll() {
  while (!stopped_) {
    const auto [error] = co_await readiness_.async_wait(asio::posix::stream_descriptor::wait_read, as_result);
    if (error) co_return;
    run_turns();
    while (outstanding_ >= max_outstanding && !stopped_) {
      backpressure_timer_.expires_at(std::chrono::steady_clock::time_point::max());
      co_await backpressure_timer_.async_wait(as_result);
    }
  }
}

void shard::run_turns() {
  in_turns_ = true;
  now_ = options_.turns.now();
  const auto end = now_ + options_.turns.longest;
  while (!stopped_) {
    const auto ready = outstanding_ < max_outstanding ? poller_.poll() : std::span<const epoll_event>();
    // However many have much to say, a turn is not long: each of them is read a little.
    const std::size_t readers = ready.size() + behind_.size();
    const std::size_t share = read_little_ ? 0 : max_turn_bytes / std::max<std::size_t>(readers, 1);
    read_size_ = std::clamp(share, least_read, read_buffer_size);
    for (const epoll_event& event : ready) {
      session* const found =
          find(static_cast<std::uint32_t>(event.data.u64), static_cast<std::uint32_t>(event.data.u64 >> 32U));
      if (found != nullptr) found->ready(event.events);
    }
    if (readers > ready.size()) read_those_behind();
    if (ready.empty() && inbound_.empty() && !can_read_on()) break;
    hand_over_inbound();
    now_ = options_.turns.now();
    if (now_ >= end) break;
  }
  in_turns_ = false;
  end_turn();
}

// Those who were behind before this; whoever is behind again has the next turn.
void shard::read_those_behind() {
  if (outstanding_ >= max_outstanding) return;
  reading_.swap(behind_);
  for (const session_key each : reading_) {
    session* const one = find(each);
    if (one == nullptr) continue;
    one->has_more = false;
    one->read_on();
  }
  reading_.clear();
}

void shard::hand_over_inbound() {
  if (inbound_.empty()) return;
  std::swap(inbound_, handed_);
  ++outstanding_;
  hand_over_(handed_);
  handed_.clear();
}

void shard::acknowledge(std::size_t batches) {
  outstanding_ -= batches;
  if (outstanding_ < max_outstanding) backpressure_timer_.cancel();
  if (can_read_on()) go_on();
}

// Whatever started it, a turn ends here: the dead are freed, and what they (or a timer) left for the hub is taken
// there.
void shard::end_turn() {
  for (const std::uint32_t slot : retired_) {
    places_[slot].occupant.reset();
    free_.push_back(slot);
    size_.fetch_sub(1, std::memory_order_relaxed);
  }
  retired_.clear();
  if (!inbound_.empty() || can_read_on()) go_on();
}

// Another turn, when Asio's own work has had its chance.
void shard::go_on() {
  if (in_turns_ || again_ || stopped_) return;
  again_ = true;
  asio::post(io_, [this] {
    again_ = false;
    run_turns();
  });
}

void shard::deliver(const chat::dispatch& turn) {
  now_ = options_.turns.now();  // its last own turn may be a second ago
  read_little_ = turn.read_little;
  audience hearers(*this, turn);
  chat::deliver(turn, hearers);
  for (const std::uint32_t slot : touched_) {
    if (session* const one = places_[slot].occupant.get(); one != nullptr) one->flush(turn.broadcast);
  }
  touched_.clear();
  end_turn();
}

std::size_t shard::shed(std::size_t bytes) {
  now_ = options_.turns.now();
  std::vector<std::pair<std::size_t, session*>> holders;
  for (const place& each : places_) {
    if (each.occupant == nullptr || each.occupant->held_bytes() < worth_shedding) continue;
    holders.emplace_back(each.occupant->held_bytes(), each.occupant.get());
  }
  std::sort(holders.begin(), holders.end(), std::greater<>());
  std::size_t ended = 0;
  for (std::size_t freed = 0; ended < holders.size() && freed < bytes; ++ended) {
    freed += holders[ended].first;
    holders[ended].second->stop(leave_reason::slow);
  }
  end_turn();
  return ended;
}

// ---- for its sessions

session* shard::find(std::uint32_t slot, std::uint32_t generation) noexcept {
  const place& here = places_[slot];
  return here.occupant != nullptr && here.generation == generation ? here.occupant.get() : nullptr;
}

void shard::watch(session& waiting) {
  if (std::exchange(waiting.listed, true)) return;
  watched_.push_back({waiting.slot(), waiting.generation()});
  if (watched_.size() == 1) sweep_timer_.cancel();
}

void shard::read_on(session& behind) {
  if (std::exchange(behind.has_more, true)) return;
  behind_.push_back({behind.slot(), behind.generation()});
  if (can_read_on()) go_on();
}

void shard::retire(session& dead) {
  retired_.push_back(dead.slot());
}

}  // namespace confab::net
