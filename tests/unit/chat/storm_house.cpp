#include "tests/unit/chat/storm_house.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "common/commands.hpp"

namespace confab::test {

/// Tells the hub what a batch holds, and the watchers of whom.
struct storm_house::ear_of_hub {
  storm_house& house;

  void join(chat::session_ref session, std::string_view addr, bool speaks, std::size_t max_line, bool secure,
            wire_format as) {
    house.watch_.joined(house.by_session_.at(place_of(session)), ++house.joined_);
    house.hub_.join(session, addr, speaks, max_line, secure, as);
  }
  void apply(chat::session_ref session, const command& wanted, bool unfinished) {
    house.hub_.apply(session, wanted, unfinished);
  }
  void leave(chat::session_ref session, leave_reason reason) { house.hub_.leave(session, reason); }
  void drained(chat::session_ref session) { house.hub_.drained(session); }
};

storm_house::storm_house(chat::hub_options options, std::size_t shard_count, watchers watch)
    : hub_(std::move(options), shard_count), watch_(std::move(watch)), shards_(shard_count), free_(shard_count) {
  now_.wall += std::chrono::milliseconds(1'767'614'580'123);
}

// ---- connections

storm_house::ref storm_house::come(std::string_view addr, std::size_t shard, bool again, bool speaks) {
  const ref fresh = sit(addr, shard, again);
  const auto session = at(fresh).session;
  mail_of(shard).join(session.slot, session.generation, addr, speaks);
  return fresh;
}

std::optional<storm_house::ref> storm_house::come_as(std::uint64_t user_id, std::string_view addr, std::size_t shard) {
  const ref fresh = sit(addr, shard, false);
  bool wanted = false;
  turn([&](chat::hub& rules) {
    wanted = rules.add_device(user_id, at(fresh).session, addr);
    if (wanted) watch_.added(fresh, user_id);
  });
  joined_ += wanted ? 1 : 0;
  if (wanted) return fresh;
  at(fresh).closed = true;  // it is nobody's
  stop(fresh, leave_reason::error);
  return std::nullopt;
}

// ---- places

storm_house::ref storm_house::sit(std::string_view addr, std::size_t shard, bool again) {
  chat::session_ref session;
  auto& free = free_.at(shard);
  if (again && !free.empty()) {
    session = free.back();
    free.pop_back();
    ++session.generation;
  } else {
    session = {static_cast<std::uint32_t>(shard), shards_[shard].add_place(), 1};
  }
  seat& fresh = seats_.emplace_back();
  fresh.session = session;
  fresh.addr = addr;
  shards_[shard].place(session.slot) = &fresh;
  by_session_[place_of(session)] = seats_.size() - 1;
  return seats_.size() - 1;
}

void storm_house::line(ref from, std::string_view text, bool unfinished) {
  const auto session = at(from).session;
  const std::string copy(text);
  std::string scratch;
  mail_of(session.shard).apply(session.slot, session.generation, read_command(copy, scratch), unfinished);
}

void storm_house::refuse(ref from, problem trouble) {
  const auto session = at(from).session;
  mail_of(session.shard).refuse(session.slot, session.generation, trouble);
}

void storm_house::end(ref which) {
  const auto session = at(which).session;
  mail_of(session.shard).leave(session.slot, session.generation, leave_reason::eof);
}

// One that the hub has let go of is nobody's any more: the shard frees it without a word.
void storm_house::stop(ref which, leave_reason reason) {
  seat& gone = at(which);
  gone.gone = true;
  gone.cursor.subscribed = false;
  shards_[gone.session.shard].place(gone.session.slot) = nullptr;
  if (!gone.closed) mail_of(gone.session.shard).leave(gone.session.slot, gone.session.generation, reason);
  free_[gone.session.shard].push_back(gone.session);
}

void storm_house::drained(ref which) {
  at(which).drain = false;
  const auto session = at(which).session;
  mail_of(session.shard).drained(session.slot, session.generation);
}

chat::inbound& storm_house::mail_of(std::size_t shard) {
  for (chat::inbound& each : outside_) {
    if (each.shard() == shard) return each;
  }
  return outside_.emplace_back(static_cast<std::uint32_t>(shard));
}

// ---- turns

// A shard has one batch under way.
void storm_house::collect_mail() {
  for (auto each = outside_.begin(); each != outside_.end();) {
    const bool under_way = std::any_of(mailbox_.begin(), mailbox_.end(),
                                       [&](const letter& one) { return one.batch.shard() == each->shard(); });
    if (under_way) {
      ++each;
    } else {
      mailbox_.push_back({std::move(*each)});
      each = outside_.erase(each);
    }
  }
}

void storm_house::mail_turn(const course& how) {
  collect_mail();
  turn(
      [&](chat::hub& rules) {
        ear_of_hub cursor{*this};
        std::size_t told = 0;
        const auto go_on = [&] {
          if (++told >= how.hurries_after) rules.hurry();
          return told < how.ends_after && rules.has_space();
        };
        while (!mailbox_.empty()) {
          letter& first = mailbox_.front();
          first.told = first.batch.replay(cursor, first.told, go_on);
          if (first.told < first.batch.size()) break;
          mailbox_.pop_front();
          if (!go_on()) break;
        }
        if (!held_.empty()) return;
        for (std::size_t i = 0; i < how.serves && rules.anybody_waits() && !rules.full(); ++i) rules.serve_next();
      },
      how.held);
}

void storm_house::turn(const std::function<void(chat::hub&)>& what, bool held) {
  ++mark_.turn;
  hub_.begin_turn(now_);
  what(hub_);
  const mark began = mark_;
  const bool keeps = !hub_.requests().writes.empty();
  mark_.last_id = watch_.wants(hub_.requests(), began);
  hub_.requests() = {};
  const auto said = hub_.out().dispatches();
  if ((keeps && held) || !held_.empty()) {
    held_.push_back({{std::make_move_iterator(said.begin()), std::make_move_iterator(said.end())}, began});
    hub_.out().release_broadcast();
  } else {
    play(said, began);
  }
}

void storm_house::tick() {
  wait(std::chrono::seconds(1));
  bool done = false;
  turn([&](chat::hub& rules) { done = rules.tick(); });
  while (!done) turn([&](chat::hub& rules) { done = rules.sweep(); });
}

void storm_house::settle(std::size_t count) {
  for (; count > 0 && !held_.empty(); --count) {
    held_turn due = std::move(held_.front());
    held_.pop_front();
    play(due.dispatches, due.said);
  }
}

void storm_house::play(std::span<chat::dispatch> dispatches, const mark& said) {
  for (std::size_t i = 0; i < dispatches.size(); ++i) {
    chat::deliver(dispatches[i], shards_[i]);
    shards_[i].check_cursors();
  }
  for (ref i = 0; i < seats_.size(); ++i) {
    if (seats_[i].unread.empty()) continue;
    watch_.heard(i, std::exchange(seats_[i].unread, {}), said);
  }
}

}  // namespace confab::test
