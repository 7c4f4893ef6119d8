#pragma once

#include <string>

#include "common/unique_fd.hpp"
#include "server/net/unix_place.hpp"

namespace confab::net {

/// The file of a unix socket that we have bound. It is known by what it is, not by its name: another that somebody has
/// put in its place meanwhile is never touched. Main thread.
class socket_file {
 public:
  socket_file() = default;

  /// Binds `socket` to `place` and listens. There is no moment at which the file has more permissions than are asked
  /// for. A socket that is there already is replaced if nobody listens at it any more. Throws std::runtime_error, a
  /// sentence that says what to do: somebody listens there, or what is there is no socket; there is no such folder or
  /// group, or we may not do it. Then whatever was there is there still, and nothing else.
  socket_file(int socket, const unix_place& place, int backlog);
  socket_file(socket_file&&) noexcept = default;
  socket_file& operator=(socket_file&&) noexcept = default;
  /// Removes nothing.
  ~socket_file() = default;

  /// Whether it has its name, and no other file has.
  bool is_there() const noexcept;
  /// Removes it if it is still ours. To be called before the socket is closed: until then nobody takes its place.
  void remove() noexcept;

 private:
  unique_fd itself_;  // keeps its inode from being another's
  std::string path_;
};

}  // namespace confab::net
