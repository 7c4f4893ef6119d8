#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "server/net/utf8_stream.hpp"

/// The frames of WebSocket (RFC 6455), the server's side of them. No sockets and no HTTP: bytes in, events out.
namespace confab::net {

/// What a connection is closed with, as far as this server says it.
enum class websocket_code : std::uint16_t {
  normal = 1000,
  going_away = 1001,      ///< the server ends
  protocol_error = 1002,  ///< what came is no WebSocket
  unsupported = 1003,     ///< a binary message
  none = 1005,            ///< never sent: a close frame without a code
  bad_text = 1007,        ///< a message that is not UTF-8
  policy = 1008,          ///< shown out
  too_big = 1009,         ///< a message over the limit
  try_again = 1013,       ///< no place at the moment
};

/// Reads what a client sends, however it is cut, by pull: give `next` a piece of the stream until it says `need_more`.
/// Payloads are unmasked in the caller's memory and handed out from there. Masks, lengths, reserved bits,
/// the order of fragments, UTF-8 and close frames are checked; the first fault ends it, as soon as it can be known.
/// Extensions are never agreed on. Owned by its session, on its thread; no heap memory but for a control frame of which
/// a part has come.
class websocket_reader {
 public:
  enum class event : std::uint8_t {
    need_more,  ///< the piece is used up
    text,       ///< `payload` is a part of a message, `ends_message` the last of it; it may be empty then
    ping,       ///< is to be answered with a pong of the same `payload`
    pong,
    close,  ///< `code`, perhaps none. Nothing more comes out.
    fault,  ///< the connection is to be closed with `code`. Nothing more comes out.
  };

  /// What came.
  struct found {
    event is = event::need_more;
    std::span<char> payload{};  ///< all of a message's parts together are well-formed UTF-8; valid until the next call
    bool ends_message = false;
    std::uint16_t code = 0;
  };

  static constexpr std::size_t max_control = 125;  ///< bytes of payload of a control frame

  /// `max_message`: bytes of payload that a message may have, over all its fragments.
  explicit websocket_reader(std::size_t max_message) noexcept : max_message_(static_cast<std::uint32_t>(max_message)) {}

  /// The next of what is in `piece`, which is changed, and from which is taken what was used up. The next piece only
  /// after `need_more`.
  found next(std::span<char>& piece);

  /// Whether a message has begun and not ended.
  bool mid_message() const noexcept { return in_message_; }

 private:
  enum class opcode : std::uint8_t { more = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };
  static constexpr std::size_t longest_head = 14;
  using control = std::array<char, max_control>;

  bool take_head(std::span<char>& piece, found& into);
  std::size_t head_size() const noexcept;
  std::uint64_t length() const noexcept;
  std::optional<websocket_code> fault_of_head() const noexcept;
  std::optional<websocket_code> fault_of_opcode() const noexcept;
  void begin_frame() noexcept;
  std::optional<found> take_payload(std::span<char>& piece);
  std::optional<found> take_text(std::span<char>& piece);
  found take_control(std::span<char>& piece);
  found end_control(std::span<char> whole);
  found end_close(std::string_view whole) noexcept;
  found fail(websocket_code why) noexcept;
  std::span<char> next_part(std::span<char>& piece) noexcept;

  std::unique_ptr<control> held_;  // of a control frame that was cut
  std::uint64_t left_ = 0;         // of the frame's payload
  std::uint32_t max_message_;
  std::uint32_t message_size_ = 0;  // of the fragments so far, this one included
  std::array<unsigned char, longest_head> head_{};
  std::uint8_t head_have_ = 0;
  std::array<char, 4> mask_{};  // turned, so that the next byte has the first of it
  opcode opcode_ = opcode::more;
  std::uint8_t control_size_ = 0;  // of held_
  utf8_stream text_;
  bool final_ = false;     // the frame is the last of its message
  bool in_frame_ = false;  // its head is whole
  bool in_message_ = false;
  bool over_ = false;
};
static_assert(sizeof(websocket_reader) <= 64, "there may be many thousand");

/// What stands in front of a frame that a server sends.
class websocket_head {
 public:
  /// A whole text message of so many bytes.
  static websocket_head text(std::size_t size) noexcept { return {0x1, size}; }
  /// At most websocket_reader::max_control bytes.
  static websocket_head pong(std::size_t size) noexcept { return {0xA, size}; }

  std::string_view bytes() const noexcept { return {bytes_.data(), size_}; }
  static constexpr std::size_t longest = 10;

 private:
  websocket_head(unsigned opcode, std::size_t size) noexcept;

  std::array<char, longest> bytes_;
  std::uint8_t size_;
};

/// A whole ping, with nothing in it.
inline constexpr std::string_view websocket_ping("\x89\x00", 2);

/// A whole close frame. `why` is for whoever looks: ASCII, at most 123 bytes. With `none` it has neither.
class websocket_close {
 public:
  websocket_close(std::uint16_t code, std::string_view why) noexcept;
  std::string_view bytes() const noexcept { return {bytes_.data(), size_}; }

 private:
  std::array<char, 2 + websocket_reader::max_control> bytes_;
  std::uint8_t size_;
};

}  // namespace confab::net
