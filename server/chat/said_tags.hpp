#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "server/chat/effort.hpp"

namespace confab::chat {

/// Which messages have been said with which tags lately, so that a message sent again is not said again. Of each sender
/// (a device) the last 1,024 tags are known, for as long as it may come back, in at most 80 KiB; of all together in at
/// most `max_bytes`, beyond which whoever takes most loses the older half of its tags. A tag is kept as a hash of 64
/// bits: two of one sender's that have the same would be one in 10^13. With the hub, on its thread.
class said_tags {
 public:
  using time_point = std::chrono::steady_clock::time_point;
  struct said {
    std::uint64_t id;
    time_point when;
  };

  static constexpr std::size_t most_of_one = 1024;
  static constexpr std::size_t usual_max_bytes = 64 * 1024 * 1024;

  /// Tags are known for `window`; of 0, none is.
  said_tags(std::chrono::seconds window, effort& spent, std::size_t max_bytes = usual_max_bytes)
      : window_(window), spent_(&spent), max_bytes_(max_bytes) {}

  /// From here on; what has been forgotten stays so.
  void set_window(std::chrono::seconds window) noexcept { window_ = window; }

  /// What `who` (a device's number) said with `tag`, if it is known.
  std::optional<said> find(std::uint64_t who, std::string_view tag, time_point now);
  /// `who` has said something with `tag`, by which nothing of it is known.
  void add(std::uint64_t who, std::string_view tag, std::uint64_t id, time_point now);
  /// `who` has gone for good.
  void forget(std::uint64_t who);
  /// Gives back the memory of what is not known any more; a part of it when it is much, the rest the next time.
  void expire(time_point now);
  void clear() noexcept;

  /// How much memory all of it takes, about.
  std::size_t bytes() const noexcept { return bytes_; }
  /// The same of one sender.
  std::size_t bytes_of(std::uint64_t who) const noexcept;

 private:
  struct entry {
    std::uint64_t hash;
    std::uint64_t id;
    time_point when;
  };
  /// One sender's: a ring in the order of saying, and an open table of places in it by hash.
  struct holder {
    std::unique_ptr<entry[]> ring;
    std::unique_ptr<std::uint16_t[]> table;  // 1 and the place in the ring; 0: free
    std::size_t capacity = 0;                // of the ring, a power of two; the table has twice as many
    std::size_t first = 0;
    std::size_t count = 0;
    time_point looked_at;  // its place in by_age_

    entry& at(std::size_t number) noexcept { return ring[(first + number) & (capacity - 1)]; }
    std::uint16_t& slot_of(std::uint64_t hash) noexcept;
    void push(const entry& last) noexcept;
    void drop_first() noexcept;
  };
  using holders = std::unordered_map<std::uint64_t, holder>;

  static std::size_t size_of(const holder& one) noexcept;
  bool is_over(const entry& one, time_point now) const noexcept { return now - one.when > window_; }
  void drop_old(holder& from, time_point now);
  void resize(std::uint64_t who, holder& one, std::size_t capacity);
  void halve_largest();
  void remove(holders::iterator gone);

  std::chrono::seconds window_;
  effort* spent_;
  std::size_t max_bytes_;
  holders all_;
  std::set<std::pair<std::size_t, std::uint64_t>> by_size_;  // bytes and sender
  std::set<std::pair<time_point, std::uint64_t>> by_age_;    // not later than the oldest tag, and sender
  std::size_t bytes_ = 0;
};

}  // namespace confab::chat
