#include "server/doors.hpp"

namespace confab {

std::shared_ptr<const net::door> door_of(const listen_place& place) {
  if (place.proxy.empty() && !place.secure) return nullptr;
  return std::make_shared<const net::door>(net::door{place.proxy, place.secure});
}

}  // namespace confab
