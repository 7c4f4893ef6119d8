#pragma once

#include <chrono>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "common/protocol/leave_reason.hpp"
#include "common/protocol/person.hpp"
#include "common/protocol/render_context.hpp"

/// Who is online: arrivals, departures, names, who is away.
namespace confab {
namespace event {

struct joined {
  person who;
  std::size_t online;
};
struct left {
  person who;
  leave_reason reason;
  std::string_view quit_message;  ///< what the user said on leaving (/quit REASON), or empty
  std::size_t online;
};
/// Many arrivals and departures in one line.
struct crowd {
  std::size_t joined;
  std::size_t left;
  std::size_t online;
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
/// A page of a list of users.
struct users {
  std::string_view room;  ///< empty: all who are online
  std::span<const listed> page;
  std::size_t online;
  bool end;  ///< the last page
};
struct count {
  std::size_t online;
};
struct away {
  person who;
  bool is_away;
  std::string_view text;
};

}  // namespace event

namespace text {
void render(std::string& out, const render_context& context, const event::joined& what);
void render(std::string& out, const render_context& context, const event::left& what);
void render(std::string& out, const render_context& context, const event::crowd& what);
void render(std::string& out, const render_context& context, const event::renamed& what);
void render(std::string& out, const render_context& context, const event::you_renamed& what);
void render(std::string& out, const render_context& context, const event::users& what);
void render(std::string& out, const render_context& context, const event::count& what);
void render(std::string& out, const render_context& context, const event::away& what);
}  // namespace text

namespace json {
void render(std::string& out, const render_context& context, const event::joined& what);
void render(std::string& out, const render_context& context, const event::left& what);
void render(std::string& out, const render_context& context, const event::crowd& what);
void render(std::string& out, const render_context& context, const event::renamed& what);
void render(std::string& out, const render_context& context, const event::you_renamed& what);
void render(std::string& out, const render_context& context, const event::users& what);
void render(std::string& out, const render_context& context, const event::count& what);
void render(std::string& out, const render_context& context, const event::away& what);
}  // namespace json

}  // namespace confab
