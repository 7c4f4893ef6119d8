#pragma once

#include <charconv>
#include <chrono>
#include <string_view>
#include <system_error>

#include "client/protocol/send_queue.hpp"
#include "client/ui/menu.hpp"
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
  return what.purpose == static_cast<int>(purpose::whisper) ? std::string_view(what.partner) : std::string_view();
}

/// The person that a whisper is addressed to by number; 0 = by name, or no whisper.
inline user_number number_addressed(const request& what) {
  const std::string_view address = utf8::split_word(utf8::split_word(what.command).rest).word;
  if (what.purpose != static_cast<int>(purpose::whisper) || !address.starts_with('@')) return 0;
  user_number number = 0;
  const char* const end = address.data() + address.size();
  const auto [stop, failure] = std::from_chars(address.data() + 1, end, number);
  return failure == std::errc() && stop == end ? number : 0;
}

/// Now, as messages are timed.
inline std::chrono::sys_time<std::chrono::milliseconds> wall_clock() {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

}  // namespace confab::client
