#pragma once

#include <cerrno>
#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <utility>

#include "common/unique_fd.hpp"
#include "server/net/tls_stream.hpp"

namespace confab::net {

/// How a session's bytes travel: over a TCP connection as they are, or in TLS. All system calls on the socket are here
/// or below, and nothing of what the bytes mean (see line_framing). No call waits.
///
/// Owned by its session and lives on the session's thread. The calls of a delivery are inline: for a connection without
/// TLS they are the whole cost of it (docs/decisions/0038).
class transport {
 public:
  /// Takes over a connected socket that does not block.
  explicit transport(unique_fd socket) noexcept : socket_(std::move(socket)) {}
  /// The same, and the TLS over it, whose handshake is done.
  transport(unique_fd socket, std::unique_ptr<tls_stream> tls) noexcept
      : socket_(std::move(socket)), tls_(std::move(tls)) {}

  /// For epoll. -1 when closed.
  int descriptor() const noexcept { return socket_.get(); }
  bool is_tls() const noexcept { return tls_ != nullptr; }

  /// One read. Returns how many bytes came, 0 at the end of the stream, or -1: see error().
  ssize_t read(std::span<char> into) {
    if (tls_ == nullptr) [[likely]]
      return ::recv(descriptor(), into.data(), into.size(), 0);
    return tls_->read(into);
  }

  /// One write, of as much of `bytes` as is taken. Returns how many, or -1: see error(). What is not taken must be
  /// written next, before anything else, and with as much behind it as there was.
  ssize_t write(std::string_view bytes) {
    if (tls_ == nullptr) [[likely]]
      return ::send(descriptor(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    return tls_->write(bytes);
  }
  /// The same of several pieces at once. `scratch` is room for tls_stream::max_record bytes, which are worth nothing
  /// afterwards; only TLS needs it.
  ssize_t write(std::span<iovec> pieces, std::span<char> scratch) {
    if (tls_ != nullptr) [[unlikely]]
      return tls_->write(pieces, scratch);
    msghdr message{};
    message.msg_iov = pieces.data();
    message.msg_iovlen = pieces.size();
    ssize_t count = 0;
    do {
      count = ::sendmsg(descriptor(), &message, MSG_DONTWAIT | MSG_NOSIGNAL);
    } while (count < 0 && errno == EINTR);
    return count;
  }

  /// Why the read() or write() just made answered -1: an errno, or 0 when nothing could move now. What a signal broke
  /// off is of that kind: the socket is ready still, and will say so.
  int error() const noexcept {
    if (tls_ != nullptr) [[unlikely]]
      return tls_->error();
    return errno == EAGAIN || errno == EINTR ? 0 : errno;
  }

  /// Whether there is more to read() that epoll knows nothing of.
  bool unread() const noexcept { return tls_ != nullptr && tls_->unread(); }
  /// Whether read() cannot go on before the socket takes more; then only that is to be waited for.
  bool read_waits_for_output() const noexcept { return tls_ != nullptr && tls_->read_waits_for_output(); }
  /// Whether write() cannot go on before more was read.
  bool write_waits_for_input() const noexcept { return tls_ != nullptr && tls_->write_waits_for_input(); }
  /// Whether the stream ended without a word of the peer's that it is whole: in TLS anybody on the way can cut it.
  bool was_cut() const noexcept { return tls_ != nullptr && tls_->was_cut(); }

  /// Bytes that were written and that the peer has not confirmed yet; -1 when the system does not know.
  int unconfirmed() const noexcept;

  /// Bytes of memory that it takes for what is not written or not read yet, about.
  std::size_t held_bytes() const noexcept { return tls_ == nullptr ? 0 : tls_->held_bytes(); }

  /// Tells the peer that nothing more comes; it can still be read from.
  void end_output() noexcept;

  /// Closes; what was written still reaches the peer.
  void close() noexcept;
  /// Closes, and throws away what the peer has not taken: the kernel would keep it for minutes.
  void abort() noexcept;

 private:
  void drop() noexcept;

  unique_fd socket_;
  std::unique_ptr<tls_stream> tls_;  // null: bytes travel as they are
};

}  // namespace confab::net
