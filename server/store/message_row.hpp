#pragma once

#include <string_view>

#include "server/store/database.hpp"
#include "server/store/message.hpp"

namespace confab::store {

/// The columns of a message, for a SELECT.
inline constexpr std::string_view message_columns =
    "id, time, kind, room, sender, addr, sender_key, recipient, recipient_key, text, scope, tag";

/// The same for a database of `version`, which may be an older one: with what stands for columns that it has not.
std::string_view message_columns_of(int version);

/// The message in the present row of `row`, whose first columns are `message_columns`. Whatever is in the row of a
/// damaged file: its texts are valid UTF-8 without control characters, and its time is one that clocks can have.
message read_message(const statement& row);

}  // namespace confab::store
