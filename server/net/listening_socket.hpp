#pragma once

#include <string>

#include <asio/ip/tcp.hpp>

#include "common/unique_fd.hpp"
#include "server/net/socket_file.hpp"
#include "server/net/unix_place.hpp"

namespace confab::net {

/// A stream socket that listens, over TCP or in the file system; it does not block, and no other program inherits it.
/// Connections wait in it until somebody accepts them. Main thread.
class listening_socket {
 public:
  static constexpr int backlog = 4096;  ///< connections that may wait

  /// Binds and listens. Throws std::system_error: the port is in use, the address is not ours.
  explicit listening_socket(const asio::ip::tcp::endpoint& where);
  /// The same in the file system. Throws what socket_file() does.
  explicit listening_socket(const unix_place& where);

  /// One that listens already, and does not block. It leaves its file, if it has one, where it is.
  explicit listening_socket(unique_fd listens);

  listening_socket(listening_socket&&) noexcept = default;
  listening_socket& operator=(listening_socket&&) = delete;
  /// As close().
  ~listening_socket() { close(); }

  /// Where it listens, as people write it: `IP:PORT` (the port that was picked for 0), `[IP6]:PORT` or `unix:/PATH`.
  const std::string& where() const noexcept { return where_; }
  bool is_unix() const noexcept { return is_unix_; }
  /// -1 when closed.
  int descriptor() const noexcept { return socket_.get(); }

  /// Listens no more: new connections are refused by the kernel from here on, and those that wait are cut. Its file
  /// goes, too, if we have made it and it is still ours.
  void close() noexcept;

 private:
  unique_fd socket_;
  socket_file file_;  // of a unix socket that we have bound ourselves
  std::string where_;
  bool is_unix_ = false;
};

}  // namespace confab::net
