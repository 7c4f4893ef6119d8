#include "server/net/hub_counters.hpp"

#include <cstddef>

namespace confab::net {
namespace {

template <class From, std::size_t Count>
void copy(const From& from, std::array<metrics::number, Count>& to) noexcept {
  for (std::size_t i = 0; i < Count; ++i) to[i].set(from[i]);
}

}  // namespace

void hub_counters::publish(chat::hub& rules, std::chrono::steady_clock::time_point began) noexcept {
  const chat::tally& counted = rules.counted();
  users.set(rules.online());
  devices.set(rules.devices());
  admitted.set(counted.admitted);
  resumed.set(counted.resumed);
  full.set(counted.full);
  ending.set(counted.ending);
  whispered.set(counted.whispered);
  told.set(rules.out().told());
  copy(counted.said, said);
  copy(counted.ended, ended);
  copy(rules.out().refused(), refused);
  const auto now = std::chrono::steady_clock::now();
  turns.add(now - began);
  last_turn.store(now, std::memory_order_relaxed);
}

}  // namespace confab::net
