#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <unordered_map>
#include <utility>

namespace confab::store {

/// What waits, each for somebody. Those who wait are served in turn, one thing each, however much one of them has
/// queued; the things of one come in their order. Not synchronised:
/// one thread at a time.
template <class Thing>
class fair_queue {
 public:
  bool empty() const noexcept { return turns_.empty(); }
  std::size_t size() const noexcept { return size_; }

  /// When there is no memory, throws and has changed nothing, `what` included.
  void push(std::uint64_t whose, Thing&& what) {
    const auto [mine, fresh] = waiting_.try_emplace(whose);
    bool turned = false;
    try {
      if (fresh) turns_.push_back(whose);
      turned = fresh;
      mine->second.push_back(std::move(what));
    } catch (...) {
      if (turned) turns_.pop_back();
      if (fresh) waiting_.erase(mine);
      throw;
    }
    ++size_;
  }

  /// The next; there must be one. Throws as push does.
  Thing pop() {
    const auto mine = waiting_.find(turns_.front());
    const bool last = mine->second.size() == 1;
    if (!last) turns_.push_back(mine->first);
    turns_.pop_front();
    Thing next = std::move(mine->second.front());
    mine->second.pop_front();
    if (last) waiting_.erase(mine);
    --size_;
    return next;
  }

 private:
  std::unordered_map<std::uint64_t, std::deque<Thing>> waiting_;  // none is empty
  std::deque<std::uint64_t> turns_;                               // each whose something waits, once
  std::size_t size_ = 0;
};

}  // namespace confab::store
