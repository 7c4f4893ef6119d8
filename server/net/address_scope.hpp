#pragma once

#include <sys/socket.h>

namespace confab::net {

/// Whether strangers may reach what listens there: anything but a loopback, private, link-local or shared (RFC 6598)
/// address, or a unix socket. Of an address that stands for all of the machine's they may. Pure; any thread.
bool is_open_to_strangers(const sockaddr_storage& address) noexcept;

/// The same of a socket that is bound. Any thread.
bool is_open_to_strangers(int socket) noexcept;

}  // namespace confab::net
