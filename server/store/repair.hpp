#pragma once

#include <cstdint>

#include "server/store/database.hpp"

namespace confab::store {

enum class condition : std::uint8_t {
  sound,
  wasteful,  ///< sound, but there are pages that nothing uses: see below
  damaged,
};
/// What SQLite finds in the file. Reads all of it: about a second for a million messages.
condition look_at(database& which);

/// Makes anew, in one transaction, what follows from the messages: the search index, empty (see `indexed` in
/// schema.hpp), and the index of rooms and the spans, whole, which takes about a second for a million messages. The
/// pages of what was there before stay unused in the file until reclaim(). What is damaged can only be done away with
/// like that. Throws damage_error when the messages, or what else is kept, are damaged too; nothing has changed then.
void make_derived_anew(database& which);

/// Likewise the search index alone, without looking at anything else.
void make_index_anew(database& which);

/// Writes the whole file anew, without pages that nothing uses. For the start: it takes a while.
void reclaim(database& which);

}  // namespace confab::store
