#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "common/line_decoder.hpp"
#include "server/net/first_line.hpp"

namespace confab::net {

/// What a session's bytes mean: lines of text, as nc and telnet send them. Knows the line decoder and the peers that
/// take the chat for something else; nothing of sockets (see transport), users or the hub. What is sent needs
/// nothing done to it: lines go out as the hub has rendered them.
///
/// Lines come out by pull: `feed` a piece of the stream, or `end` it, then call `next` until it says `need_more`. Owned
/// by its session and lives on the session's thread. Holds no heap memory between lines.
class line_framing {
 public:
  enum class event : std::uint8_t {
    need_more,  ///< what was fed is used up
    line,       ///< `line()` is one line, without its end
    too_long,   ///< a line over the limit was skipped; said once a line
    overrun,    ///< the stream is given up (see line_decoder). Nothing more comes out.
    stranger,   ///< the peer speaks something else, which `who()` names: nothing of this is for the chat
  };

  /// A peer that is not here to chat.
  struct stranger {
    std::string_view what;    ///< for the log
    std::string_view answer;  ///< what it can read, to be sent before the end; empty: nothing
  };

  /// `max_line`: bytes a line may have before its end; see line_decoder. `known`: what the peer speaks has been agreed
  /// on, and it is no stranger whatever its first line looks like.
  explicit line_framing(std::size_t max_line, bool known = false) noexcept : decoder_(max_line), first_line_(!known) {}
  std::size_t max_line() const noexcept { return decoder_.max_line(); }

  /// The next piece of the stream; it must outlive the calls of `next` that use it up. Only after `need_more`. Returns
  /// what of it has to be fed again after the next `need_more`.
  [[nodiscard]] std::string_view feed(std::string_view piece);
  /// The stream has ended: an unterminated last line counts. Only after `need_more`.
  void end();
  /// The next event of the stream so far.
  event next();

  /// The line of the last `event::line`; valid until the next call. Any bytes but an LF.
  std::string_view line() const noexcept { return decoder_.line(); }
  /// Whether the stream ended in the midst of that line.
  bool unfinished() const noexcept { return unfinished_; }
  /// Of the last `event::stranger`.
  stranger who() const noexcept;

  /// What the peer's program is to be answered, such as telnet's questions, as it is to be sent; empties it.
  std::string take_replies() { return decoder_.take_telnet_replies(); }

  /// Bytes of heap memory that it holds, about.
  std::size_t held_bytes() const noexcept { return decoder_.held_bytes(); }

 private:
  enum class protocol : std::uint8_t { chat, proxy_header, tls, ssh, http };

  event judge(line_decoder::event what);
  protocol protocol_of(std::string_view first_line, bool whole) const noexcept;

  line_decoder decoder_;
  proxy_signature signature_;
  protocol speaks_ = protocol::chat;
  bool first_line_;  // what the peer speaks is not known: no line yet but blank ones
  bool ended_ = false;
  bool unfinished_ = false;
};

}  // namespace confab::net
