#include "server/doors.hpp"

#include <utility>

namespace confab {

std::shared_ptr<const net::door> door_of(const listen_place& place, const std::shared_ptr<const net::tls_keys>& keys,
                                         const std::shared_ptr<const net::web_entry>& web) {
  if (!asks_for_something(place)) return nullptr;
  net::door out;
  out.proxy = place.proxy;
  out.secure = place.secure;
  if (needs_tls(place.kind)) out.tls = keys;
  if (is_web(place.kind)) out.web = web;
  return std::make_shared<const net::door>(std::move(out));
}

}  // namespace confab
