#pragma once

#include <string>
#include <string_view>

#include "server/history/message.hpp"
#include "server/store/database.hpp"

namespace confab::store {

/// A SELECT of messages, with all that belongs to one, that goes on with `rest`: WHERE and so on. There `id`, `time`
/// and `room`, which is a number, are columns.
std::string select_messages(std::string_view rest);

/// The same for a database of `version`, which may be an older one: with what stands for columns that it has not.
std::string select_messages_of(int version, std::string_view rest);

/// Likewise from the table of messages alone, for a damaged file: instead of a room's name there is its number, if this
/// version has such, and nobody has a key.
std::string select_bare_messages(int version, std::string_view rest);

/// The message in the present row of `row`, which one of these selects. Whatever is in the row of a
/// damaged file: its texts are valid UTF-8 without control characters, and its time is one that clocks can have.
message read_message(const statement& row);

/// As select_messages(), with no more than the index holds of a message, and so in half of the time.
std::string select_for_index(std::string_view rest);
/// What that selects: an id, who may see it, and what it says.
message read_for_index(const statement& row);

}  // namespace confab::store
