#include "server/store/schema.hpp"

#include <array>

#include <fmt/format.h>

namespace confab::store {
namespace {

// "cnfb": what SQLite's own application_id says about whose file it is.
constexpr std::int64_t application_id = 0x636e6662;

// One for each change of the tables: it takes long to get there.
constexpr std::int64_t highest_sane_version = 1000;

// The partial indexes hold the id too, as every index of SQLite does. The search table has no copy of the text, no
// positions and no sizes: just which term is in which message. Its tokenizer only splits at blanks: the terms come
// ready from index_terms(), where # and @ start those that say who may see the message. By itself FTS5 merges its
// segments in bursts that take many milliseconds; archive::tidy_some() does it instead, and the crisis merge is there
// for when it cannot keep up at all.
constexpr migration first_release = R"(
  CREATE TABLE messages(
    id INTEGER PRIMARY KEY CHECK (id > 0),
    time INTEGER NOT NULL,           -- milliseconds since 1970, UTC
    kind INTEGER NOT NULL CHECK (kind IN (0, 1)),  -- 0 said in a room, 1 whisper
    room TEXT NOT NULL,              -- key; empty for a whisper
    sender TEXT NOT NULL,            -- name
    addr TEXT NOT NULL,
    sender_key TEXT NOT NULL,
    recipient TEXT NOT NULL,         -- name; empty in a room
    recipient_key TEXT NOT NULL,
    text TEXT NOT NULL);
  CREATE INDEX messages_of_room ON messages(room) WHERE kind = 0;
  CREATE INDEX whispers_from ON messages(sender_key) WHERE kind = 1;
  CREATE INDEX whispers_to ON messages(recipient_key) WHERE kind = 1;
  CREATE TABLE recalls(
    id INTEGER PRIMARY KEY,          -- of the message
    time INTEGER NOT NULL,
    name TEXT NOT NULL,              -- of who took it back
    addr TEXT NOT NULL);
  CREATE VIRTUAL TABLE search USING fts5(
    terms, content='', columnsize=0, detail=none, tokenize="ascii tokenchars '#@'");
  INSERT INTO search(search, rank) VALUES ('automerge', 0), ('crisismerge', 500);
  CREATE TABLE meta(name TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID;
  INSERT INTO meta VALUES ('reserved', 0), ('indexed', 0), ('terms', '');
)";

// Whispers are only searched for, which their indexes never helped. The triggers keep `spans` true whoever writes; a
// message that goes may leave its span with a time that is too old, which only costs a look (archive::prune_some puts
// it right).
constexpr migration spans_and_tags = R"(
  DROP INDEX whispers_from;
  DROP INDEX whispers_to;
  ALTER TABLE messages ADD COLUMN scope INTEGER NOT NULL DEFAULT 0;  -- of the tag; 0: none
  ALTER TABLE messages ADD COLUMN tag TEXT NOT NULL DEFAULT '';      -- that it was said with
  CREATE TABLE spans(span INTEGER PRIMARY KEY, oldest INTEGER NOT NULL);
  INSERT INTO spans SELECT id >> 12, min(time) FROM messages GROUP BY id >> 12;
  CREATE TRIGGER messages_came AFTER INSERT ON messages BEGIN
    INSERT INTO spans VALUES (new.id >> 12, new.time)
      ON CONFLICT(span) DO UPDATE SET oldest = excluded.oldest WHERE excluded.oldest < oldest;
  END;
  CREATE TRIGGER messages_moved AFTER UPDATE OF id, time ON messages BEGIN
    INSERT INTO spans VALUES (new.id >> 12, new.time)
      ON CONFLICT(span) DO UPDATE SET oldest = excluded.oldest WHERE excluded.oldest < oldest;
  END;
)";
static_assert(span_ids == std::uint64_t{1} << 12U);

constexpr std::array steps_so_far{first_release, spans_and_tags};

constexpr migration search_index = R"(
  CREATE VIRTUAL TABLE search USING fts5(
    terms, content='', columnsize=0, detail=none, tokenize="ascii tokenchars '#@'");
  INSERT INTO search(search, rank) VALUES ('automerge', 0), ('crisismerge', 500);
)";

// What is made anew when it is damaged, as it is now; the steps above stay as they were on the day they were released.
constexpr migration derived = R"(
  CREATE INDEX messages_of_room ON messages(room) WHERE kind = 0;
  CREATE TABLE spans(span INTEGER PRIMARY KEY, oldest INTEGER NOT NULL);
  INSERT INTO spans SELECT id >> 12, min(time) FROM messages GROUP BY id >> 12;
  CREATE TRIGGER messages_came AFTER INSERT ON messages BEGIN
    INSERT INTO spans VALUES (new.id >> 12, new.time)
      ON CONFLICT(span) DO UPDATE SET oldest = excluded.oldest WHERE excluded.oldest < oldest;
  END;
  CREATE TRIGGER messages_moved AFTER UPDATE OF id, time ON messages BEGIN
    INSERT INTO spans VALUES (new.id >> 12, new.time)
      ON CONFLICT(span) DO UPDATE SET oldest = excluded.oldest WHERE excluded.oldest < oldest;
  END;
)";

// What was used above the last message is not known any more: see archive::id_reserve.
constexpr migration meta = R"(
  CREATE TABLE meta(name TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID;
  INSERT INTO meta SELECT 'reserved', coalesce(max(id), 0) + 10000 FROM messages;
  INSERT INTO meta VALUES ('indexed', 0), ('terms', '');
)";

}  // namespace

migration index_schema() {
  return search_index;
}

migration meta_schema() {
  return meta;
}

migration derived_schema() {
  return derived;
}

std::span<const migration> migrations() {
  return steps_so_far;
}

int schema_version(database& of) {
  const std::int64_t owner = of.integer("PRAGMA application_id");
  const bool empty = of.integer("SELECT count(*) FROM sqlite_schema") == 0;
  if (owner != application_id && !(empty && owner == 0)) {
    throw store_error(
        "history: the database is not one of confab, or it is damaged: restore a backup (--restore), or move it aside");
  }
  const std::int64_t version = of.integer("PRAGMA user_version");
  if (version < 0 || version > highest_sane_version) {
    throw damage_error(fmt::format("history: no history has the version {}", version));
  }
  return static_cast<int>(version);
}

void migrate(database& which, std::span<const migration> steps) {
  const auto known = static_cast<int>(steps.size());
  // Read again in each round: somebody else may have been faster.
  for (;;) {
    transaction step(which, transaction::kind::write);
    const int version = schema_version(which);
    if (version > known) {
      throw store_error(fmt::format(
          "history: the database was written by a newer confab "
          "(its version is {}, this confab knows {}); please update confab, or restore a backup (--restore)",
          version, known));
    }
    if (version == known) return;
    which.execute(steps[static_cast<std::size_t>(version)]);
    which.execute(fmt::format("PRAGMA application_id={}; PRAGMA user_version={}", application_id, version + 1));
    step.commit();
  }
}

int readable_version(database& of) {
  const auto known = static_cast<int>(migrations().size());
  const int version = schema_version(of);
  if (version == 0) throw store_error("history: the database is empty");
  if (version <= known) return version;
  throw store_error(
      fmt::format("history: the database was written by a newer confab (its version is {}, this confab "
                  "knows {}); please update confab, or restore a backup (--restore)",
                  version, known));
}

void require_current(database& which) {
  const auto known = static_cast<int>(migrations().size());
  const int version = readable_version(which);
  if (version == known) return;
  throw store_error(
      fmt::format("history: the database is from an older confab (its version is {}, this confab "
                  "writes {}); start the server with it once",
                  version, known));
}

}  // namespace confab::store
