#pragma once

#include <cstdint>

#include "server/store/database.hpp"

/// Damage to a history: what follows from its messages can be made from them again, the messages cannot.
/// On the thread that has the database open.
namespace confab::store {

enum class condition : std::uint8_t {
  sound,
  wasteful,  ///< sound, but there are pages that nothing uses
  damaged,
};
/// What can be found out about the file, its tables and what follows from the messages, except what exactly is in the
/// search index. Reads all of the file: about a second for a million messages.
condition look_at(database& which);

/// Likewise, but writes nothing: whether the search index can be written to is left out. Of a history of an
/// earlier version, only whether its file is whole and its tables are as they were made then.
condition look_only(database& which);

/// What may be done about damage.
enum class extent : std::uint8_t {
  quick,     ///< at work: what was there before stays in the file, unused, until a thorough one
  thorough,  ///< at the start: also writes the whole file anew, if there is room for that
};

/// Makes anew what follows from the messages: the search index, empty (see `indexed` in schema.hpp), the other
/// indexes and the spans, whole, which takes about a second for a million messages, and `meta` if that is damaged. What
/// is damaged can only be done away with like that. Throws damage_error when what is kept is damaged too; nothing has
/// changed then. If it is cut off, look_at() finds damage again.
void make_derived_anew(database& which, extent how_far);

/// For a history of an earlier version, before it is migrated: if anything is damaged, takes out of it what follows
/// from the messages, so that the migration need not read that, and says true; it is made anew once the history is of
/// this version, since look_at() finds that it is missing. Throws damage_error when what is kept is damaged; nothing
/// has changed then. Reads all of the file.
bool leave_what_is_kept(database& which, int version);

/// Likewise the search index alone, without looking at anything else. Quick.
void make_index_anew(database& which);

/// Writes the whole file anew, without pages that nothing uses. Takes a while. Does nothing if there is no room.
void reclaim(database& which) noexcept;

}  // namespace confab::store
