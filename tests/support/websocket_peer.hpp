#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "tests/support/peer.hpp"
#include "tests/support/websocket_frames.hpp"

namespace confab::test {

/// A request for /ws that a well-behaved browser sends. `protocol` may be empty; `more` are further fields, each with
/// its line end.
std::string upgrade_request(const endpoint& where, std::string_view protocol, std::string_view more = {});

/// What has come in a frame.
struct frame {
  std::uint8_t opcode = 0;
  std::string payload{};

  bool is_text() const { return opcode == 1; }
  bool is_close() const { return opcode == 8; }
  /// Of a close frame; 1005 if it has none.
  unsigned code() const;
};

/// One end of a WebSocket connection that a test drives; as peer, which it waits by.
class websocket_peer {
 public:
  /// Connects, and reads what is answered to the request.
  explicit websocket_peer(const endpoint& where, std::string_view protocol = "confab.text", std::string_view more = {});

  /// The answer's head, and its status.
  const std::string& head() const { return head_; }
  int status() const { return status_; }

  /// The connection under it.
  peer& wire() { return wire_; }
  const std::string& address() const { return wire_.address(); }

  /// A message of its own.
  void say(std::string_view line) { wire_.send(text_frame(std::string(line))); }
  void send(std::string_view bytes) { wire_.send(bytes); }

  /// The next frame; throws at the end of the stream, and when it is none that a server may send.
  frame next();
  /// The next line, out of text frames; pings are answered. Throws when something else comes.
  std::string line();
  /// The same as JSON, as peer::event.
  json event(std::string_view type = {});
  /// What the server closes with, after whatever text is still there; then the end of the stream has come.
  unsigned close_code();

 private:
  peer wire_;
  std::string head_;
  int status_ = 0;
  std::deque<std::string> lines_;
};

}  // namespace confab::test
