#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "client/protocol/events.hpp"

namespace confab::client {

/// The rooms that we are in, and the one that our text goes to, as far as the server has told. It outlives a
/// connection, so that we can go back. No socket in it; one owner, one thread.
class joined_rooms {
 public:
  /// At most this many rooms are known; a server lets us into fewer.
  static constexpr std::size_t most = 1000;

  /// `me`: our name before this event. Returns whether anything changed.
  bool apply(const event_body& body, std::string_view me);
  /// The server says where we are: in `rooms`, with our text going to `current` (empty = the lobby).
  void restore(std::vector<std::string> rooms, std::string current);
  /// Whether it has said so.
  bool known() const noexcept { return known_; }
  /// We are not in it any more.
  void forget(std::string_view room);

  /// That our text goes to; empty = the lobby.
  const std::string& current() const noexcept { return current_; }
  /// In the order in which we entered them; without the lobby.
  const std::vector<std::string>& all() const noexcept { return rooms_; }

 private:
  bool add(std::string_view room);

  std::vector<std::string> rooms_;
  std::string current_;
  bool known_ = false;
};

}  // namespace confab::client
