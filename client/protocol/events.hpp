#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "common/protocol/message_kind.hpp"

/// What the server says, as values. Every text in them is well-formed UTF-8 and safe to print.
namespace confab::client {

/// A person's number, theirs alone as long as they are online, whatever they are called; 0 = not known: the server is
/// older, or somebody said it before this run of it. A number means nothing after a welcome that is not `resumed`.
using user_number = std::uint64_t;

/// The answer to `/json on`.
struct welcome {
  std::string server{};
  std::string version{};
  std::string name{};  ///< who we are: the address until we rename
  std::string addr{};
  std::uint64_t online = 0;
  std::uint64_t max_line = 4096;  ///< bytes that the server takes before the LF
  std::chrono::seconds idle{0};   ///< after so long without a line we are shown out; 0 = never
  std::string token{};            ///< to come back with; empty = the server does not offer it
  bool resumed = false;           ///< we came back: still online, under our name
  bool complete = true;           ///< all that was missed meanwhile follows
  bool tls = false;               ///< nobody on the way can read the connection
  user_number user = 0;           ///< ours
  std::string lang{};             ///< the server's language, `en` or `zh`; empty = not said
  /// Of a resumed one: the rooms that we are in, in order of joining; nothing = not said.
  std::optional<std::vector<std::string>> rooms{};
  std::string room{};               ///< and the one that our text goes to; empty = the lobby
  std::vector<std::string> motd{};  ///< the lines of the message of the day
};

/// With a room: somebody has entered it. Else: has come online.
struct joined {
  std::string name{};
  std::uint64_t online = 0;  ///< with them (in the room, if there is one); 0 = not said
  std::string room{};
  std::string addr{};  ///< what they are called, too, while they have no name
  user_number user = 0;
};

struct left {
  std::string name{};
  std::string reason{};
  std::uint64_t online = 0;  ///< without them (in the room, if there is one)
  std::string room{};
  user_number user = 0;
};

/// Many came and went at once; their names are not told.
struct crowd {
  std::uint64_t joined = 0;
  std::uint64_t left = 0;
  std::uint64_t online = 0;
};

/// The same of a room.
struct room_crowd {
  std::string room{};
  std::uint64_t joined = 0;
  std::uint64_t left = 0;
  std::uint64_t members = 0;
};

struct message {
  std::string from{};
  std::string text{};
  std::string room{};  ///< empty: the lobby
  bool past = false;   ///< shown again, out of the history
  user_number user = 0;
  std::string own_tag{};  ///< of what we said ourselves and is shown again: the tag that we said it with
  bool repeated = false;  ///< our tag was used before: this is what was said then
  std::string addr{};     ///< the sender's
  message_kind kind = message_kind::plain;
};

/// To us, or, with our tag, the confirmation of what we wrote.
struct whisper {
  std::string from{};
  std::string to{};
  std::string text{};
  bool past = false;
  user_number user = 0;     ///< the sender's
  user_number to_user = 0;  ///< the receiver's
  std::string own_tag{};
  bool repeated = false;
  std::string addr{};  ///< the sender's
  message_kind kind = message_kind::plain;
};

struct renamed {
  std::string old_name{};
  std::string name{};
  std::string addr{};
  user_number user = 0;
};

struct person {
  std::string name{};
  std::string addr{};
  std::optional<std::chrono::sys_time<std::chrono::milliseconds>> since{};
  std::uint64_t idle = 0;  ///< seconds
  std::optional<std::string> away{};
  user_number user = 0;
  bool lost = false;  ///< the connection is broken, and their place is held open
};

/// One page of the list of who is online.
struct users {
  std::vector<person> people{};
  std::uint64_t online = 0;
  bool end = true;     ///< nothing of this list follows
  std::string room{};  ///< only those who are in it
};

/// Where our text goes now; an empty room is the lobby.
struct room_changed {
  std::string room{};
  std::string topic{};
};

/// One page of the list of rooms.
struct room_list {
  struct entry {
    std::string room{};
    std::uint64_t members = 0;
    std::string topic{};
  };
  std::vector<entry> rooms{};
  bool end = true;  ///< nothing of this list follows
};

struct topic {
  std::string room{};
  std::string text{};
  std::string name{};  ///< who set it; empty: we asked for it
};

/// The end of what /history or /search shows.
struct found {
  std::uint64_t messages = 0;
  bool more = false;
};

/// The message with the event's id is gone.
struct recalled {
  std::string room{};
};

struct away {
  std::string name{};
  std::string text{};
};
struct back {
  std::string name{};
};

/// What became of whispers of ours to somebody whose connection is broken. The event's id is that of the last of them.
struct delivery {
  enum class state { waiting, delivered, lost, unknown };
  state now = state::unknown;
  std::string name{};
  user_number user = 0;
  std::uint64_t messages = 0;  ///< how many
  std::uint64_t seconds = 0;   ///< of waiting: how long at most
};

struct count {
  std::uint64_t online = 0;
};
struct pong {
  std::string token{};
};
/// Who we are, as others see us.
struct whoami {
  std::string name{};
  std::string addr{};
  user_number user = 0;
  std::string room{};  ///< where our text goes; empty = the lobby
  bool tls = false;    ///< nobody on the way can read the connection
};
/// A command was done that has no other reply.
struct ok {};
struct notice {
  std::string text{};
};
struct error {
  std::string code{};     ///< kebab-case, as in docs/protocol.md
  std::string text{};     ///< for people, in the server's language
  std::string problem{};  ///< which of those with that code
  std::string detail{};   ///< the word, name or number that the text quotes; may be empty
};
/// The last word before the server closes.
struct bye {
  std::string reason{};
};
/// A type that this client does not know: a newer server. To be ignored.
struct unknown {
  std::string type{};
};

using event_body =
    std::variant<welcome, joined, left, crowd, room_crowd, message, whisper, renamed, users, room_changed, room_list,
                 topic, found, recalled, away, back, delivery, count, pong, whoami, ok, notice, error, bye, unknown>;

/// One line from the server.
struct event {
  std::optional<std::chrono::sys_time<std::chrono::milliseconds>> time{};  ///< UTC
  std::uint64_t id = 0;                                                    ///< of a message; 0 = none
  std::string tag{};                                                       ///< of the command that this answers
  event_body body{};
};

}  // namespace confab::client
