#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace confab::client {

/// What a command was sent for, handed back with its answer. The values are the asker's: client/ui/purpose.hpp has
/// them.
enum class purpose : std::uint8_t;

/// One command on its way to the server.
struct request {
  std::uint64_t ticket = 0;  ///< ever rising; part of its tag
  purpose why{};
  bool keep = false;      ///< worth sending again after a reconnect: what people said, not questions
  std::string command{};  ///< as on the wire, without tag and LF
  int attempts = 0;       ///< how often it was written
  std::string room{};     ///< the room that it is meant for; empty = the lobby, or none
  std::string partner{};  ///< who it is meant for, if for one person; empty = nobody in particular
  bool written = false;   ///< it is on its way over the present connection
  std::string place{};    ///< of an answer out of the history that may go on in further pages: the room, as `#tea`
};

/// What was asked of the server and not yet answered, in order. Every command goes out as `/tag TAG COMMAND`, and the
/// answer with that tag takes it off the queue. No socket and no clock in it; one owner, one thread.
class send_queue {
 public:
  /// One command is written at most this many times. The server knows by its tag whether it was said, so it could be
  /// sent for ever; but a line that ends every connection it is sent over has to end.
  static constexpr int most_attempts = 20;

  /// `prefix` makes the tags of this run its own; letters and digits.
  explicit send_queue(std::string prefix) : prefix_(std::move(prefix)) {}

  /// Adds a command at the end; gives its ticket, whatever `what` has for one.
  std::uint64_t push(request what);

  /// Puts back what was taken off, to be written under its old tag.
  void restore(request again);

  /// The next line to write, with LF, which counts as written now; nothing when all is written.
  std::optional<std::string> next_line();

  /// The request that `tag` belongs to, or null. Valid until the queue changes.
  const request* find(std::string_view tag) const noexcept;

  /// The answer has come: takes the request off the queue.
  std::optional<request> take(std::string_view tag);

  /// The connection is gone. What is worth keeping and was written less than `most_attempts` times will be written
  /// again; the rest is taken off and handed back.
  std::vector<request> lost();

  /// We could not go back to `room`: takes off what was meant for it and is not on its way.
  std::vector<request> withdraw(std::string_view room);
  /// Takes off what is meant for one person, on its way or not.
  std::vector<request> withdraw_private();

  /// All that is not answered, the oldest first.
  const std::deque<request>& all() const noexcept { return requests_; }

  /// How many bytes the line of a command may take more than the command itself (tag and LF).
  std::size_t overhead() const noexcept { return prefix_.size() + 28; }

  std::size_t unanswered() const noexcept { return requests_.size(); }
  std::size_t unwritten() const noexcept;

 private:
  template <typename Wanted>
  std::vector<request> take_off(Wanted wanted);
  std::optional<std::size_t> index_of(std::string_view tag) const noexcept;

  std::string prefix_;
  std::deque<request> requests_;  // by rising ticket
  std::uint64_t last_ticket_ = 0;
};

}  // namespace confab::client
