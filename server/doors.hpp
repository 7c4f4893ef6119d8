#pragma once

#include <memory>

#include "server/listen_option.hpp"
#include "server/net/door.hpp"

namespace confab {

/// The door of a listener for the chat at that place; null when whoever comes is a session at once.
std::shared_ptr<const net::door> door_of(const listen_place& place);

}  // namespace confab
