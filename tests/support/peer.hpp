#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "common/unique_fd.hpp"
#include "tests/support/deadline.hpp"

namespace confab::test {

/// JSON that remembers the order of fields.
using json = nlohmann::ordered_json;

/// Where a server listens.
struct endpoint {
  std::string ip{};  ///< without brackets
  std::uint16_t port = 0;
  std::string path{};  ///< of a unix socket, instead

  /// `ip:port`, for IPv6 `[ip]:port`; `unix:PATH`.
  std::string text() const;
};

/// Starts a connection; non-blocking, TCP_NODELAY. Returns before it is established. Throws when that fails at
/// once. `receive_buffer`: SO_RCVBUF in bytes, 0 for the system's own.
unique_fd start_connecting(const endpoint& where, int receive_buffer = 0);

/// The address of the near end of a connected socket, as `endpoint::text` writes it; `unix` of a unix socket.
std::string near_address(const unique_fd& socket);

/// Whether somebody accepts connections there.
bool accepts_connections(const endpoint& where);

/// One end of a connection that a test drives: calls block, but never longer than `patience`, then they throw
/// std::runtime_error with what had come. It reads only when asked to. One thread.
class peer {
 public:
  /// Connects; does not wait for the greeting.
  explicit peer(const endpoint& where, int receive_buffer = 0);

  /// Our own address as the server shows it: `ip:port`, `[ip]:port`; `unix`, if nobody else has that.
  const std::string& address() const { return address_; }

  /// `[address]name: `, which starts what the server says of this user.
  std::string as(std::string_view name) const;
  std::string as() const { return as(address_); }

  void send(std::string_view bytes);
  /// The same with the LF that makes it a line.
  void say(std::string_view line);
  /// Sends as much as the server takes; false when the connection broke on the way.
  bool send_anyway(std::string_view bytes);
  /// Sends what fits without waiting; false when the connection is broken.
  bool send_now(std::string_view bytes);
  /// Sends byte by byte, and lets `between` run after each, so that the server reads them one at a time.
  void send_bytewise(std::string_view bytes, const std::function<void()>& between);

  /// The next line, without its LF. Throws at the end of the stream.
  std::string line();
  std::vector<std::string> lines(std::size_t count);
  /// The next line if one comes in that time; throws at the end of the stream.
  std::optional<std::string> line_within(std::chrono::milliseconds time);
  /// Exactly so many bytes.
  std::string bytes(std::size_t count);
  /// The lines up to the end of the stream; a reset is an end too. An unterminated last line throws.
  std::vector<std::string> lines_until_end();
  /// All bytes up to the end of the stream; a reset is an end too.
  std::string bytes_until_end();
  /// The next line as JSON; when `type` is given, it must be that type. A `count` that nobody asked for is passed over,
  /// because it may come at any time.
  json event(std::string_view type = {});

  /// All that the server had to say by now: the lines in front of the answer to a fresh `/ping`, in text and JSON.
  /// Passes over what `event` passes over.
  std::vector<std::string> heard();
  /// A round trip; throws when the server had anything else to say before the answer.
  void expect_quiet();
  /// `/json on`; the welcome that answers it. Nothing else may be due.
  json json_on();

  /// Ends our direction: the server reads its end of file. No error when the connection is gone already.
  void half_close();
  void close() { socket_.reset(); }
  /// Whether the server has closed with a reset, which shows although nothing was read.
  bool was_reset() const;
  /// Closes with a reset instead of an orderly end.
  void reset();

 private:
  bool read_more(const deadline& until);
  std::optional<std::string> take_line();

  unique_fd socket_;
  std::string address_;
  std::string pending_;
  std::size_t start_ = 0;  ///< of what is not yet taken in `pending_`
  bool ended_ = false;
  unsigned pings_ = 0;
};

/// A peer that has read its own arrival, and nothing after it.
peer joined(const endpoint& where);

/// So many of them, who connect together, so that the moment before each is greeted passes once. All have heard of one
/// another, and nothing is left to read. With one thread in the server they are users in this order.
std::vector<peer> joined_many(const endpoint& where, std::size_t count);

/// The same as `joined`, with a name of its own.
peer joined_as(const endpoint& where, std::string_view name);

/// The names of an object's fields in their order.
std::vector<std::string> fields(const json& object);

}  // namespace confab::test
