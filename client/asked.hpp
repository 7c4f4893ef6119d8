#pragma once

#include <chrono>
#include <string_view>

#include "client/menu.hpp"
#include "client/send_queue.hpp"
#include "common/utf8.hpp"

/// What the app asked the server for, read from the request that was sent for it. Pure; any thread.
namespace confab::client {

/// Whether the client asked by itself, so that nobody misses the answer.
inline bool is_own_question(const request& what) {
  const auto why = static_cast<purpose>(what.purpose);
  return why == purpose::learn_names || why == purpose::catch_up || why == purpose::rejoin;
}

/// What somebody said. A view into the request.
inline std::string_view said_in(const request& what) {
  const auto command = utf8::split_word(what.command);
  return what.purpose == static_cast<int>(purpose::whisper) ? utf8::split_word(command.rest).rest : command.rest;
}

/// And to whom; empty = in public. A view into the request.
inline std::string_view said_to(const request& what) {
  if (what.purpose != static_cast<int>(purpose::whisper)) return {};
  return utf8::split_word(utf8::split_word(what.command).rest).word;
}

/// Now, as messages are timed.
inline std::chrono::sys_time<std::chrono::milliseconds> wall_clock() {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

}  // namespace confab::client
