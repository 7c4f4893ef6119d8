#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "common/protocol/person.hpp"
#include "common/protocol/render_context.hpp"

/// Rooms: their members, their topics, the list of them.
namespace confab {
namespace event {

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
/// The same of one room.
struct room_crowd {
  std::string_view room;
  std::size_t joined;
  std::size_t left;
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
/// A page of the list of rooms.
struct rooms {
  std::span<const listed_room> list;
  bool end;  ///< the last page
};

}  // namespace event

namespace text {
void render(std::string& out, const render_context& context, const event::room_joined& what);
void render(std::string& out, const render_context& context, const event::room_left& what);
void render(std::string& out, const render_context& context, const event::room_crowd& what);
void render(std::string& out, const render_context& context, const event::room_changed& what);
void render(std::string& out, const render_context& context, const event::topic& what);
void render(std::string& out, const render_context& context, const event::topic_shown& what);
void render(std::string& out, const render_context& context, const event::rooms& what);
}  // namespace text

namespace json {
void render(std::string& out, const render_context& context, const event::room_joined& what);
void render(std::string& out, const render_context& context, const event::room_left& what);
void render(std::string& out, const render_context& context, const event::room_crowd& what);
void render(std::string& out, const render_context& context, const event::room_changed& what);
void render(std::string& out, const render_context& context, const event::topic& what);
void render(std::string& out, const render_context& context, const event::topic_shown& what);
void render(std::string& out, const render_context& context, const event::rooms& what);
}  // namespace json

}  // namespace confab
