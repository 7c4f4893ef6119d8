#pragma once

#include <string>
#include <string_view>

#include "tests/support/peer.hpp"

namespace confab::test {

/// What was answered over HTTP.
struct http_reply {
  int status = 0;  ///< 0: nothing was answered
  std::string head{};
  std::string body{};
};

/// A GET that a well-behaved program sends.
std::string get(std::string_view path);

/// All that comes on a connection until its end, as an answer. Throws std::runtime_error when it is none and not empty.
http_reply reply_on(peer& asking);

/// Asks for `path` on a connection of its own.
http_reply ask_http(const endpoint& where, std::string_view path);

}  // namespace confab::test
