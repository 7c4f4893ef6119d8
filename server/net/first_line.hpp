#pragma once

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

/// The answer to an HTTP request: 400, and how to reach the chat instead.
std::string_view http_refusal() noexcept;

}  // namespace confab::net
