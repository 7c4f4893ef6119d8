#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace confab {

/// Takes telnet's command sequences (RFC 854; RFC 855 for options) out of a stream that may be cut anywhere,
/// and declines every option that the peer offers or asks for. Not thread-safe; owned by a line_decoder.
///
/// Outside binary mode (RFC 856) telnet clients look at seven bits of each byte for their control keys: they take bytes
/// out of Chinese characters and send a command (interrupt, abort output, ...) instead. So the first such command is
/// answered with the request for binary mode.
class telnet_filter {
 public:
  static constexpr char iac = static_cast<char>(0xFF);

  /// Bytes after `IAC SB` without the end of the subnegotiation that are too many. Those that telnet clients send have
  /// less than a hundred.
  static constexpr std::size_t max_subnegotiation = 64 * 1024;

  /// Whether the stream begins with the first byte that comes here. A stream that begins with 0xFF 0xFE does not begin
  /// with a command: nobody has an option to end yet. It is UTF-16.
  explicit telnet_filter(bool from_the_start = false) noexcept
      : state_(from_the_start ? state::first_byte : state::text) {}

  /// `piece` without telnet's bytes. `IAC IAC`, a literal 0xFF, stays as one: no text holds that byte, and so the line
  /// is seen to be none. 0xFF before a byte that is no command stays, and so does that byte: it may be the LF.
  std::string filter(std::string_view piece);

  /// The answers since the last call, at most `max_replies` bytes: a peer that negotiates without end gets no more.
  std::string take_replies();

  /// A subnegotiation reached `max_subnegotiation` bytes: the stream is given up, and nothing that follows comes out.
  bool endless() const noexcept { return state_ == state::endless; }

 private:
  enum class state : std::uint8_t {
    first_byte,
    first_command,
    text,
    command,
    option,
    subnegotiation,
    subnegotiation_command,
    endless
  };
  static constexpr std::size_t max_replies = 3 * 256;

  void decline(unsigned char option);
  void ask_for_binary();
  void count_subnegotiated() noexcept;

  state state_;
  bool asked_for_binary_ = false;
  unsigned char verb_ = 0;
  std::size_t subnegotiated_ = 0;  // bytes of the subnegotiation that the stream stands inside of
  std::string replies_;
};

}  // namespace confab
