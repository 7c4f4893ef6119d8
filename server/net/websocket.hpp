#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "server/net/web_places.hpp"
#include "server/net/websocket_codec.hpp"
#include "server/net/websocket_handshake.hpp"

namespace confab::net {

/// What a session has besides when its peer came by WebSocket: the reader of its frames, and what is known of the
/// connection. Owned by the session, on its thread; at most 80 bytes once it is a user.
class websocket {
 public:
  /// How often the peer may leave a ping unanswered until it is given up.
  static constexpr std::uint8_t patience = 2;

  /// `max_line` is that of the session: a message is a line, with or without its end.
  websocket(websocket_form form, std::size_t max_line, web_places::taken place)
      : reader_(max_line + line_end), place_(std::make_unique<web_places::taken>(std::move(place))), form_(form) {}

  websocket_reader& reader() noexcept { return reader_; }
  /// It is spoken to in JSON, and nobody until it has sent a line, which may be empty.
  bool starts_in_json() const noexcept { return form_ == websocket_form::json; }

  /// Something came: the peer is there.
  void heard() noexcept { unanswered_ = 0; }
  /// It is to be asked whether it is there. False: it has been, and has not answered.
  bool ask() noexcept {
    if (unanswered_ >= patience) return false;
    ++unanswered_;
    return true;
  }

  /// It is somebody now, and counted with the users.
  void is_user() noexcept { place_.reset(); }

  /// What it will be closed with, whatever the reason is then: the peer has said so, or broken the rules.
  void close_with(std::uint16_t code) noexcept { close_code_ = code; }
  /// 0: that was not said.
  std::uint16_t close_code() const noexcept { return close_code_; }

  /// A close frame was sent: nothing may follow it.
  bool closed() const noexcept { return closed_; }
  void close() noexcept { closed_ = true; }

 private:
  static constexpr std::size_t line_end = 2;

  websocket_reader reader_;
  std::unique_ptr<web_places::taken> place_;  // as long as it is nobody
  std::uint16_t close_code_ = 0;
  websocket_form form_;
  std::uint8_t unanswered_ = 0;
  bool closed_ = false;
};
static_assert(sizeof(websocket) <= 72, "there may be many thousand");

}  // namespace confab::net
