#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "server/store/message.hpp"

namespace confab::chat {

/// What `/history [N] [before ID|TIME]` asks for.
struct history_request {
  std::size_t limit = 20;
  store::page_request::from where = store::page_request::from::newest;
  std::uint64_t id = 0;
  std::chrono::system_clock::time_point time;
};

/// The most messages that one /history shows.
inline constexpr std::size_t max_history = 200;

/// Reads the arguments of /history. A TIME is `12:30` (the last time that it was so), `2026-01-05` or
/// `2026-01-05T12:30`, in the server's time zone. Nothing when they make no sense.
std::optional<history_request> parse_history_request(std::string_view text, std::chrono::system_clock::time_point now);

}  // namespace confab::chat
