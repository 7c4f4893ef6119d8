#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "common/language.hpp"
#include "common/line_decoder.hpp"

namespace confab::chat {

/// What the rules depend on; hub::change() sets some of it anew.
struct hub_options {
  static constexpr std::size_t most_send_queue = 256 * 1024;

  language lang = language::en;
  std::string server_name = "confab";
  std::size_t max_users = 10'000;
  std::size_t max_ghosts_of_address = 1000;  ///< devices of one address whose connection broke; in all: max_users
  std::size_t max_line = default_max_line;   ///< bytes; only told to clients, the line decoder enforces it
  std::uint64_t turn_steps = 100'000;        ///< what one turn may cost (see effort): some milliseconds
  std::uint64_t turn_deliveries = 8 * 1024 * 1024;  ///< bytes that one turn may make all shards write; or 8 KiB a user
  std::size_t answer_bytes = 16 * 1024 * 1024;  ///< of pages of the history that may be under way; as much of searches
  /// Bytes that may wait for a user: paged replies are cut to fit. What may wait on a connection may be more: that is
  /// there for those who lag behind, and no reason to say more at once.
  std::size_t send_queue = most_send_queue;
  std::chrono::seconds idle_timeout{300};  ///< 0: nobody is shown out
  std::size_t announce_limit = 20;  ///< arrivals and departures a second that are told one by one, in each room too
  /// The others are told of an arrival this long after its first line, or with that line if they hear it.
  std::chrono::milliseconds arrival_delay{50};
  std::vector<std::string> motd;  ///< lines shown on connecting
  std::size_t max_rooms = 1000;
  std::size_t max_joined = 32;                  ///< rooms that one user may be in
  std::size_t replay = 20;                      ///< messages that a newcomer to a room is shown
  bool history = true;                          ///< whether requests are carried out
  std::chrono::seconds recall_window{120};      ///< how long a message can be taken back
  std::chrono::seconds resume_window{120};      ///< how long a broken connection can come back; 0: not at all
  unsigned dead_after = 2;                      ///< missed heartbeats until a connection is given up; 0: never
  std::size_t recent_bytes = 32 * 1024 * 1024;  ///< memory for what resumed sessions have missed
  std::string instance_id = "0";                ///< tells this run of the server from any other with its history
  /// Makes secrets that cannot be guessed. For tests it may be anything that does not repeat.
  std::function<std::string()> make_token;

  /// Takes over what a server that runs may change: all that the command line has, but whether there is a history.
  /// Those who are online keep what they were promised in their welcome: see hub::change().
  void change_to(const hub_options& other) {
    lang = other.lang;
    server_name = other.server_name;
    max_users = other.max_users;
    max_line = other.max_line;
    send_queue = other.send_queue;
    idle_timeout = other.idle_timeout;
    announce_limit = other.announce_limit;
    motd = other.motd;
    max_rooms = other.max_rooms;
    replay = other.replay;
    recall_window = other.recall_window;
    resume_window = other.resume_window;
    dead_after = other.dead_after;
  }
};

}  // namespace confab::chat
