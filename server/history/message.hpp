#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/protocol/message_kind.hpp"

/// What the history keeps and what it is asked: the chat says it, the store does it. Plain data; any thread.
namespace confab::store {

/// A moment, UTC, to the millisecond.
using moment = std::chrono::sys_time<std::chrono::milliseconds>;

/// A room for good: one that is made anew after it has ended has the same name, and a higher generation.
struct room_ref {
  // Whoever names just a name means a room that was never made anew, as the lobby.
  room_ref(std::string called = {}, std::uint64_t its_generation = 0)  // NOLINT(google-explicit-constructor)
      : name(std::move(called)), generation(its_generation) {}
  room_ref(std::string_view called) : name(called) {}  // NOLINT(google-explicit-constructor)
  room_ref(const char* called) : name(called) {}       // NOLINT(google-explicit-constructor)

  std::string name;  ///< empty: no room
  std::uint64_t generation = 0;

  bool operator==(const room_ref&) const = default;
};

/// Something said, in a room or to one person. A key says who somebody is for good: unlike a name, nobody else can take
/// it later. What keys look like is up to the caller; equal keys are the same person.
struct message {
  std::uint64_t id = 0;  ///< the id on the wire: above 0 and below 2^63, never used twice
  moment time;
  message_kind kind = message_kind::plain;
  room_ref room;     ///< without a name for a whisper
  std::string from;  ///< the sender's name when it was said
  std::string addr;  ///< the sender's address
  std::string from_key;
  std::string to;           ///< a whisper's recipient: name when it was said; else empty
  std::string to_key;       ///< a whisper's recipient; else empty
  std::string text;         ///< UTF-8
  std::uint64_t scope = 0;  ///< within which `tag` is one message's; 0: said without a tag
  std::string tag;          ///< that it was said with

  bool is_whisper() const noexcept { return room.name.empty(); }

  bool operator==(const message&) const = default;
};

/// About how many bytes `what` takes when somebody is told it in JSON, the longer of both forms.
std::size_t told_bytes(const message& what);

/// Taking back message `id`. Who and when are kept, what it said is not.
struct recall {
  std::uint64_t id = 0;
  moment time;
  std::string by;       ///< name
  std::string by_addr;  ///< address
};

/// A room is no more, though what was said in it is still kept: nobody is to see that when another of this name is
/// made.
struct room_end {
  room_ref room;
};

/// What somebody may see: what was said in `rooms` and, unless `person` is empty, whispers to and from `person`.
struct view {
  std::vector<room_ref> rooms;
  std::string person;
};

/// The most messages that one query is answered with.
inline constexpr std::size_t max_limit = 1000;

/// The most bytes (see told_bytes) that one query of a user is answered with, unless the first message alone has
/// more. What does not fit can be asked for as what is before the oldest of the answer.
inline constexpr std::size_t max_page_bytes = std::size_t{64} << 10U;

/// Asks for up to `limit` (1 to `max_limit`) messages said in `room`.
struct page_request {
  enum class from : std::uint8_t {
    newest,       ///< the last ones
    before_id,    ///< the last ones with an id below `id`
    before_time,  ///< the last ones, by id, of those whose own time is before `time`, wherever the clock jumped
  };
  room_ref room;
  from where = from::newest;
  std::uint64_t id = 0;
  moment time;
  std::size_t limit = 20;
  std::size_t max_bytes = max_page_bytes;
};

/// Asks for the newest `limit` (1 to `max_limit`) messages that hold all of `words`, with an id below `before` and, if
/// that is given, a time before `before_time`.
struct search_request {
  view who;
  std::string words;  ///< as the user typed them; nothing in them is syntax
  std::uint64_t before = UINT64_MAX;
  std::size_t limit = 20;
  std::optional<moment> before_time{};
  std::size_t max_bytes = max_page_bytes;
  /// Of whispers between `who.person` and this one only. Then there may be no words: all of them are found.
  std::string with{};
};

/// Asks for the newest `limit` messages that were said with a tag, by their own time at or after `since`. Looked for
/// among the newest `limit` messages of all.
struct tagged_request {
  moment since;
  std::size_t limit = 20'000;
};

/// An answer.
struct page {
  std::vector<message> messages;  ///< by rising id
  bool more = false;              ///< there is more in the direction that was asked for: `limit` or `max_bytes` cut it
  bool complete = true;           ///< false: a search gave up after `options::search_time`; there may be more
  std::string error;              ///< not empty: nothing could be read, and why (for the log)
};

/// Rooms that have not ended, and of which something is kept.
struct room_list {
  std::vector<room_ref> rooms;  ///< by name, each once
  std::string error;            ///< as in `page`
};

}  // namespace confab::store
