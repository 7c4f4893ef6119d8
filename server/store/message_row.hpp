#pragma once

#include <string_view>

#include "server/store/database.hpp"
#include "server/store/message.hpp"

namespace confab::store {

/// The columns of a message, for a SELECT.
inline constexpr std::string_view message_columns =
    "id, time, kind, room, sender, addr, sender_key, recipient, recipient_key, text, scope, tag";

/// The message in the present row of `row`, whose first columns are `message_columns`.
message read_message(const statement& row);

}  // namespace confab::store
