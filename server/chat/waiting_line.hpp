#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>

namespace confab::chat {

/// Devices whose commands wait until there is time for them, in a fair order: everybody is owed the same share of the
/// time, so that who asks little does not wait for those who ask much, however many these are. Each waits with one
/// command; it is due when it would be through if all who wait were served at once, each a little at a time (weighted
/// fair queueing). Whoever has more commands comes back with the next one, which is due after the last. With the hub,
/// on its thread.
class waiting_line {
 public:
  /// Where somebody stands; number 0: not in the line.
  struct place {
    std::uint64_t due = 0;
    std::uint64_t number = 0;
    friend auto operator<=>(const place&, const place&) = default;
  };

  bool empty() const noexcept { return all_.empty(); }
  std::size_t size() const noexcept { return all_.size(); }

  /// `who` (a device's number) waits with a command that costs so much, in whatever unit, and with `bytes` of memory.
  /// Its last one was due at `last`; 0: it has had none.
  place enter(std::uint64_t who, std::uint64_t cost, std::size_t bytes, std::uint64_t last = 0) {
    const place fresh{std::max(now_, last) + std::max<std::uint64_t>(cost, 1), ++numbers_};
    all_.emplace(fresh, waiter{who, cost, bytes});
    bytes_ += bytes;
    return fresh;
  }
  /// The one who stands there waits with so many bytes more.
  void grow(const place& where, std::size_t bytes) {
    const auto found = all_.find(where);
    if (found == all_.end()) return;
    found->second.bytes += bytes;
    bytes_ += bytes;
  }
  /// Takes out the one who stands there; nothing happens when nobody does.
  void leave(const place& where) {
    if (const auto found = all_.find(where); found != all_.end()) remove(found);
  }
  /// The one who is to be served next, who is taken out; not when empty.
  std::uint64_t take() {
    const auto first = all_.begin();
    const std::uint64_t who = first->second.who;
    // All who wait have had the same share of what this costs. With nobody left there is nothing to share.
    const std::uint64_t due = first->first.due;
    now_ = all_.size() == 1 ? due : std::min(due, now_ + first->second.cost / all_.size());
    remove(first);
    return who;
  }
  void clear() noexcept {
    all_.clear();
    bytes_ = 0;
  }
  /// What all who wait take.
  std::size_t bytes() const noexcept { return bytes_; }

 private:
  struct waiter {
    std::uint64_t who;
    std::uint64_t cost;
    std::size_t bytes;
  };
  using waiters = std::map<place, waiter>;

  void remove(waiters::iterator gone) {
    bytes_ -= gone->second.bytes;
    all_.erase(gone);
  }

  waiters all_;
  std::uint64_t now_ = 0;  // what each has had so far who has always waited
  std::uint64_t numbers_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace confab::chat
