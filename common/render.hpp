#pragma once

#include <string>
#include <string_view>

#include "common/events.hpp"
#include "common/language.hpp"

/// Turns events into lines, each ending in LF, appended to `out`. Pure functions; any thread.
/// An event that a form has no words for (`ok` in untagged text) appends nothing.
namespace confab {

/// What is the same for all events of a moment.
struct render_context {
  language lang = language::en;
  std::string_view time;     ///< RFC 3339, UTC, milliseconds (see format_time)
  std::string_view tag;      ///< of the command that this answers, or empty
  bool ids = false;          ///< text: with the ids of messages
  std::string_view stamp{};  ///< text: the time in front of each line (see format_stamp); empty: none
};

/// `time` as JSON has it: 2026-01-05T12:03:00.123Z.
std::string format_time(std::chrono::system_clock::time_point time);

/// `time` as people read it next to an old message, in the server's time zone: 2026-01-05 12:03.
std::string format_past(std::chrono::system_clock::time_point time);

/// `time` in front of a line of those who want times, in the server's time zone: `2026-01-05 12:03:00 `.
std::string format_stamp(std::chrono::system_clock::time_point time);

namespace text {
void render(std::string& out, const render_context& context, const event::welcome& what);
void render(std::string& out, const render_context& context, const event::joined& what);
void render(std::string& out, const render_context& context, const event::left& what);
void render(std::string& out, const render_context& context, const event::crowd& what);
void render(std::string& out, const render_context& context, const event::room_crowd& what);
void render(std::string& out, const render_context& context, const event::message& what);
void render(std::string& out, const render_context& context, const event::whisper& what);
void render(std::string& out, const render_context& context, const event::whispered& what);
void render(std::string& out, const render_context& context, const event::delivery& what);
void render(std::string& out, const render_context& context, const event::renamed& what);
void render(std::string& out, const render_context& context, const event::you_renamed& what);
void render(std::string& out, const render_context& context, const event::users& what);
void render(std::string& out, const render_context& context, const event::count& what);
void render(std::string& out, const render_context& context, const event::pong& what);
void render(std::string& out, const render_context& context, const event::ok& what);
void render(std::string& out, const render_context& context, const event::notice& what);
void render(std::string& out, const render_context& context, const event::idle_warning& what);
void render(std::string& out, const render_context& context, const event::error& what);
void render(std::string& out, const render_context& context, const event::bye& what);
void render(std::string& out, const render_context& context, const event::room_joined& what);
void render(std::string& out, const render_context& context, const event::room_left& what);
void render(std::string& out, const render_context& context, const event::room_changed& what);
void render(std::string& out, const render_context& context, const event::topic& what);
void render(std::string& out, const render_context& context, const event::topic_shown& what);
void render(std::string& out, const render_context& context, const event::rooms& what);
void render(std::string& out, const render_context& context, const event::recalled& what);
void render(std::string& out, const render_context& context, const event::found& what);
void render(std::string& out, const render_context& context, const event::away& what);
void render(std::string& out, const render_context& context, const event::keeping& what);
}  // namespace text

namespace json {
void render(std::string& out, const render_context& context, const event::welcome& what);
void render(std::string& out, const render_context& context, const event::joined& what);
void render(std::string& out, const render_context& context, const event::left& what);
void render(std::string& out, const render_context& context, const event::crowd& what);
void render(std::string& out, const render_context& context, const event::room_crowd& what);
void render(std::string& out, const render_context& context, const event::message& what);
void render(std::string& out, const render_context& context, const event::whisper& what);
void render(std::string& out, const render_context& context, const event::whispered& what);
void render(std::string& out, const render_context& context, const event::delivery& what);
void render(std::string& out, const render_context& context, const event::renamed& what);
void render(std::string& out, const render_context& context, const event::you_renamed& what);
void render(std::string& out, const render_context& context, const event::users& what);
void render(std::string& out, const render_context& context, const event::count& what);
void render(std::string& out, const render_context& context, const event::pong& what);
void render(std::string& out, const render_context& context, const event::ok& what);
void render(std::string& out, const render_context& context, const event::notice& what);
void render(std::string& out, const render_context& context, const event::idle_warning& what);
void render(std::string& out, const render_context& context, const event::error& what);
void render(std::string& out, const render_context& context, const event::bye& what);
void render(std::string& out, const render_context& context, const event::room_joined& what);
void render(std::string& out, const render_context& context, const event::room_left& what);
void render(std::string& out, const render_context& context, const event::room_changed& what);
void render(std::string& out, const render_context& context, const event::topic& what);
void render(std::string& out, const render_context& context, const event::topic_shown& what);
void render(std::string& out, const render_context& context, const event::rooms& what);
void render(std::string& out, const render_context& context, const event::recalled& what);
void render(std::string& out, const render_context& context, const event::found& what);
void render(std::string& out, const render_context& context, const event::away& what);
void render(std::string& out, const render_context& context, const event::keeping& what);
}  // namespace json

/// `what` in form `as`. `context.stamp` must be there for the forms with times, and is for them only.
template <class Event>
void render(form as, std::string& out, const render_context& context, const Event& what) {
  if (as == form::json) return json::render(out, context, what);
  if (as == form::text && context.stamp.empty()) return text::render(out, context, what);
  render_context adorned = context;
  adorned.ids = has_ids(as);
  if (!has_times(as)) adorned.stamp = {};
  text::render(out, adorned, what);
}

}  // namespace confab
