#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <unordered_map>
#include <utility>

namespace confab::store {

/// What waits, each for somebody. Those who wait are served in turn, one thing each, however much one of them has
/// queued; the things of one come in their order. Not synchronised.
template <class Thing>
class fair_queue {
 public:
  bool empty() const noexcept { return turns_.empty(); }
  std::size_t size() const noexcept { return size_; }

  void push(std::uint64_t whose, Thing what) {
    auto& mine = waiting_[whose];
    if (mine.empty()) turns_.push_back(whose);
    mine.push_back(std::move(what));
    ++size_;
  }

  /// The next; there must be one.
  Thing pop() {
    const std::uint64_t whose = turns_.front();
    turns_.pop_front();
    const auto mine = waiting_.find(whose);
    Thing next = std::move(mine->second.front());
    mine->second.pop_front();
    if (mine->second.empty()) {
      waiting_.erase(mine);
    } else {
      turns_.push_back(whose);
    }
    --size_;
    return next;
  }

 private:
  std::unordered_map<std::uint64_t, std::deque<Thing>> waiting_;  // none is empty
  std::deque<std::uint64_t> turns_;                               // each whose something waits, once
  std::size_t size_ = 0;
};

}  // namespace confab::store
