#pragma once

#include <cstdint>
#include <string_view>

/// Recognises a peer that takes the chat for something else, by the first thing that it sends. Pure.
namespace confab::net {

/// Whether a stream that starts with `bytes` opens a TLS handshake (RFC 8446, section 5.1: type 22, version 3.x).
bool is_tls_hello(std::string_view bytes) noexcept;

/// Whether `line` is an HTTP request line (RFC 9112, section 3): METHOD target HTTP/digit.digit.
bool is_http_request(std::string_view line) noexcept;

/// Whether a line that is too long to be read starts as an HTTP request line does, by its first 15 bytes or more:
/// METHOD and a target that is a path, an address or `*` (any target for CONNECT).
bool is_http_start(std::string_view start) noexcept;

/// Whether `line`, or its first 15 bytes or more, is a header of the PROXY protocol in version 1 (PROXY TCP4, TCP6 or
/// UNKNOWN): a proxy or its health check, for which nobody is meant to see anything.
bool is_proxy_header(std::string_view line) noexcept;

/// Whether `line`, or its first 15 bytes or more, is what an SSH client begins with (RFC 4253, section 4.2).
bool is_ssh_banner(std::string_view line) noexcept;

/// Compares the first bytes of a stream, cut anywhere, with the signature of the PROXY protocol in version 2. As that
/// begins with two line ends, a decoder would take it for lines.
class proxy_signature {
 public:
  enum class verdict : std::uint8_t {
    open,   ///< all bytes so far agree
    whole,  ///< it is the signature
    other,  ///< it is something else: what waits() comes first, then the piece
  };

  /// Takes the next piece of the stream. Only before the verdict is known.
  verdict take(std::string_view piece) noexcept;

  bool known() const noexcept { return known_; }
  /// What agreed in the pieces before the last one.
  std::string_view waits() const noexcept;
  /// No more pieces come.
  void end() noexcept { known_ = true; }

 private:
  std::uint8_t agreed_ = 0;
  bool known_ = false;
};

/// The answer to an HTTP request: 400, and how to reach the chat instead.
std::string_view http_refusal() noexcept;

/// What who speaks no TLS is told where that is spoken, over HTTP or as lines in both languages.
std::string_view tls_refusal(bool over_http) noexcept;

}  // namespace confab::net
