#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "server/history/message.hpp"

namespace confab::chat {

/// What `/history [#ROOM|@NAME] [N] [before ID|TIME]` asks for.
struct history_request {
  std::string_view room;  ///< with its #, a part of what was typed; empty: none was named
  std::string_view with;  ///< whispers with whom, a name or a number behind the @; empty: nobody was named
  std::size_t limit = 20;
  store::page_request::from where = store::page_request::from::newest;
  std::uint64_t id = 0;
  store::moment time;
};

/// The most messages that one /history shows.
inline constexpr std::size_t max_history = 200;

/// Reads the arguments of /history. For a TIME see read_time(). Nothing when they make no sense.
std::optional<history_request> parse_history_request(std::string_view text, std::chrono::system_clock::time_point now);

/// What `/search [before ID|TIME] WORDS` asks for, without who may see it. A TIME is one word here. `before` and what
/// is neither an id nor a time are words, and so is all when no words would be left.
store::search_request parse_search_request(std::string_view text, std::chrono::system_clock::time_point now);

}  // namespace confab::chat
