#pragma once

#include <cerrno>
#include <cstddef>
#include <span>
#include <string_view>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <utility>

#include "common/unique_fd.hpp"

namespace confab::net {

/// How a session's bytes travel: over a TCP connection, as they are. All system calls on the socket are here, and
/// nothing of what the bytes mean (see line_framing). No call waits.
///
/// Owned by its session and lives on the session's thread. The calls of a delivery are inline: they are the whole cost
/// of it (docs/decisions/0038).
class transport {
 public:
  /// Takes over a connected socket that does not block.
  explicit transport(unique_fd socket) noexcept : socket_(std::move(socket)) {}

  /// For epoll. -1 when closed.
  int descriptor() const noexcept { return socket_.get(); }

  /// One read. Returns how many bytes came, 0 at the end of the stream, or -1: see error().
  ssize_t read(std::span<char> into) { return ::recv(descriptor(), into.data(), into.size(), 0); }

  /// One write, of as much of `bytes` as is taken. Returns how many, or -1: see error().
  ssize_t write(std::string_view bytes) {
    return ::send(descriptor(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  }
  /// The same of several pieces at once.
  ssize_t write(std::span<iovec> pieces) {
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
  int error() const noexcept { return errno == EAGAIN || errno == EINTR ? 0 : errno; }

  /// Bytes that were written and that the peer has not confirmed yet; -1 when the system does not know.
  int unconfirmed() const noexcept;

  /// Tells the peer that nothing more comes; it can still be read from.
  void end_output() noexcept { ::shutdown(descriptor(), SHUT_WR); }

  /// Closes; what was written still reaches the peer.
  void close() noexcept { socket_.reset(); }
  /// Closes, and throws away what the peer has not taken: the kernel would keep it for minutes.
  void abort() noexcept;

 private:
  unique_fd socket_;
};

}  // namespace confab::net
