#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "common/unique_fd.hpp"
#include "tests/support/deadline.hpp"
#include "tests/support/peer.hpp"

namespace confab::test {

/// Many peers in one thread: all of them read whatever comes all the time, inside `pump_until`. A failure throws
/// std::runtime_error.
class crowd {
 public:
  /// Told of every line that a member reads, without its LF; the view ends with the call.
  using listener = std::function<void(std::size_t number, std::string_view line)>;

  crowd(endpoint where, listener heard);

  /// Connects one more; its number. Numbers start at 0 and rise by 1.
  std::size_t add();
  /// Connects so many more.
  void add(std::size_t count);
  std::size_t size() const { return members_.size(); }

  /// `ip:port` as the server shows the member.
  const std::string& address(std::size_t number) const { return members_[number].address; }

  /// Queues bytes; they leave in `pump_until`.
  void send(std::size_t number, std::string_view bytes);
  /// Ends the member's direction, once all it has to send is gone; it still reads.
  void half_close(std::size_t number);
  /// Whether `pump_until` reads what comes for the member; else the kernel keeps it, and at some time stops the server.
  void listen(std::size_t number, bool listens);
  /// Closes with a reset, at once.
  void reset(std::size_t number);
  void close(std::size_t number);
  void close_all();

  /// Whether the connection has ended, from either side.
  bool ended(std::size_t number) const { return !members_[number].socket; }

  /// Reads and writes until `done()`, which is asked after every turn; throws `what` at the deadline.
  void pump_until(const std::function<bool()>& done, std::string_view what, deadline until = deadline());

 private:
  struct member {
    unique_fd socket;
    std::string address;
    std::string unread;  ///< the start of a line whose end has not come
    std::string unsent;
    bool writing = false;    ///< the poll set watches for room to write
    bool finishing = false;  ///< half-close after `unsent`
    bool listens = true;
  };

  void read(std::size_t number);
  void write(std::size_t number);
  void watch(std::size_t number, bool writing, bool fresh = false);
  void tell_poll(std::size_t number, int operation);

  endpoint where_;
  listener heard_;
  unique_fd poll_;
  std::deque<member> members_;
};

}  // namespace confab::test
