#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "common/telnet_filter.hpp"

namespace confab {

/// Bytes that a line may have before its end, unless the server is told otherwise.
constexpr std::size_t default_max_line = 4096;

/// Turns a stream of bytes, cut anywhere, into lines. A line ends with LF, CRLF or CR NUL, which is telnet's Enter (RFC
/// 854); a CR before anything else is a byte of the line. A byte order mark that the stream begins with is left out.
/// Knows limits and telnet, and nothing of sockets. Holds no heap memory between lines. Not thread-safe; owned by
/// whoever reads the stream.
///
/// Lines come out by pull: `feed` a piece of the stream, then call `next` until it says `need_more`.
class line_decoder {
 public:
  /// After this many bytes without the end of a line the stream is given up (`event::overrun`), and after
  /// `telnet_filter::max_subnegotiation` inside one subnegotiation.
  static constexpr std::size_t max_unterminated = 64 * 1024;

  enum class event {
    need_more,  ///< the piece is used up: feed the next one
    line,       ///< `line()` is one line, without its end
    too_long,   ///< a line over the limit was skipped, and its end too; said once a line. `line()` is its start
    overrun,    ///< `max_unterminated` bytes without an end: end the connection. Nothing more comes out.
  };

  /// `max_line`: bytes a line may have before its end; less than `max_unterminated`.
  explicit line_decoder(std::size_t max_line) noexcept : max_line_(static_cast<std::uint32_t>(max_line)) {}
  std::size_t max_line() const noexcept { return max_line_; }

  /// The next piece of the stream; it must outlive the calls of `next` that use it up. Only after `need_more`.
  void feed(std::string_view piece);

  /// The next event of the stream so far.
  event next();

  /// At most this many bytes of a line are still there after `event::too_long`: enough to see what the peer takes us
  /// for, and no more than a string holds without heap memory.
  static constexpr std::size_t start_size = 15;

  /// The line of the last `event::line`, or the start of that of the last `event::too_long`; valid until the next call.
  /// It may be any bytes but an LF.
  std::string_view line() const noexcept { return line_; }

  /// The stream has ended: an unterminated last line counts. `line`, `too_long`, or `need_more` for nothing left.
  event finish();

  /// Whether part of a line has come that is not finished yet.
  bool mid_line() const noexcept { return unterminated_ != 0 || (bom_ != 0 && bom_ != no_bom); }

  /// Bytes of heap memory that it holds, about.
  std::size_t held_bytes() const noexcept { return held_.capacity() + filtered_.capacity(); }

  /// The answers to telnet negotiation, to be sent to the peer as they are; empties them.
  std::string take_telnet_replies() { return telnet_ ? telnet_->take_replies() : std::string(); }

 private:
  static constexpr std::uint8_t no_bom = 0xFF;

  void leave_out_bom();
  event end_line(std::string_view line);
  event used_up();
  event give_up();
  void keep(std::string_view part);

  std::string_view piece_;
  std::string_view line_;
  std::string held_;      // a line whose end has not come (of one over the limit the start), or the one just handed out
  std::string filtered_;  // a piece without its telnet sequences
  std::unique_ptr<telnet_filter> telnet_;  // made by the first telnet byte: most peers never send one
  std::uint32_t max_line_;
  std::uint32_t unterminated_ = 0;  // bytes of the unfinished line
  std::uint8_t bom_ = 0;            // bytes of a byte order mark that the stream began with so far; then no_bom
  bool begun_ = false;              // bytes have come
  bool after_cr_ = false;           // the last byte of the unfinished line is a CR
  bool skipping_ = false;           // the line is over the limit already
  bool overrun_ = false;
  bool handed_out_ = false;  // held_ is the last line, not a start
};

}  // namespace confab
