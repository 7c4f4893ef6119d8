#pragma once

#include <memory>

#include "server/listen_option.hpp"
#include "server/net/door.hpp"
#include "server/net/tls_keys.hpp"

namespace confab {

/// The door of a listener for the chat at that place; null when whoever comes is a session at once. `keys` are for
/// those that need some, `web` for those to which browsers come.
std::shared_ptr<const net::door> door_of(const listen_place& place, const std::shared_ptr<const net::tls_keys>& keys,
                                         const std::shared_ptr<const net::web_entry>& web);

}  // namespace confab
