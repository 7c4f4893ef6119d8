#include "server/doors.hpp"

#include <utility>

namespace confab {

std::shared_ptr<const net::door> door_of(const listen_place& place, const std::shared_ptr<const net::tls_keys>& keys) {
  if (!asks_for_something(place)) return nullptr;
  net::door out;
  out.proxy = place.proxy;
  out.secure = place.secure;
  if (needs_tls(place.kind)) out.tls = keys;
  return std::make_shared<const net::door>(std::move(out));
}

}  // namespace confab
