#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "server/chat/session_ref.hpp"
#include "server/history/message.hpp"

namespace confab::chat {

/// A query to the history on behalf of a user.
struct query {
  session_ref asker;
  std::uint64_t number;  ///< comes back with the answer (hub::answer)
  std::variant<store::page_request, store::search_request> wanted;
};

/// What a turn of the hub wants from the history: plain data, carried out by whoever owns the hub. What the turn says
/// must not be delivered before `writes` are committed.
struct store_requests {
  std::vector<std::variant<store::message, store::recall, store::room_end>> writes;  // in order
  std::vector<query> queries;

  bool empty() const noexcept { return writes.empty() && queries.empty(); }
};

}  // namespace confab::chat
