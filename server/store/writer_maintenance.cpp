// What the writer's thread does besides committing: mends what is damaged, opens the files again when they were gone,
// and works off what waits to be indexed, merged or removed. The rest of the writer is in writer.cpp.
#include <algorithm>
#include <exception>
#include <utility>

#include <fmt/format.h>

#include "server/store/lost_file.hpp"
#include "server/store/new_file.hpp"
#include "server/store/writer.hpp"

namespace confab::store {
namespace {

constexpr std::chrono::milliseconds step_time{1};    // of maintenance; its commit takes about as long again
constexpr std::chrono::milliseconds quiet_time{10};  // without a commit, maintenance takes all the time it needs
constexpr int least_share = 50;                      // beside traffic, maintenance gets one part in 50
constexpr std::uint64_t far_behind = 20'000;         // messages not indexed yet; searches still see them all
constexpr std::chrono::seconds long_prune{10};       // without an end

std::string in_words(std::chrono::milliseconds time) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(time).count();
  return fmt::format("{} s {}", seconds < 0 ? -seconds : seconds, seconds < 0 ? "back" : "ahead");
}

}  // namespace

// After a failure the connection may be in any state: it goes, and a new one is tried later.
void writer::give_up(const std::string& reason) {
  trouble_ = reason;
  damaged_ = false;
  store_.reset();
  next_try_ = clock::now() + options_.retry_pause;
}

// A new one is tried at once, so that nothing is lost if it will do.
void writer::renounce_spoiled() {
  if (!store_ || !store_->spoiled()) return;
  give_up("history: another program has written to it; its index is made anew");
  tell_health();
  try_again();
}

// Mends what is damaged; more thoroughly if it was not long ago that it did. False if nothing helps: then it has given
// up.
bool writer::mend(const std::string& damage) {
  const clock::time_point now = clock::now();
  if (now >= next_mend_) mends_ = 0;
  next_mend_ = now + options_.mend_pause;
  ++mends_;
  if (mends_ == 1 && mend_index(damage)) return true;
  if (mends_ <= 2 && mend_all(damage)) return true;
  if (store_) give_up(damage);
  damaged_ = true;
  next_try_ = clock::now() + options_.mend_pause;
  return false;
}

bool writer::mend_index(const std::string& damage) {
  try {
    store_->make_index_anew();
  } catch (const std::exception&) {
    return false;
  }
  note(fmt::format("the search index is damaged and made anew ({})", damage));
  return true;
}

bool writer::mend_all(const std::string& damage) {
  try {
    store_.reset();
    store_ = std::make_unique<message_store>(options_, care::mend);
    store_->wait_at_most(options_.commit_wait);
    watch_ = file_watch(options_.file);  // closing it took its log away: nobody else did
  } catch (const std::exception& error) {
    give_up(error.what());
    return false;
  }
  note(fmt::format("{} ({})", store_->remark(), damage));
  return true;
}

void writer::make_index_anew() {
  {
    const std::lock_guard lock(mutex_);
    index_damaged_ = true;
  }
  come_.notify_one();
}

bool writer::somebody_found_damage() {
  const std::lock_guard lock(mutex_);
  return std::exchange(index_damaged_, false);
}

wall_watch::reading writer::clocks() const {
  const moment system = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  return {options_.wall_clock ? options_.wall_clock() : system, clock::now()};
}

// The time for what is removed for its age; nothing while it is not certain.
std::optional<moment> writer::trusted_time() {
  if (options_.keep_for.count() == 0) return std::nullopt;
  if (const auto jump = wall_.look(clocks())) {
    note(fmt::format("the clock has jumped {}: nothing is removed for its age until it has been steady for an hour",
                     in_words(*jump)));
  }
  return wall_.time();
}

// A history that is opened again is so with the changed options anyhow.
void writer::take_change() {
  std::optional<options> change;
  {
    const std::lock_guard lock(mutex_);
    change.swap(change_);
  }
  if (!change) return;
  const bool aged = options_.keep_for.count() > 0;
  options_.change_to(*change);
  if (!aged) note_doubts();
  next_prune_ = clock::now();
  if (!store_) return;
  try {
    store_->change(options_);
    if (!store_->remark().empty()) note(store_->remark());
  } catch (const std::exception& error) {
    give_up(error.what());
  }
}

// Whether the files are still those that were opened.
void writer::look_around() {
  next_look_ = clock::now() + options_.watch_interval;
  if (const std::string gone = watch_.gone(); !gone.empty()) {
    leave(gone);
  } else if (const std::string locked = watch_.read_only(); !locked.empty()) {
    give_up(locked);
  }
}

// Others of this process may have the same files open, and as long as one has, SQLite would go on with the old ones.
void writer::leave(const std::string& reason) {
  left_ = std::move(store_);
  give_up(reason);
}

bool writer::made_way() {
  if (left_ == nullptr && watch_.gone().empty()) return true;
  if (tell_.make_way && !tell_.make_way()) return false;
  // Another program that reads may keep it from being saved. Of a log that was removed only those know who have it
  // open.
  if (left_ != nullptr && !left_->save_log() && watch_.has_database() && !watch_.has_log()) return false;
  left_.reset();
  if (watch_.has_database() || !watch_.has_log()) return true;
  if (const auto aside = put_log_aside(watch_.log(), watch_.log_index()); !aside.empty()) {
    note(
        fmt::format("the last messages of the database that was moved or replaced are in {}: give it the name of that "
                    "database with -wal at the end, beside it, before anybody opens that",
                    aside.string()));
  }
  return true;
}

// Never waits for another program that has the database locked: until this works, nobody is told anything.
std::unique_ptr<message_store> writer::open_again() {
  options at_once = options_;
  at_once.busy_timeout = std::chrono::milliseconds(0);
  auto fresh = std::make_unique<message_store>(at_once, damaged_ ? care::mend : care::none);
  if (fresh->last_id() > highest_) {
    throw store_error("history: somebody else's messages are there now; please restart the server");
  }
  fresh->probe(highest_);
  fresh->wait_at_most(options_.commit_wait);
  return fresh;
}

void writer::try_again() {
  reserve_.give_back();
  try {
    const std::string gone = watch_.gone();
    if (!made_way()) {
      next_try_ = clock::now() + options_.retry_pause;
    } else {
      make_private_folder(options_.file.parent_path());
      lock_.renew();
      store_ = open_again();
      if (std::exchange(damaged_, false)) note(store_->remark());
      watch_ = file_watch(options_.file);
      news_ = gone.empty() ? gone : gone + "; it goes on in the one that is there now";
      pruning_ = false;
      next_prune_ = next_look_ = clock::now();
      pay_owed();
    }
  } catch (const std::exception& error) {
    const bool damaged = std::exchange(damaged_, false) || dynamic_cast<const damage_error*>(&error) != nullptr;
    give_up(error.what());
    damaged_ = damaged;
    if (damaged) next_try_ = clock::now() + options_.mend_pause;
  }
  reserve_.take();
}

bool writer::maintenance_due() const {
  return pruning_ || store_->index_due() || store_->merge_due();
}

// When the thread should go on even if nothing comes.
writer::clock::time_point writer::next_maintenance() const {
  if (!store_) return next_try_;
  const bool limited = options_.keep_for.count() > 0 || options_.keep_messages > 0 || options_.keep_bytes > 0;
  const clock::time_point look = limited ? std::min(next_prune_, next_look_) : next_look_;
  return maintenance_due() ? std::min({next_step_, last_commit_ + quiet_time, look}) : look;
}

void writer::do_maintenance() {
  const clock::time_point start = clock::now();
  try {
    if (!store_) {
      if (start >= next_try_) try_again();
    } else {
      if (start >= next_look_) look_around();
      if (store_ && start >= next_maintenance()) maintenance_step(start);
      renounce_spoiled();
    }
  } catch (const damage_error& error) {
    mend(error.what());
  } catch (const std::exception& error) {
    give_up(error.what());
  }
  tell_health();
}

// One step of what there is to do, so short that a commit can wait for it.
void writer::maintenance_step(clock::time_point start) {
  if (start >= next_prune_) {
    next_prune_ = start + options_.prune_interval;
    const bool before = std::exchange(pruning_, store_->prune_due(trusted_time()));
    if (pruning_ && !before) pruning_since_ = start;
  }
  if (start >= next_mend_ && somebody_found_damage()) {
    if (!mend("a search failed")) return;
  }
  if (!maintenance_due()) return;
  if (start < std::min(next_step_, last_commit_ + quiet_time)) return;
  do_next_maintenance(start + step_time);
  const clock::time_point end = clock::now();
  const bool behind =
      store_->index_lag() > far_behind || store_->too_large() || (pruning_ && start - pruning_since_ > long_prune);
  next_step_ = end + (end - start) * (behind ? 1 : least_share - 1);
}

// What is due takes turns.
void writer::do_next_maintenance(clock::time_point until) {
  for (;;) {
    last_ = static_cast<maintenance>((static_cast<int>(last_) + 1) % maintenance_count);
    switch (last_) {
      case maintenance::prune:
        if (!pruning_) continue;
        store_->prune_some(trusted_time(), until);
        pruning_ = store_->prune_due(trusted_time());
        return;
      case maintenance::index:
        if (!store_->index_due()) continue;
        store_->index_some(until);
        return;
      case maintenance::merge:
        if (!store_->merge_due()) continue;
        store_->merge_some(until);
        return;
    }
  }
}

}  // namespace confab::store
