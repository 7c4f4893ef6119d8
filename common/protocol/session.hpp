#pragma once

#include <chrono>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "common/problems.hpp"
#include "common/protocol/leave_reason.hpp"
#include "common/protocol/person.hpp"
#include "common/protocol/render_context.hpp"

/// The session of the one who hears it: its beginning, its end, and the answers that belong to no feature.
namespace confab {
namespace event {

struct welcome {
  std::string_view server;
  person you;
  std::size_t online;
  std::size_t line_limit;
  std::size_t name_limit;
  std::chrono::seconds idle_limit;
  bool tls;                                 ///< nobody on the way can read the connection
  std::string_view token;                   ///< for /resume; empty in text
  bool resumed;                             ///< this answers a /resume
  bool complete;                            ///< nothing that was said since is missing from the replay
  std::span<const std::string_view> rooms;  ///< resumed: joined, in the order of joining
  std::string_view room;                    ///< resumed: where plain text goes; empty: the lobby
  std::span<const std::string> motd;        ///< the lines of the message of the day; none: there is none
  std::size_t history_limit;                ///< messages that one /history shows
  std::size_t rooms_limit;                  ///< rooms that one may be in
  std::chrono::seconds recall_window;       ///< how long a message can be taken back
  std::chrono::seconds resume_window;       ///< how long a place is kept
};
/// A command was done that has no other reply; said only to those who need to know (JSON, or tagged).
struct ok {};
struct pong {
  std::string_view token;
};
/// Who asks, as others see it.
struct whoami {
  person you;
  std::string_view room;  ///< where plain text goes; empty: the lobby
  bool tls;               ///< as in welcome
};
struct notice {
  std::string_view text;
};
/// What /help tells of a command.
struct help {
  std::string_view command;  ///< its word, without the slash
  std::string_view usage;
  std::string_view en;
  std::string_view zh;
  bool for_programs;  ///< and so nothing that a person types
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

namespace text {
void render(std::string& out, const render_context& context, const event::welcome& what);
void render(std::string& out, const render_context& context, const event::ok& what);
void render(std::string& out, const render_context& context, const event::pong& what);
void render(std::string& out, const render_context& context, const event::whoami& what);
void render(std::string& out, const render_context& context, const event::notice& what);
void render(std::string& out, const render_context& context, const event::help& what);
void render(std::string& out, const render_context& context, const event::idle_warning& what);
void render(std::string& out, const render_context& context, const event::error& what);
void render(std::string& out, const render_context& context, const event::bye& what);
}  // namespace text

namespace json {
void render(std::string& out, const render_context& context, const event::welcome& what);
void render(std::string& out, const render_context& context, const event::ok& what);
void render(std::string& out, const render_context& context, const event::pong& what);
void render(std::string& out, const render_context& context, const event::whoami& what);
void render(std::string& out, const render_context& context, const event::notice& what);
void render(std::string& out, const render_context& context, const event::help& what);
void render(std::string& out, const render_context& context, const event::idle_warning& what);
void render(std::string& out, const render_context& context, const event::error& what);
void render(std::string& out, const render_context& context, const event::bye& what);
}  // namespace json

}  // namespace confab
