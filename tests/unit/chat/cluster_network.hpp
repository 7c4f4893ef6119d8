#pragma once

#include <cstddef>
#include <map>
#include <random>
#include <utility>
#include <variant>
#include <vector>

#include "tests/unit/chat/cluster_facts.hpp"

namespace confab::test::cluster {

/// The same for a seed on any machine.
class dice {
 public:
  explicit dice(unsigned seed) : random_(seed) {}

  std::size_t pick(std::size_t count) { return random_() % count; }
  bool percent(std::size_t chance) { return pick(100) < chance; }

 private:
  std::minstd_rand random_;
};

/// A node has heard all facts up to `heard` and wants those behind it.
struct again {
  std::size_t node;
  std::uint64_t heard;
};

/// What carries messages between nodes: late, twice, in another order, or not at all; and nodes that stand still for a
/// while. Time is counted in steps.
class network {
 public:
  using payload = std::variant<const request*, const record*, const answer*, again>;
  struct faults {
    std::size_t lost = 0;     ///< per cent
    std::size_t doubled = 0;  ///< per cent
    std::size_t late = 1;     ///< steps, at most
    std::size_t pauses = 0;   ///< per cent of a step and node
  };

  network(dice& luck, faults with, std::size_t nodes) : luck_(luck), with_(with), stands_until_(nodes) {}

  /// From here on nothing is lost.
  void mend() { with_ = {}; }

  void send(std::size_t to, payload what) {
    if (luck_.percent(with_.lost)) return void(++lost_);
    const bool twice = luck_.percent(with_.doubled);
    doubled_ += twice ? 1 : 0;
    for (int copies = twice ? 2 : 1; copies > 0; --copies) {
      way_.emplace(now_ + 1 + luck_.pick(with_.late), std::pair{to, what});
    }
  }

  /// A step of time: deliver(node, payload) for what arrives.
  template <class F>
  void step(F deliver) {
    ++now_;
    for (std::size_t& until : stands_until_) {
      if (luck_.percent(with_.pauses)) until = now_ + 1 + luck_.pick(12);
    }
    while (!way_.empty() && way_.begin()->first <= now_) {
      const auto [to, what] = way_.begin()->second;
      way_.erase(way_.begin());
      if (stands(to)) {
        way_.emplace(stands_until_[to] + luck_.pick(3), std::pair{to, what});
      } else {
        deliver(to, what);
      }
    }
  }

  bool stands(std::size_t node) const { return stands_until_[node] > now_; }
  std::size_t now() const noexcept { return now_; }
  std::size_t lost() const noexcept { return lost_; }
  std::size_t doubled() const noexcept { return doubled_; }

 private:
  dice& luck_;
  faults with_;
  std::vector<std::size_t> stands_until_;
  std::multimap<std::size_t, std::pair<std::size_t, payload>> way_;  // by when it arrives
  std::size_t now_ = 0;
  std::size_t lost_ = 0;
  std::size_t doubled_ = 0;
};

}  // namespace confab::test::cluster
