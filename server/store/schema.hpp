#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "server/store/database.hpp"

/// What the database looks like, and how an older one becomes a current one. On the thread that has it open.
///
/// Tables that are kept: `messages`; `people` and `rooms`, which give a small number to each person and room of them;
/// `recalls` (who took back which message when, not what it said). What follows from these: their indexes, `search`
/// (the full-text index: for each message one line of terms, see index_terms) and `spans` (for each `span_ids` ids a
/// time that no message there is older than: clocks jump, so that times need not rise with the ids, but an index of all
/// times would cost every message a place in it). And `meta` (numbers and texts by name):
///  - `reserved`: no id above this was ever used. Raised ahead in steps, so that not every commit has to.
///  - `indexed`: messages up to this id are in `search`. The rest follows when there is time.
///  - `terms`: search_terms_version() of what is in `search`.
namespace confab::store {

/// How many ids share a row of `spans`; span n holds the ids n * span_ids to (n + 1) * span_ids - 1.
inline constexpr std::uint64_t span_ids = 4096;

/// One step: what brings a database from one version to the next.
using migration = const char*;

/// What makes the search index, empty.
migration index_schema();
/// What makes all else that follows from what is kept, whole: the other indexes, the spans and their trigger. With the
/// index of above it is as the last step leaves it.
migration derived_schema();
/// What makes `meta` when it is lost: no message is indexed, and ids go on above those of the messages.
migration meta_schema();
/// The tables that cannot be made from others.
std::span<const std::string_view> kept_tables();

/// The steps from an empty database to the current version, which is their number.
std::span<const migration> migrations();

/// The version of a database; 0 for an empty one. Throws store_error when it is not a history of confab.
int schema_version(database& of);

/// Brings a database to version `steps.size()`, each step in a transaction of its own. Throws store_error when the
/// database is newer than that, or not a history of confab; it is unchanged then.
void migrate(database& which, std::span<const migration> steps = migrations());

/// Whether `how.file` is a history of an older version; false also when that cannot be found out.
bool is_older(const options& how) noexcept;

/// Throws store_error unless the database has exactly the current version. For those who only read.
void require_current(database& which);

/// The version of a database that is this one or older, for those who read what all of them have. Throws store_error
/// when it is newer, or not a history of confab.
int readable_version(database& of);

/// Whether an id can have come about by talking: above this one that is not so, and the file is damaged or was tampered
/// with. There is room for as many again above it, more than one run of a server can use up.
inline constexpr std::int64_t highest_sane_id = std::int64_t{1} << 52U;
constexpr bool id_in_use(std::int64_t id) noexcept {
  return id > 0 && id <= highest_sane_id;
}

}  // namespace confab::store
