#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "server/chat/directory.hpp"
#include "server/chat/effort.hpp"
#include "server/chat/hub_options.hpp"
#include "server/chat/message_log.hpp"
#include "server/chat/moment.hpp"
#include "server/chat/outbound.hpp"
#include "server/chat/rooms.hpp"
#include "server/chat/store_requests.hpp"
#include "server/chat/tally.hpp"

namespace confab::chat {

/// The data of the chat and of the turn that all features work on; no rules. What only one feature uses is that
/// feature's own. Owned by the hub, on its thread.
struct chat_state {
  chat_state(hub_options set, std::size_t shard_count)
      : options(std::move(set)),
        users(shard_count, spent),
        rooms(options.announce_limit, spent),
        log(options.recent_bytes, log_window(), spent),
        out(shard_count, options.lang) {}

  /// Whether there may be another room.
  bool has_space_for_room() const noexcept { return rooms.size() < options.max_rooms; }

  /// How long what was said can be asked for.
  std::chrono::seconds log_window() const noexcept { return std::max(options.recall_window, options.resume_window); }

  hub_options options;  ///< only hub::change() writes it
  effort spent;
  moment now;  ///< of the turn
  directory users;
  chat::rooms rooms;
  chat::message_log log;
  outbound out;                   ///< what the turn says
  chat::store_requests requests;  ///< what it wants from the history
  std::uint64_t last_id = 0;      ///< of a message or a whisper
  tally counted;
};

}  // namespace confab::chat
