#pragma once

#include <cstddef>
#include <string>

#include "tests/support/peer.hpp"

namespace confab::test {

/// The kernel's timer of the server's end of an IPv4 connection, as /proc/net/tcp writes it: `02:` and the time left is
/// keepalive. Empty when there is no such connection.
std::string tcp_timer_of_server(const endpoint& server, const std::string& peer_address);

/// What the kernel holds of an IPv4 connection in the direction to the peer: bytes that the server has written and the
/// peer has not read. At least as much as there is: some may be counted at both ends.
std::size_t tcp_queues_between(const endpoint& server, const std::string& peer_address);

}  // namespace confab::test
