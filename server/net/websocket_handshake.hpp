#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "server/net/http_answer.hpp"
#include "server/net/http_request.hpp"

/// How an HTTP connection becomes one of WebSocket (RFC 6455, section 4.2). Pure; any thread.
namespace confab::net {

/// What is spoken there, as the client has asked for it by a subprotocol.
enum class websocket_form : std::uint8_t {
  none,  ///< it has asked for nothing that there is: lines of text
  text,  ///< `confab.text`: the same
  json,  ///< `confab.json`: as after /json on
};

/// An upgrade that is agreed on.
struct websocket_welcome {
  websocket_form form = websocket_form::none;
  std::string answer;  ///< the whole answer, status 101
};

/// Agrees on what `asked` asks for, or refuses it: 400 without a sound key, 426 where it asks for no WebSocket or
/// another version of it. Who may ask is for others to say.
std::variant<websocket_welcome, http_answer> welcome_websocket(const http_request& asked);

/// What a server makes of a client's key.
std::string websocket_accept(std::string_view key);

}  // namespace confab::net
