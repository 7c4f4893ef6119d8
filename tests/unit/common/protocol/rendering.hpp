#pragma once

#include <array>
#include <chrono>
#include <string>
#include <string_view>

#include "common/protocol/events.hpp"

/// One of every event, with values that are easy to see in what is rendered.
namespace confab::test {

using namespace std::string_view_literals;

inline constexpr std::string_view the_time = "2026-01-05T12:03:00.123Z";
inline constexpr std::string_view the_stamp = "2026-01-05 12:03:00 ";
inline constexpr person anna{"安娜", "127.0.0.1:5", 8};
inline constexpr person bob{"[::1]:7", "[::1]:7"};  // from before the server was started, so without a number

inline std::chrono::system_clock::time_point at_ms(std::int64_t ms) {
  return std::chrono::system_clock::time_point(std::chrono::milliseconds(ms));
}

/// A message of anna's, in the lobby and now if nothing else is said.
inline event::message said(std::uint64_t id, std::string_view text, std::string_view room = {},
                           std::string_view past = {}) {
  return {id, room, anna, text, past};
}

inline event::whisper whispered(std::uint64_t id, std::string_view text, std::string_view past = {}) {
  return {id, anna, bob, text, past};
}

inline event::welcome welcome(std::string_view token, bool resumed, bool complete) {
  return {"confab",
          anna,
          3,
          4096,
          32,
          std::chrono::seconds(300),
          true,
          token,
          resumed,
          complete,
          {},
          {},
          {},
          200,
          32,
          std::chrono::seconds(120),
          std::chrono::seconds(90)};
}

template <class Event>
std::string rendered(wire_format as, const Event& what, language lang, std::string_view tag = {}) {
  std::string out;
  render_context context;
  context.lang = lang;
  context.time = the_time;
  context.tag = tag;
  if (has_times(as)) context.stamp = the_stamp;
  render(as, out, context, what);
  return out;
}

/// Calls f(name, event) for one of every event.
template <class F>
void for_every_event(F f) {
  const auto since = at_ms(1'767'614'580'123);
  const std::array<event::listed, 4> users{{{anna, false, {}, since, std::chrono::seconds(0)},
                                            {bob, true, {}, at_ms(1'767'614'581'000), std::chrono::seconds(42)},
                                            {anna, true, "tea", since, std::chrono::seconds(1), true},
                                            {anna, false, {}, since, std::chrono::seconds(1), true}}};
  const std::array<event::listed_room, 2> rooms{{{"lobby", 3, {}}, {"tea", 1, "green"}}};
  const std::string_view then = "2026-01-05 12:03";

  f("welcome"sv, welcome({}, false, true));
  f("welcome, with a token"sv, welcome("secret", false, true));
  f("welcome back"sv, welcome("secret", true, false));
  const std::array<std::string_view, 2> joined{"tea", "咖啡"};
  event::welcome back = welcome("secret", true, true);
  back.rooms = joined;
  back.room = joined[1];
  f("welcome back, with rooms"sv, back);
  const std::array<std::string, 3> motd{"Be nice", "", "友善"};
  event::welcome first = welcome("secret", false, true);
  first.motd = motd;
  f("welcome, with the message of the day"sv, first);
  f("joined"sv, event::joined{anna, 3});
  f("left"sv, event::left{anna, leave_reason::quit, "bye all", 2});
  f("left without words"sv, event::left{anna, leave_reason::eof, {}, 2});
  f("crowd"sv, event::crowd{10, 5, 100});
  f("room crowd"sv, event::room_crowd{"tea", 5, 2, 40});
  f("message"sv, said(6, "hello"));
  f("message in a room"sv, said(6, "hello", "tea"));
  f("message, past"sv, said(6, "hello", "tea", then));
  event::message again = said(6, "hello");
  again.repeated = true;
  f("message, repeated"sv, again);
  again = said(6, "hello", {}, then);
  again.own_tag = "m1";
  f("message, past, own"sv, again);
  const std::string_view tea = "tea";
  for (const std::string_view room : {std::string_view(), tea}) {
    event::message done = said(6, "waves", room);
    done.kind = message_kind::emote;
    f(room.empty() ? "message, emote"sv : "message in a room, emote"sv, done);
  }
  event::message once_done = said(6, "waves", tea, then);
  once_done.kind = message_kind::emote;
  f("message, past, emote"sv, once_done);
  event::whisper whispered_emote = whispered(7, "waves");
  whispered_emote.kind = message_kind::emote;
  f("whisper, emote"sv, whispered_emote);
  f("whispered, emote"sv, event::whispered{whispered_emote});
  whispered_emote.past = then;
  f("whispered, past, emote"sv, event::whispered{whispered_emote});
  f("whisper"sv, whispered(7, "hi"));
  f("whisper, past"sv, whispered(7, "hi", then));
  f("whispered"sv, event::whispered{whispered(7, "hi")});
  event::whisper whispered_again = whispered(7, "hi");
  whispered_again.repeated = true;
  whispered_again.to.number = 9;
  f("whispered, repeated"sv, event::whispered{whispered_again});
  whispered_again = whispered(7, "hi", then);
  whispered_again.own_tag = "m1";
  f("whispered, past, own"sv, event::whispered{whispered_again});
  using state = event::delivery::state;
  f("delivery, waiting"sv, event::delivery{state::waiting, anna, 2, 6, std::chrono::seconds(120)});
  f("delivery, delivered"sv, event::delivery{state::delivered, anna, 2, 6, {}});
  f("delivery, one delivered"sv, event::delivery{state::delivered, anna, 1, 6, {}});
  f("delivery, lost"sv, event::delivery{state::lost, anna, 2, 6, {}});
  f("delivery, one lost"sv, event::delivery{state::lost, anna, 1, 6, {}});
  f("renamed"sv, event::renamed{"old", anna});
  f("you renamed"sv, event::you_renamed{"old", anna});
  f("users"sv, event::users{{}, users, 3, true});
  f("users, none, more to come"sv, event::users{"tea", {}, 2, false});
  f("count"sv, event::count{3});
  f("pong"sv, event::pong{"x y"});
  f("pong without a token"sv, event::pong{{}});
  f("whoami"sv, event::whoami{anna, "tea", true});
  f("whoami, in the lobby"sv, event::whoami{anna, {}, false});
  f("room joined"sv, event::room_joined{"tea", anna, 2});
  f("room left"sv, event::room_left{"tea", anna, 1});
  f("room changed"sv, event::room_changed{"tea", "green"});
  f("room changed, no topic"sv, event::room_changed{"tea", {}});
  f("room changed, lobby"sv, event::room_changed{{}, {}});
  f("topic"sv, event::topic{"tea", "green", anna});
  f("topic, cleared"sv, event::topic{"tea", {}, anna});
  f("topic, shown"sv, event::topic_shown{"tea", "green"});
  f("topic, shown, none"sv, event::topic_shown{"lobby", {}});
  f("rooms"sv, event::rooms{rooms, true});
  f("recalled"sv, event::recalled{6, {}});
  f("recalled in a room"sv, event::recalled{6, "tea"});
  f("found"sv, event::found{"history", "tea", 2, true});
  f("found, whispers"sv, event::found{"history", {}, 2, true, 8});
  f("found, all"sv, event::found{"search", {}, 2, false});
  f("found nothing"sv, event::found{"search", {}, 0, false});
  f("away"sv, event::away{anna, true, "tea"});
  f("away without words"sv, event::away{anna, true, {}});
  f("back"sv, event::away{anna, false, {}});
  f("not keeping"sv, event::keeping{false});
  f("keeping"sv, event::keeping{true});
  f("ok"sv, event::ok{});
  f("notice"sv, event::notice{"words"});
  f("help"sv, event::help{"me", "/me TEXT", "says what you do", "表示动作", false});
  f("help, for programs"sv, event::help{"json", "/json on|off", "switches", "切换", true});
  f("idle warning"sv, event::idle_warning{std::chrono::seconds(30)});
  f("error"sv, event::error{problem::unknown_command, "/x"});
  f("error without a detail"sv, event::error{problem::no_such_user, {}});
  f("bye, quit"sv, event::bye{leave_reason::quit, std::chrono::seconds(300)});
  f("bye, idle"sv, event::bye{leave_reason::idle, std::chrono::seconds(300)});
  f("bye, kicked"sv, event::bye{leave_reason::kicked, {}});
  f("bye, shutdown"sv, event::bye{leave_reason::shutdown, {}});
  f("bye, eof"sv, event::bye{leave_reason::eof, {}});
  f("bye, slow"sv, event::bye{leave_reason::slow, {}});
  f("bye, error"sv, event::bye{leave_reason::error, {}});
  f("bye, resumed"sv, event::bye{leave_reason::resumed, {}});
}

}  // namespace confab::test
