#include "server/net/outbox_pool.hpp"

#include <utility>

namespace confab::net {

std::unique_ptr<outbox> outbox_pool::take() {
  if (spare_.empty()) return std::make_unique<outbox>();
  std::unique_ptr<outbox> spare = std::move(spare_.back());
  spare_.pop_back();
  return spare;
}

void outbox_pool::give_back(std::unique_ptr<outbox> spent) {
  if (spent == nullptr || spare_.size() >= most) return;
  spent->clear();
  if (spent->held_bytes() > largest) return;
  spare_.push_back(std::move(spent));
}

}  // namespace confab::net
