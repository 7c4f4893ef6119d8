#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <vector>

#include "tests/bench/clock.hpp"
#include "tests/bench/tls_end.hpp"

namespace confab::bench {

/// Where a server listens.
struct endpoint {
  sockaddr_storage address{};
  socklen_t length = 0;
};

/// Reads `HOST:PORT` or `[IPV6]:PORT`; throws `failure` when it names nothing.
endpoint resolve(const std::string& text);

/// What hears the bytes that users of a crowd receive.
class sink {
 public:
  virtual ~sink() = default;

  /// `bytes` came for `user`, and were read at `time`; they are valid during the call only.
  virtual void received(std::size_t user, std::string_view bytes, nanoseconds time) = 0;
};

/// What is asked of the sockets of some users, before they connect. 0 leaves a size to the kernel.
struct socket_choice {
  int receive_buffer = 0;  ///< bytes
  int segment = 0;         ///< bytes; also keeps the server's buffer for this user small
  std::size_t stride = 1;  ///< it concerns one user in so many, the last of each such group

  bool concerns(std::size_t user) const noexcept { return user % stride == stride - 1; }
};

/// How the users of a crowd speak.
enum class wire { lines, tls, websocket };

/// How a number of users got in.
struct arrivals {
  double seconds = 0;        ///< from the first connect to the last greeting
  nanoseconds worst_wait{};  ///< the longest from one user's connect to its greeting
};

/// The users the benchmark plays: plain non-blocking sockets on one edge-triggered epoll, numbered from 0 in order
/// of arrival. One buffer for all of them. Not thread-safe. A user who loses its connection ends it all with a
/// `failure`, since every count would be wrong.
class crowd {
 public:
  /// Users of the server at `where`. `greeting`: a user is in when its first line has come; without, when it is
  /// connected.
  crowd(const endpoint& where, bool greeting, const socket_choice& choice = {}, wire how = wire::lines);
  ~crowd();
  crowd(const crowd&) = delete;
  crowd& operator=(const crowd&) = delete;

  /// Lets `count` more users in, with at most `in_flight` of them on the way at a time.
  arrivals join(std::size_t count, std::size_t in_flight);

  /// Reads and forgets until nothing has come for `quiet`.
  void settle(nanoseconds quiet);

  /// Sends `line` (with its LF, and under 64 KiB) as `user`. It must fit into the socket: nothing is queued here.
  void say(std::size_t user, std::string_view line);

  /// Waits up to `patience` for anything to arrive, and gives what has come to `heard`. False when nothing came.
  bool poll(sink& heard, milliseconds patience);

  /// From here on `poll` leaves what comes for `user` in its socket.
  void stop_reading(std::size_t user);

  /// Throws away what waits in the socket of one who is no longer read, without copying it; returns the bytes.
  std::size_t discard(std::size_t user);

  /// For one who is no longer read: throws away all that waits and tells whether the server has hung up.
  bool hung_up(std::size_t user);

  std::size_t size() const noexcept { return users_.size(); }

 private:
  struct user {
    int fd = -1;
    bool in = false;
    nanoseconds started{};
    std::unique_ptr<tls_end> tls{};
    bool shaken = false;
    bool asked = false;  // over HTTP, for WebSocket
  };

  void connect_one();
  void let_in(user& who, nanoseconds time);
  bool greets(std::string_view bytes) const noexcept;
  void ask(user& who);
  ssize_t read_once(user& who);
  void read_from(std::size_t number, sink& heard);

  endpoint where_;
  bool greeting_;
  socket_choice choice_;
  wire how_;
  int epoll_;
  std::vector<user> users_;
  std::vector<char> buffer_;
  std::size_t in_ = 0;  // how many of users_ have been let in
  nanoseconds worst_wait_{};
};

}  // namespace confab::bench
