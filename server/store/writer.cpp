#include "server/store/writer.hpp"

#include <algorithm>
#include <exception>
#include <filesystem>
#include <stdexcept>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "server/store/lost_file.hpp"
#include "server/store/schema.hpp"

namespace confab::store {
namespace {

constexpr std::chrono::milliseconds no_memory_pause{10};

// To look at all of it takes a while: whoever waits for the start should know what for.
std::unique_ptr<message_store> open_first(const options& how, const std::function<void(const std::string&)>& note) {
  std::error_code none;
  const std::uintmax_t size = std::filesystem::file_size(how.file, none);
  if (!none && size >= how.large_file && note) {
    if (is_older(how)) {
      note(fmt::format("all {} MiB of it are written anew in the form of this version before the start", size >> 20U));
    }
    note(fmt::format("all {} MiB of it are looked at for damage before the start", size >> 20U));
  }
  return std::make_unique<message_store>(how);
}

}  // namespace

writer::writer(const options& how, events tell)
    : options_(how),
      tell_(std::move(tell)),
      remains_(remains_of(how.file)),
      lock_(how.file),
      store_(open_first(how, tell_.note)),
      watch_(how.file),
      highest_at_start_(store_->highest_id()),
      highest_(highest_at_start_),
      wall_(how.clock_patience),
      highest_queued_(highest_at_start_) {
  if (!remains_.empty()) note(remains_);
  if (!store_->remark().empty()) note(store_->remark());
  wall_.begin(clocks(), store_->last_time());
  note_doubts();
  thread_ = std::thread([this] { run(); });
}

writer::~writer() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  come_.notify_one();
  thread_.join();
}

std::uint64_t writer::append(std::vector<message> messages) {
  std::uint64_t number = 0;
  {
    const std::lock_guard lock(mutex_);
    std::uint64_t highest = highest_queued_;
    for (const message& next : messages) {
      if (next.id <= highest || next.id > INT64_MAX) throw std::logic_error("history: message ids must rise");
      highest = next.id;
    }
    highest_queued_ = highest;
    for (message& next : messages) push(std::move(next));
    number = accepted_;
  }
  come_.notify_one();
  return number;
}

std::uint64_t writer::recall_message(recall what) {
  return push_one(std::move(what));
}

std::uint64_t writer::end_room(room_end what) {
  return push_one(std::move(what));
}

std::uint64_t writer::push_one(operation what) {
  std::uint64_t number = 0;
  {
    const std::lock_guard lock(mutex_);
    push(std::move(what));
    number = accepted_;
  }
  come_.notify_one();
  return number;
}

// The mutex is held.
void writer::push(operation what) {
  const std::size_t bytes = bytes_of(what);
  ++accepted_;
  // Once something was refused, so is all that follows, or the verdicts would not be in order.
  if (refused_ > 0 || waiting_bytes_ + doing_bytes_ + bytes > options_.max_queue_bytes) {
    ++refused_;
    if (is_owed(what) && owed_refused_.size() < options_.max_owed) owed_refused_.push_back(std::move(what));
    return;
  }
  waiting_bytes_ += bytes;
  queue_bytes_.set(waiting_bytes_ + doing_bytes_);
  queue_.push_back(std::move(what));
}

void writer::change(const options& how) {
  {
    const std::lock_guard lock(mutex_);
    change_ = how;
  }
  come_.notify_one();
}

writer::counters writer::count() const noexcept {
  return {kept_.value(), lost_.value(), queue_bytes_.value(), works_.load(std::memory_order_relaxed)};
}

void writer::run() {
  batch work;
  last_commit_ = next_step_ = next_prune_ = next_look_ = clock::now();
  store_->wait_at_most(options_.commit_wait);
  while (take(work)) {
    const std::uint64_t end = settled_ + work.todo.size() + work.refused;
    try {
      take_change();
      settle(work);
      do_maintenance();
    } catch (const std::exception&) {
      get_over(work, end);
    }
  }
  finish();
}

// There was no memory, not even to say that something failed. Whoever waits for the verdicts up to `end` must not wait
// for ever: they are said as soon as that works.
void writer::get_over(batch& what, std::uint64_t end) {
  store_.reset();
  next_try_ = clock::now() + options_.retry_pause;
  const auto owed_before = static_cast<std::ptrdiff_t>(owed_.size());
  for (;;) {
    try {
      owed_.erase(owed_.begin() + owed_before, owed_.end());  // of a try that failed further down
      trouble_ = "history: no memory";
      if (settled_ < end) {
        // What has no verdict yet is at the end, and what found no room behind it.
        const std::uint64_t left = end - settled_;
        owe(std::span(what.todo).last(static_cast<std::size_t>(left - std::min(left, what.refused))));
        owe(what.owed);
        report(left, 0, false, trouble_);
      }
      tell_health();
      break;
    } catch (const std::exception&) {
      std::this_thread::sleep_for(no_memory_pause);
    }
  }
  const std::lock_guard lock(mutex_);
  doing_bytes_ = 0;
  queue_bytes_.set(waiting_bytes_);
}

// Waits until there is something to do; false when there is nothing and never will be.
bool writer::take(batch& into) {
  std::unique_lock lock(mutex_);
  const auto awaited = [this] { return stop_ || !queue_.empty() || refused_ > 0 || change_; };
  come_.wait_until(lock, next_maintenance(), awaited);
  into.todo.clear();
  std::swap(into.todo, queue_);
  into.owed.clear();
  std::swap(into.owed, owed_refused_);
  into.refused = std::exchange(refused_, 0);
  into.highest = highest_queued_;
  doing_bytes_ = std::exchange(waiting_bytes_, 0);
  return !stop_ || !into.todo.empty() || into.refused > 0;
}

void writer::settle(batch& what) {
  highest_ = what.highest;
  std::span<operation> left(what.todo);
  while (!left.empty() && store_) {
    const auto next = left.first(std::min(left.size(), max_commit));
    try {
      commit(next);
    } catch (const damage_error& error) {
      if (mend(error.what())) continue;
      break;
    } catch (const std::exception& error) {
      give_up(error.what());
      break;
    }
    last_commit_ = clock::now();
    left = left.subspan(next.size());
    report(next.size(), bytes_of(next), true, {});
  }
  owe(left);
  owe(what.owed);
  settle_owed();
  if (!left.empty()) report(left.size(), bytes_of(left), false, trouble_);
  if (what.refused > 0) report(what.refused, 0, false, "history: more waits to be written than may wait");
  renounce_spoiled();
  tell_health();
}

void writer::commit(std::span<operation> what) {
  const clock::time_point began = clock::now();
  try {
    store_->commit(what, highest_);
  } catch (...) {
    commits_.add(clock::now() - began);
    throw;
  }
  commits_.add(clock::now() - began);
}

// Remembers what must not be lost of what was not written.
void writer::owe(std::span<operation> left) {
  for (operation& each : left) {
    if (is_owed(each) && owed_.size() < options_.max_owed) owed_.push_back(each);
  }
}

void writer::pay_owed() {
  while (!owed_.empty()) {
    const std::size_t count = std::min(owed_.size(), max_commit);
    commit(std::span(owed_).first(count));
    owed_.erase(owed_.begin(), owed_.begin() + static_cast<std::ptrdiff_t>(count));
    last_commit_ = clock::now();
  }
}

void writer::settle_owed() {
  while (store_ && !owed_.empty()) {
    try {
      pay_owed();
    } catch (const damage_error& error) {
      if (!mend(error.what())) return;
    } catch (const store_error& error) {
      give_up(error.what());
    }
  }
}

// The verdict on the next `operations`, of `bytes`, of those that have none yet.
void writer::report(std::uint64_t operations, std::size_t bytes, bool kept, const std::string& reason) {
  const verdict said{settled_ + 1, settled_ + operations, kept, reason};
  {
    const std::lock_guard lock(mutex_);
    (kept ? kept_ : lost_).add(operations);
    doing_bytes_ -= bytes;
    queue_bytes_.set(waiting_bytes_ + doing_bytes_);
  }
  if (tell_.settled) tell_.settled(said);
  settled_ = said.last;
}

void writer::note(const std::string& text) const {
  if (tell_.note) tell_.note(text);
}

void writer::note_doubts() const {
  if (options_.keep_for.count() == 0 || wall_.time()) return;
  note(
      "the last message was said more than a day ago, or in the future: nothing is removed for its age until the clock "
      "has been steady for an hour");
}

void writer::tell_health() {
  const bool works = store_ != nullptr;
  works_.store(works, std::memory_order_relaxed);
  if (works == told_works_ && (works || told_ == trouble_)) return;
  if (tell_.health) tell_.health(works, works ? news_ : trouble_);
  told_works_ = works;
  told_ = works ? std::string() : trouble_;
}

void writer::finish() {
  // The ids of what was not kept must not be used again.
  if (!store_) try_again();
  if (!store_) return;
  try {
    store_->note_highest(highest_);
  } catch (const std::exception& error) {
    // Then the next start takes the reserve: ids rise all the same.
    give_up(error.what());
  }
}

}  // namespace confab::store
