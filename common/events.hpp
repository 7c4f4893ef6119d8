#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "common/problems.hpp"

/// What the server says. Plain data; the views live as long as what they were made from.
namespace confab {

/// How a connection wants to be spoken to. A message is rendered at most once a form.
enum class form : std::uint8_t {
  text,            ///< lines for people
  json,            ///< lines for programs
  numbered,        ///< lines for people, with the ids of messages in front
  timed,           ///< lines for people, each with the time in front
  timed_numbered,  ///< both
};
inline constexpr std::size_t form_count = 5;
inline constexpr std::array<form, form_count> all_forms{form::text, form::json, form::numbered, form::timed,
                                                        form::timed_numbered};

constexpr bool has_ids(form as) noexcept {
  return as == form::numbered || as == form::timed_numbered;
}
constexpr bool has_times(form as) noexcept {
  return as == form::timed || as == form::timed_numbered;
}
/// The text form with these two things in front of its lines.
constexpr form text_form(bool ids, bool times) noexcept {
  if (times) return ids ? form::timed_numbered : form::timed;
  return ids ? form::numbered : form::text;
}

/// Why somebody left; the JSON word of each is its name.
enum class leave_reason : std::uint8_t {
  quit,      ///< asked to
  eof,       ///< ended the connection
  idle,      ///< no sign of life for --idle-timeout
  slow,      ///< did not read what was sent
  error,     ///< the connection broke, or the peer broke the protocol
  kicked,    ///< shown out by somebody
  shutdown,  ///< the server ends
  resumed,   ///< only in a bye: the user goes on with a new connection
};

std::string_view wire_word(leave_reason reason) noexcept;

/// A user as others see one. Until a user chooses a name, it is the address.
struct person {
  std::string_view name;
  std::string_view addr;
  std::uint64_t number = 0;  ///< this user's and nobody else's while the server runs; 0: not known
};

namespace event {

struct welcome {
  std::string_view server;
  person you;
  std::size_t online;
  std::size_t line_limit;
  std::size_t name_limit;
  std::chrono::seconds idle_limit;
  std::string_view token;                   ///< for /resume; empty in text
  bool resumed;                             ///< this answers a /resume
  bool complete;                            ///< nothing that was said since is missing from the replay
  std::span<const std::string_view> rooms;  ///< resumed: joined, in the order of joining
  std::string_view room;                    ///< resumed: where plain text goes; empty: the lobby
  std::span<const std::string> motd;        ///< the lines of the message of the day; none: there is none
};
struct joined {
  person who;
  std::size_t online;
};
struct left {
  person who;
  leave_reason reason;
  std::string_view words;  ///< what the user said on leaving (/quit REASON), or empty
  std::size_t online;
};
/// Many arrivals and departures in one line.
struct crowd {
  std::size_t joined;
  std::size_t left;
  std::size_t online;
};
/// The same of one room.
struct room_crowd {
  std::string_view room;
  std::size_t joined;
  std::size_t left;
  std::size_t members;
};
struct message {
  std::uint64_t id;
  std::string_view room;  ///< empty: the lobby
  person from;
  std::string_view text;
  std::string_view past;       ///< when it was said, for people; empty: now
  bool repeated = false;       ///< the answer to a tag that was used before: nothing was said
  std::string_view own_tag{};  ///< past: the tag with which the one who hears this said it, where that is known
};
struct whisper {
  std::uint64_t id;
  person from;
  person to;  ///< the address is not told
  std::string_view text;
  std::string_view past;
  bool repeated = false;
  std::string_view own_tag{};
};
/// The receiver of a whisper gets `whisper`; this is the sender's confirmation.
struct whispered {
  whisper what;
};
/// What becomes of whispers to somebody whose connection is broken; said to the one who whispered.
struct delivery {
  enum class state : std::uint8_t {
    waiting,    ///< kept until the user comes back
    delivered,  ///< the user came back and has been sent them
    lost,       ///< the user did not come back
  };
  state is;
  person who;
  std::size_t messages;       ///< how many whispers this is about
  std::uint64_t id;           ///< the last of them
  std::chrono::seconds left;  ///< waiting: how long the user may take to come back
};
/// Somebody else's new name.
struct renamed {
  std::string_view old_name;
  person who;
};
/// The same, said to the one who asked for it.
struct you_renamed {
  std::string_view old_name;
  person you;
};
struct listed {
  person who;
  bool is_away;
  std::string_view away;  ///< what they said about it
  std::chrono::system_clock::time_point since;
  std::chrono::seconds idle;
  bool lost = false;  ///< the connection is broken, and may come back
};
/// A slice of a list of users.
struct users {
  std::string_view room;  ///< empty: all who are online
  std::span<const listed> slice;
  std::size_t online;
  bool end;  ///< the last slice
};
struct count {
  std::size_t online;
};
struct pong {
  std::string_view token;
};
struct room_joined {
  std::string_view room;
  person who;
  std::size_t members;
};
struct room_left {
  std::string_view room;
  person who;
  std::size_t members;
};
/// Where the plain text of the one who hears this goes.
struct room_changed {
  std::string_view room;  ///< empty: the lobby
  std::string_view topic;
};
/// Somebody has set the topic of a room.
struct topic {
  std::string_view room;
  std::string_view text;  ///< empty: there is none any more
  person by;
};
/// What the topic of a room is; said to the one who asked.
struct topic_shown {
  std::string_view room;
  std::string_view text;  ///< empty: there is none
};
struct listed_room {
  std::string_view name;
  std::size_t members;
  std::string_view topic;
};
/// A slice of the list of rooms.
struct rooms {
  std::span<const listed_room> list;
  bool end;  ///< the last slice
};
/// A message is gone.
struct recalled {
  std::uint64_t id;
  std::string_view room;  ///< empty: the lobby, or it was a whisper
};
/// The end of what /history or /search found.
struct found {
  std::string_view type;  ///< history or search
  std::string_view room;
  std::size_t messages;
  bool more;
};
struct away {
  person who;
  bool is_away;
  std::string_view text;
};
/// Whether messages are kept has changed.
struct keeping {
  bool works;
};
/// A command was done that has no other reply; said only to those who need to know (JSON, or tagged).
struct ok {};
struct notice {
  std::string_view text;
};
/// Before somebody is shown out as idle.
struct idle_warning {
  std::chrono::seconds left;
};
struct error {
  problem what;
  std::string_view detail;
};
struct bye {
  leave_reason reason;
  std::chrono::seconds idle_limit;  ///< for `idle`
};

}  // namespace event
}  // namespace confab
