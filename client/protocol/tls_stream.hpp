#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <asio/awaitable.hpp>
#include <asio/ip/tcp.hpp>

#include "client/protocol/tls_context.hpp"

namespace confab::client {

/// TLS over a connected socket that somebody else owns. One coroutine may read while another writes; all on the
/// socket's one thread. OpenSSL writes with write(2): the program has to ignore SIGPIPE.
class tls_stream {
 public:
  /// Makes the socket non-blocking. `by` and `socket` must live as long as it does. Throws std::bad_alloc.
  tls_stream(asio::ip::tcp::socket& socket, const tls_context& by);
  tls_stream(const tls_stream&) = delete;
  tls_stream& operator=(const tls_stream&) = delete;

  /// Before anything else, and with a deadline of its owner. When it fails, fault() may tell more.
  asio::awaitable<std::error_code> shake_hands();
  const std::optional<tls_fault>& fault() const noexcept { return fault_; }
  /// As in `TLS 1.3`.
  std::string version() const;

  /// At least one byte, or an error: asio::error::eof when the server has said that it ends, connection_reset when the
  /// connection ends without that.
  asio::awaitable<std::pair<std::error_code, std::size_t>> read_some(std::span<char> into);
  /// All of it.
  asio::awaitable<std::error_code> write(std::string_view bytes);

  /// As much as goes without waiting, when nothing else is being written.
  void write_now(std::string_view bytes) noexcept;
  /// To be called before the socket is closed: says goodbye as TLS does, if that goes without waiting. Whoever waits
  /// for the stream gets an error when the socket is closed.
  void end() noexcept;

 private:
  asio::awaitable<std::error_code> wait(int why);
  std::error_code give_up(int why);
  void explain_handshake();

  asio::ip::tcp::socket& socket_;
  std::optional<tls_fault> fault_;
  tls_session session_;
  bool open_ = false;   // both sides have agreed
  bool ended_ = false;  // nothing may be asked of the session any more
};

}  // namespace confab::client
