#include "server/store/message_store.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "server/store/repair.hpp"
#include "server/store/schema.hpp"

namespace confab::store {
namespace {

std::uint64_t id_of(std::int64_t column) {
  return static_cast<std::uint64_t>(column);
}

}  // namespace

message_store::message_store(const options& how, care taken)
    : database_(open_history(how, taken, remark_)),
      messages_(database_),
      search_(database_),
      pruning_(database_, how),
      data_version_(database_.prepare("PRAGMA data_version")),
      audit_(database_.prepare("INSERT OR IGNORE INTO recalls(id, time, name, addr) VALUES (?1, ?2, ?3, ?4)")),
      set_meta_(database_.prepare("UPDATE meta SET value = ?2 WHERE name = ?1")) {
  if (!remark_.empty() && !pruning_.remark().empty()) remark_ += "; ";
  remark_ += pruning_.remark();
  last_ = last_sane_id(database_);
  const std::int64_t reserved = database_.integer("SELECT value FROM meta WHERE name = 'reserved'");
  // Where the note is lost, ids go on above those of the messages: what was not kept is not told from them by any.
  reserved_ = id_in_use(reserved) || reserved == 0 ? id_of(reserved) : last_ + id_reserve;
  indexed_ = id_of(database_.integer("SELECT value FROM meta WHERE name = 'indexed'"));
  highest_ = std::max(last_, reserved_);
  others_wrote();
}

void message_store::change(const options& how) {
  database_.synchronise(how.sync);
  pruning_.change(how);
  remark_ = pruning_.remark();
}

bool message_store::save_log() noexcept {
  try {
    database_.wait_at_most(std::chrono::milliseconds(0));
    return database_.integer("PRAGMA wal_checkpoint(TRUNCATE)") == 0;  // whether it was busy
  } catch (const store_error&) {
    return false;
  }
}

// SQLite's count changes when another connection commits, and now and then when it only tidies up.
bool message_store::others_wrote() {
  data_version_.with();
  data_version_.step();
  const std::int64_t version = data_version_.integer(0);
  data_version_.reset();
  if (std::exchange(version_, version) == version) return false;
  return id_of(database_.integer("SELECT coalesce(max(id), 0) FROM messages")) > last_ ||
         id_of(database_.integer("SELECT value FROM meta WHERE name = 'reserved'")) != reserved_ ||
         id_of(database_.integer("SELECT value FROM meta WHERE name = 'indexed'")) != indexed_;
}

// To be called at the start of what writes. If it fails then, spoiled_ says so all the same, which does no harm.
void message_store::look_for_others() {
  if (!others_wrote()) return;
  spoiled_ = true;
  messages_.undone();
  set_meta_.run("terms", "");
}

void message_store::commit(std::span<const operation> what, std::uint64_t highest) try {
  transaction change(database_, transaction::kind::write);
  look_for_others();
  std::uint64_t last = last_;
  std::uint64_t inserted = 0;
  std::uint64_t removed = 0;
  for (const operation& next : what) {
    if (const auto* said = std::get_if<message>(&next)) {
      messages_.insert(*said);
      last = std::max(last, said->id);
      ++inserted;
    } else if (const auto* taken_back = std::get_if<recall>(&next)) {
      removed += remove(taken_back->id) ? 1U : 0U;
      audit_.run(taken_back->id, taken_back->time.time_since_epoch().count(), taken_back->by, taken_back->by_addr);
    } else {
      messages_.end(std::get<room_end>(next).room);
    }
  }
  highest = std::max({highest, last, highest_});
  const std::uint64_t reserved = reserve_above(highest);
  if (reserved != reserved_) set_meta_.run("reserved", reserved);
  change.commit();
  last_ = last;
  highest_ = highest;
  reserved_ = reserved;
  pruning_.count(inserted, removed);
} catch (...) {
  messages_.undone();
  throw;
}

// Raised while there is much left: what is used after this commit may not be kept, and then not be noted either.
std::uint64_t message_store::reserve_above(std::uint64_t highest) const {
  return highest + id_reserve / 2 > reserved_ ? highest + id_reserve : reserved_;
}

bool message_store::remove(std::uint64_t id) {
  const std::optional<message> gone = messages_.remove(id);
  if (gone && id <= indexed_) {
    search_.remove(*gone);
    merge_due_ = true;
  }
  return gone.has_value();
}

void message_store::index_some(deadline until) {
  transaction change(database_, transaction::kind::write);
  look_for_others();
  std::uint64_t indexed = indexed_;
  search_.start_after(indexed);
  std::uint64_t next = 0;
  do {
    next = search_.add_next();
    indexed = std::max(indexed, next);
  } while (next > 0 && std::chrono::steady_clock::now() < until);
  search_.stop();
  if (next == 0) indexed = std::max(indexed, last_);  // the last ones may have been recalled meanwhile
  set_meta_.run("indexed", indexed);
  change.commit();
  indexed_ = indexed;
  merge_due_ = true;
}

void message_store::merge_some(deadline until) {
  transaction change(database_, transaction::kind::write);
  look_for_others();
  bool more = true;
  do {
    more = search_.merge();
  } while (more && std::chrono::steady_clock::now() < until);
  change.commit();
  merge_due_ = more;
}

std::optional<moment> message_store::last_time() {
  const std::optional<message> last = messages_.find(last_);
  return last ? std::optional(last->time) : std::nullopt;
}

void message_store::make_index_anew() {
  store::make_index_anew(database_);
  indexed_ = 0;
  merge_due_ = true;
}

bool message_store::prune_due(std::optional<moment> now) {
  return pruning_.due(now, merge_due_ || index_due());
}

void message_store::prune_some(std::optional<moment> now, deadline until) try {
  transaction change(database_, transaction::kind::write);
  look_for_others();
  const std::uint64_t removed =
      pruning_.remove_some(now, until, messages_, [this](std::uint64_t id) { return remove(id); });
  change.commit();
  messages_.undone();  // of spans, whose times may have risen
  pruning_.count(0, removed);
} catch (...) {
  messages_.undone();
  throw;
}

void message_store::probe(std::uint64_t highest) {
  highest = std::max(last_, highest);
  const std::uint64_t reserved = reserve_above(highest);
  set_meta_.run("reserved", reserved);
  reserved_ = reserved;
  highest_ = highest;
  // A disk that is full still has room for a little now and then.
  database_.execute(fmt::format("INSERT OR REPLACE INTO meta VALUES ('probe', zeroblob({}))", probe_bytes));
  database_.execute("DELETE FROM meta WHERE name = 'probe'");
}

void message_store::note_highest(std::uint64_t highest) {
  highest = std::max(highest_, highest);
  if (highest == reserved_) return;
  set_meta_.run("reserved", highest);
  reserved_ = highest;
}

}  // namespace confab::store
