#pragma once

#include <string>
#include <string_view>

#include <spdlog/details/log_msg.h>

#include "server/log_options.hpp"

namespace confab {

/// A line of the log, with its LF: whatever the text of `what` has in it, the line is one, and nothing that a terminal
/// could be tricked with. A line that net::log_about() has made shows as much of the address as `addresses` says.
/// `colour`: the level in the colours of terminals; in `text` only. Pure.
std::string log_line(const spdlog::details::log_msg& what, log_format format, address_detail addresses, bool colour);

/// The network of `addr`, an address as net::to_string() has it: `192.0.2.0/24`, `2001:db8:1::/48`. What is no such
/// address, as that of a unix socket, says nothing of where somebody is, and is returned as it is. Pure.
std::string network_of(std::string_view addr);

/// Whether what is written to `descriptor` goes to the journal of systemd, which tells its services so: `stream` is
/// what JOURNAL_STREAM says, DEVICE:INODE, or null.
bool goes_to_journal(int descriptor, const char* stream) noexcept;

}  // namespace confab
