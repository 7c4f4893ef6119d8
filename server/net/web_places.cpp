#include "server/net/web_places.hpp"

namespace confab::net {

web_places::taken web_places::take(const std::shared_ptr<web_places>& from, const ip_bytes& whose) {
  if (whose == ip_bytes{}) return {from, whose};
  const std::lock_guard lock(from->mutex_);
  std::size_t& count = from->counts_[whose];
  if (count >= of_one_address) return {};
  ++count;
  return {from, whose};
}

void web_places::give_back(const ip_bytes& whose) noexcept {
  if (whose == ip_bytes{}) return;
  const std::lock_guard lock(mutex_);
  const auto found = counts_.find(whose);
  if (--found->second == 0) counts_.erase(found);
}

}  // namespace confab::net
