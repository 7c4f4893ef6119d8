#include "server/store/archive.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "server/store/index_terms.hpp"
#include "server/store/message_row.hpp"
#include "server/store/repair.hpp"
#include "server/store/schema.hpp"
#include "server/store/search_terms.hpp"

namespace confab::store {
namespace {

// The line of terms that stands for `what` in the index.
std::string index_line(const message& what) {
  std::string line;
  for (const std::string& term : index_terms(what)) line.append(term).push_back(' ');
  return line;
}

constexpr std::uint64_t page_bytes = 4096;

// Whether it had to be mended.
bool look_after(database& which, archive::care taken) {
  if (taken == archive::care::mend) {
    make_derived_anew(which, extent::quick);
    return true;
  }
  const condition found = look_at(which);
  if (found == condition::damaged) make_derived_anew(which, extent::thorough);
  if (found == condition::wasteful) reclaim(which);
  return found == condition::damaged;
}

void empty_index(database& which) {
  try {
    transaction change(which, transaction::kind::write);
    which.execute("INSERT INTO search(search) VALUES ('delete-all'); UPDATE meta SET value = 0 WHERE name = 'indexed'");
    change.commit();
  } catch (const damage_error&) {
    make_index_anew(which);
  }
}

[[noreturn]] void show_way_out(const options& how, const damage_error& error) {
  throw damage_error(
      fmt::format("{} is damaged ({}): save what can be read with --export FILE; then restore a backup (--restore), or "
                  "move it and its -wal and -shm files aside and start again with a new history",
                  how.file.string(), error.what()));
}

std::uint64_t id_of(std::int64_t column) {
  return static_cast<std::uint64_t>(column);
}

// The highest id of a message; 0 when there is none. Ids that nobody gave would leave none to go on with, or be told as
// others than they are.
std::uint64_t last_sane_id(database& of) {
  const std::int64_t last = of.integer("SELECT coalesce(max(id), 0) FROM messages");
  const std::int64_t first = of.integer("SELECT coalesce(min(id), 1) FROM messages");
  if (first > 0 && last <= highest_sane_id) return id_of(last);
  throw damage_error(fmt::format("history: no message can have the id {}", first > 0 ? last : first));
}

// SQLite takes what is smaller than its smallest page for a new database.
void refuse_remains(const std::filesystem::path& file) {
  std::error_code none;
  const std::uintmax_t size = std::filesystem::file_size(file, none);
  if (!none && size > 0 && size < 512) throw damage_error(fmt::format("history: only {} bytes are left", size));
}

// Opens the database before any statement is prepared.
database open(const options& how, archive::care taken, std::string& remark) try {
  refuse_remains(how.file);
  database opened(how, database::access::write);
  schema_version(opened);  // refuses what is not ours
  opened.write_ahead(how.sync);
  // The log takes part of what may be kept.
  if (how.keep_bytes > 0) {
    const std::uint64_t pages = std::clamp<std::uint64_t>(how.keep_bytes / 16 / page_bytes, 16, 1000);
    opened.execute(
        fmt::format("PRAGMA wal_autocheckpoint={}; PRAGMA journal_size_limit={}", pages, pages * page_bytes));
  }
  migrate(opened);
  last_sane_id(opened);
  if (taken != archive::care::none && look_after(opened, taken)) {
    remark =
        "damage was found in what follows from the messages, such as the search index; it is made anew, and the "
        "messages are whole";
  }
  // An index made by other rules, or that claims to hold what cannot be there, is made anew, in the background like any
  // other.
  if (opened.text("SELECT value FROM meta WHERE name = 'terms'") != search_terms_version() ||
      opened.integer("SELECT value NOT BETWEEN 0 AND max((SELECT coalesce(max(id), 0) FROM messages), (SELECT value "
                     "FROM meta WHERE name = 'reserved')) FROM meta WHERE name = 'indexed'") != 0) {
    empty_index(opened);
    opened.prepare("UPDATE meta SET value = ?1 WHERE name = 'terms'").run(search_terms_version());
  }
  return opened;
} catch (const damage_error& error) {
  show_way_out(how, error);
}

}  // namespace

archive::archive(const options& how, care taken)
    : options_(how),
      database_(open(how, taken, remark_)),
      data_version_(database_.prepare("PRAGMA data_version")),
      pages_(database_.prepare("PRAGMA page_count")),
      free_pages_(database_.prepare("PRAGMA freelist_count")),
      insert_(database_.prepare(
          fmt::format("INSERT INTO messages({}) VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12)", message_columns))),
      select_(database_.prepare(fmt::format("SELECT {} FROM messages WHERE id = ?1", message_columns))),
      delete_(database_.prepare("DELETE FROM messages WHERE id = ?1")),
      audit_(database_.prepare("INSERT OR IGNORE INTO recalls(id, time, name, addr) VALUES (?1, ?2, ?3, ?4)")),
      index_(database_.prepare("INSERT INTO search(rowid, terms) VALUES (?1, ?2)")),
      unindex_(database_.prepare("INSERT INTO search(search, rowid, terms) VALUES ('delete', ?1, ?2)")),
      merge_(database_.prepare("INSERT INTO search(search, rank) VALUES ('merge', 4)")),
      set_meta_(database_.prepare("UPDATE meta SET value = ?2 WHERE name = ?1")),
      next_unindexed_(
          database_.prepare(fmt::format("SELECT {} FROM messages WHERE id > ?1 ORDER BY id", message_columns))),
      oldest_(database_.prepare("SELECT id FROM messages ORDER BY id LIMIT 1")),
      old_span_(database_.prepare("SELECT span FROM spans WHERE oldest < ?1 LIMIT 1")),
      old_in_span_(
          database_.prepare("SELECT id FROM messages WHERE id >= ?1 AND id < ?2 AND time < ?3 ORDER BY id LIMIT 1")),
      settle_span_(database_.prepare("UPDATE spans SET oldest = coalesce((SELECT min(time) FROM messages WHERE id >= "
                                     "?2 AND id < ?3), oldest) WHERE span = ?1")),
      drop_span_(database_.prepare("DELETE FROM spans WHERE span = ?1 AND NOT EXISTS (SELECT 1 FROM messages WHERE id "
                                   ">= ?2 AND id < ?3)")),
      drop_spans_below_(database_.prepare("DELETE FROM spans WHERE span < ?1")) {
  last_ = last_sane_id(database_);
  const std::int64_t reserved = database_.integer("SELECT value FROM meta WHERE name = 'reserved'");
  // Where the note is lost, ids go on above those of the messages: what was not kept is not told from them by any.
  reserved_ = id_in_use(reserved) || reserved == 0 ? id_of(reserved) : last_ + id_reserve;
  indexed_ = id_of(database_.integer("SELECT value FROM meta WHERE name = 'indexed'"));
  highest_ = std::max(last_, reserved_);
  others_wrote();
  if (how.keep_bytes > 0) decide_on_quota();
  if (how.keep_messages > 0 || quota_ > 0) count_ = id_of(database_.integer("SELECT count(*) FROM messages"));
}

void archive::save_log() noexcept {
  try {
    database_.execute("PRAGMA wal_checkpoint(TRUNCATE)");
  } catch (const store_error&) {
    // Then it stays where it is.
  }
}

// SQLite's count changes when another connection commits, and now and then when it only tidies up.
bool archive::others_wrote() {
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
void archive::look_for_others() {
  if (!others_wrote()) return;
  spoiled_ = true;
  set_meta_.run("terms", "");
}

void archive::commit(std::span<const operation> what, std::uint64_t highest) {
  transaction change(database_, transaction::kind::write);
  look_for_others();
  std::uint64_t last = last_;
  std::uint64_t inserted = 0;
  std::uint64_t removed = 0;
  for (const operation& next : what) {
    if (const auto* said = std::get_if<message>(&next)) {
      insert(*said);
      last = std::max(last, said->id);
      ++inserted;
    } else {
      const auto& taken_back = std::get<recall>(next);
      removed += remove(taken_back.id) ? 1U : 0U;
      audit_.run(taken_back.id, taken_back.time.time_since_epoch().count(), taken_back.by, taken_back.by_addr);
    }
  }
  highest = std::max({highest, last, highest_});
  const std::uint64_t reserved = reserve_above(highest);
  if (reserved != reserved_) set_meta_.run("reserved", reserved);
  change.commit();
  last_ = last;
  highest_ = highest;
  reserved_ = reserved;
  count_ += inserted - removed;
}

// Raised while there is much left: what is used after this commit may not be kept, and then not be noted either.
std::uint64_t archive::reserve_above(std::uint64_t highest) const {
  return highest + id_reserve / 2 > reserved_ ? highest + id_reserve : reserved_;
}

void archive::insert(const message& what) {
  insert_.run(what.id, what.time.time_since_epoch().count(), static_cast<int>(what.kind), what.room, what.from,
              what.addr, what.from_key, what.to, what.to_key, what.text, what.scope, what.tag);
}

bool archive::remove(std::uint64_t id) {
  select_.with(id);
  if (!select_.step()) return false;
  const message what = read_message(select_);
  select_.reset();
  // The index is told what it was given: it has no copy of its own.
  if (id <= indexed_) {
    unindex_.run(id, index_line(what));
    tidy_due_ = true;
  }
  delete_.run(id);
  return true;
}

void archive::index_some(deadline until) {
  transaction change(database_, transaction::kind::write);
  look_for_others();
  std::uint64_t indexed = indexed_;
  next_unindexed_.with(indexed);
  bool more = true;
  do {
    more = next_unindexed_.step();
    if (!more) break;
    const message what = read_message(next_unindexed_);
    index_.run(what.id, index_line(what));
    indexed = what.id;
  } while (std::chrono::steady_clock::now() < until);
  next_unindexed_.reset();
  if (!more) indexed = std::max(indexed, last_);  // the last ones may have been recalled meanwhile
  set_meta_.run("indexed", indexed);
  change.commit();
  indexed_ = indexed;
  tidy_due_ = true;
}

void archive::tidy_some(deadline until) {
  transaction change(database_, transaction::kind::write);
  look_for_others();
  bool more = true;
  do {
    // It says that it did nothing by changing nothing but itself.
    const std::int64_t before = database_.total_changes();
    merge_.run();
    more = database_.total_changes() - before >= 2;
  } while (more && std::chrono::steady_clock::now() < until);
  change.commit();
  tidy_due_ = more;
}

std::optional<moment> archive::last_time() {
  std::optional<moment> found;
  select_.with(last_);
  if (select_.step()) found = read_message(select_).time;
  select_.reset();
  return found;
}

void archive::make_index_anew() {
  store::make_index_anew(database_);
  indexed_ = 0;
  tidy_due_ = true;
}

// Nobody's messages go because of a limit that they never heard of.
void archive::decide_on_quota() {
  const bool known = database_.integer("SELECT count(*) FROM meta WHERE name = 'quota'") > 0;
  if (!known && !options_.keep_bytes_asked && used_bytes() > options_.keep_bytes) {
    remark_ += fmt::format(
        "{}the history has {} bytes, more than the {} that --keep-bytes has by default: nothing is removed for that "
        "until "
        "the option is given, with any number (0: no limit)",
        remark_.empty() ? "" : "; ", used_bytes(), options_.keep_bytes);
    return;
  }
  if (!known) database_.execute("INSERT INTO meta VALUES ('quota', 1)");
  quota_ = options_.keep_bytes;
}

// Of the file, less what is free in it. The log counts with its greatest length, and there is some space for an index
// that grows before it shrinks.
std::uint64_t archive::used_bytes() {
  pages_.with();
  const std::uint64_t pages = pages_.step() ? id_of(pages_.integer(0)) : 0;
  pages_.reset();
  free_pages_.with();
  const std::uint64_t free = free_pages_.step() ? id_of(free_pages_.integer(0)) : 0;
  free_pages_.reset();
  return (pages - std::min(free, pages)) * page_bytes + options_.keep_bytes / 6;
}

// Removing messages makes the index larger at first, and smaller when its pieces are merged. So as many go as are too
// much, by the average, and then it is looked again when the index is tidy, or so large that it cannot wait.
void archive::measure() {
  if (quota_ == 0 || excess_ > 0 || count_ == 0) return;
  const std::uint64_t used = used_bytes();
  if (used <= quota_) {
    cut_at_ = 0;
    return;
  }
  const bool merging = cut_at_ > 0 && (tidy_due_ || index_due()) && used < cut_at_ + quota_ / 16;
  if (merging) return;
  cut_at_ = used;
  // A little more, so that this happens now and then and not all the time.
  const std::uint64_t too_much = used - quota_ + quota_ / 32;
  excess_ =
      std::clamp<std::uint64_t>(static_cast<std::uint64_t>(static_cast<double>(count_) * static_cast<double>(too_much) /
                                                           static_cast<double>(used)),
                                1, count_);
}

bool archive::prune_due(std::optional<moment> now) {
  measure();
  const bool aged = now && options_.keep_for.count() > 0;
  return too_many(0) || (aged && old_span(*now - options_.keep_for));
}

// `removed` have gone in this transaction already.
bool archive::too_many(std::uint64_t removed) const noexcept {
  return removed < excess_ || (options_.keep_messages > 0 && count_ - removed > options_.keep_messages);
}

// A span that may have messages from before `before`.
std::optional<std::int64_t> archive::old_span(moment before) {
  std::optional<std::int64_t> found;
  old_span_.with(before.time_since_epoch().count());
  if (old_span_.step()) found = old_span_.integer(0);
  old_span_.reset();
  return found;
}

void archive::prune_some(std::optional<moment> now, deadline until) {
  transaction change(database_, transaction::kind::write);
  look_for_others();
  std::uint64_t removed = 0;
  bool more = true;
  while (more && now && options_.keep_for.count() > 0) {
    const moment before = *now - options_.keep_for;
    const auto span = old_span(before);
    if (!span) break;
    removed += prune_span(*span, before, until);
    more = std::chrono::steady_clock::now() < until;
  }
  bool from_below = false;
  while (more && too_many(removed)) {
    from_below = prune_oldest();
    removed += from_below ? 1U : 0U;
    more = from_below && std::chrono::steady_clock::now() < until;
  }
  if (from_below) drop_spans_below_.run(oldest().value_or(INT64_MAX) / span_ids);
  change.commit();
  count_ -= removed;
  excess_ -= std::min(excess_, removed);
}

// Removes what is from before `before`; if it gets to the end, the span knows its oldest again. Returns how many.
std::uint64_t archive::prune_span(std::int64_t span, moment before, deadline until) {
  const auto first = span * static_cast<std::int64_t>(span_ids);
  const auto end = first + static_cast<std::int64_t>(span_ids);
  std::uint64_t removed = 0;
  for (std::int64_t next = first;;) {
    old_in_span_.with(next, end, before.time_since_epoch().count());
    if (!old_in_span_.step()) break;
    next = old_in_span_.integer(0) + 1;
    old_in_span_.reset();
    remove(id_of(next - 1));
    ++removed;
    if (std::chrono::steady_clock::now() >= until) return removed;
  }
  settle_span_.run(span, first, end);
  drop_span_.run(span, first, end);
  return removed;
}

std::optional<std::uint64_t> archive::oldest() {
  std::optional<std::uint64_t> found;
  oldest_.with();
  if (oldest_.step()) found = id_of(oldest_.integer(0));
  oldest_.reset();
  return found;
}

bool archive::prune_oldest() {
  const auto id = oldest();
  return id && remove(*id);
}

void archive::probe(std::uint64_t highest) {
  highest = std::max(last_, highest);
  const std::uint64_t reserved = reserve_above(highest);
  set_meta_.run("reserved", reserved);
  reserved_ = reserved;
  highest_ = highest;
  // A disk that is full still has room for a little now and then.
  database_.execute(fmt::format("INSERT OR REPLACE INTO meta VALUES ('probe', zeroblob({}))", probe_bytes));
  database_.execute("DELETE FROM meta WHERE name = 'probe'");
}

void archive::note_highest(std::uint64_t highest) {
  highest = std::max(highest_, highest);
  if (highest == reserved_) return;
  set_meta_.run("reserved", highest);
  reserved_ = highest;
}

}  // namespace confab::store
