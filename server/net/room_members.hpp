#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

namespace confab::net {

/// Which sessions of a shard are in one room. Entering and leaving cost the same however many there are; the walk over
/// all is one over a plain vector. Their order means nothing. Owned by the shard, on its thread.
class room_members {
 public:
  struct member {
    std::uint32_t slot;
    std::uint32_t generation;
  };

  std::size_t size() const noexcept { return members_.size(); }

  /// Does nothing when it is in already.
  void enter(member who) {
    if (places_.emplace(key(who), members_.size()).second) members_.push_back(who);
  }

  /// Does nothing when it is not in.
  void leave(member who) {
    if (const auto found = places_.find(key(who)); found != places_.end()) remove(found);
  }

  void clear() noexcept {
    members_.clear();
    places_.clear();
  }

  /// f(const member&) for each; those it says false of are no longer in. It must not call enter or leave.
  template <class F>
  void keep_if(F f) {
    for (std::size_t at = 0; at < members_.size();) {
      if (f(members_[at])) {
        ++at;
      } else {
        remove(places_.find(key(members_[at])));  // the last one takes its place, and is asked next
      }
    }
  }

 private:
  using places = std::unordered_map<std::uint64_t, std::size_t>;

  static std::uint64_t key(const member& who) noexcept { return (std::uint64_t{who.generation} << 32U) | who.slot; }

  void remove(places::iterator gone) {
    const std::size_t hole = gone->second;
    const member last = members_.back();
    members_.pop_back();
    if (hole != members_.size()) {
      members_[hole] = last;
      places_.find(key(last))->second = hole;
    }
    places_.erase(gone);
  }

  std::vector<member> members_;
  places places_;  // in members_
};

}  // namespace confab::net
