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
// segments in bursts that take many milliseconds; message_store::merge_some() does it instead, and the crisis merge is
// there for when it cannot keep up at all.
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

// Who and where become numbers. Whispers are only searched for, which their indexes never helped. What is removed again
// at the end is there so that nothing is sorted in memory: a history may be larger than that. The triggers keep `spans`
// true whoever writes; a message that goes may leave its span with a time that is too old, which only costs a look
// (pruning puts it right).
constexpr migration numbers_and_tags = R"(
  ALTER TABLE messages RENAME TO messages_before;
  CREATE TABLE people(
    number INTEGER PRIMARY KEY,
    key TEXT NOT NULL,
    last_span INTEGER NOT NULL);     -- none of the messages of this person is in a later one
  CREATE TABLE rooms(
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    generation INTEGER NOT NULL,     -- 0: never made anew
    ended INTEGER NOT NULL);         -- 1: it is no more
  CREATE TABLE messages(
    id INTEGER PRIMARY KEY CHECK (id > 0),
    time INTEGER NOT NULL,           -- milliseconds since 1970, UTC
    kind INTEGER NOT NULL,           -- see message_kind
    room INTEGER,                    -- number; NULL for a whisper
    sender INTEGER NOT NULL,         -- number
    sender_name TEXT NOT NULL,
    addr TEXT NOT NULL,
    receiver INTEGER,                -- number; NULL in a room
    receiver_name TEXT NOT NULL,     -- empty in a room
    text TEXT NOT NULL,
    scope INTEGER NOT NULL,          -- of the tag; 0: none
    tag TEXT NOT NULL,               -- that it was said with
    CHECK ((room IS NULL) <> (receiver IS NULL)));
  CREATE TABLE spans(span INTEGER PRIMARY KEY, oldest INTEGER NOT NULL);
  CREATE TRIGGER messages_came AFTER INSERT ON messages BEGIN
    INSERT INTO spans VALUES (new.id >> 12, new.time)
      ON CONFLICT(span) DO UPDATE SET oldest = excluded.oldest WHERE excluded.oldest < oldest;
  END;
  CREATE TRIGGER messages_moved AFTER UPDATE OF id, time ON messages BEGIN
    INSERT INTO spans VALUES (new.id >> 12, new.time)
      ON CONFLICT(span) DO UPDATE SET oldest = excluded.oldest WHERE excluded.oldest < oldest;
  END;
  CREATE UNIQUE INDEX people_once ON people(key);
  CREATE UNIQUE INDEX rooms_once ON rooms(name);
  INSERT INTO people(key, last_span) SELECT sender_key, id >> 12 FROM messages_before WHERE true ORDER BY id
    ON CONFLICT(key) DO UPDATE SET last_span = excluded.last_span;
  INSERT INTO people(key, last_span) SELECT recipient_key, id >> 12 FROM messages_before WHERE kind = 1 ORDER BY id
    ON CONFLICT(key) DO UPDATE SET last_span = max(last_span, excluded.last_span);
  INSERT INTO rooms(name, generation, ended) SELECT room, 0, 0 FROM messages_before WHERE kind <> 1
    ON CONFLICT(name) DO NOTHING;
  INSERT INTO messages SELECT id, time, 0,
    CASE WHEN kind <> 1 THEN (SELECT number FROM rooms WHERE name = room) END,
    (SELECT number FROM people WHERE key = sender_key), sender, addr,
    CASE WHEN kind = 1 THEN (SELECT number FROM people WHERE key = recipient_key) END, recipient,
    text, 0, '' FROM messages_before ORDER BY id;
  DROP INDEX people_once;
  DROP INDEX rooms_once;
  DROP TABLE messages_before;
  CREATE INDEX messages_of_room ON messages(room) WHERE room IS NOT NULL;
  CREATE INDEX people_by_key ON people(key);
  CREATE INDEX people_by_span ON people(last_span);
  CREATE INDEX rooms_by_name ON rooms(name, generation);
)";
static_assert(span_ids == std::uint64_t{1} << 12U);

// The spans of new messages are the writer's affair (message_rows): a trigger cost each message a third of its time.
constexpr migration spans_by_the_writer = "DROP TRIGGER IF EXISTS messages_came;";

constexpr std::array steps_so_far{first_release, numbers_and_tags, spans_by_the_writer};

constexpr migration search_index = R"(
  CREATE VIRTUAL TABLE search USING fts5(
    terms, content='', columnsize=0, detail=none, tokenize="ascii tokenchars '#@'");
  INSERT INTO search(search, rank) VALUES ('automerge', 0), ('crisismerge', 500);
)";

// What is made anew when it is damaged, as it is now; the steps above stay as they were on the day they were released.
constexpr migration derived = R"(
  CREATE TABLE spans(span INTEGER PRIMARY KEY, oldest INTEGER NOT NULL);
  CREATE TRIGGER messages_moved AFTER UPDATE OF id, time ON messages BEGIN
    INSERT INTO spans VALUES (new.id >> 12, new.time)
      ON CONFLICT(span) DO UPDATE SET oldest = excluded.oldest WHERE excluded.oldest < oldest;
  END;
  INSERT INTO spans SELECT id >> 12, time FROM messages WHERE true ORDER BY id
    ON CONFLICT(span) DO UPDATE SET oldest = excluded.oldest WHERE excluded.oldest < oldest;
  CREATE INDEX messages_of_room ON messages(room) WHERE room IS NOT NULL;
  CREATE INDEX people_by_key ON people(key);
  CREATE INDEX people_by_span ON people(last_span);
  CREATE INDEX rooms_by_name ON rooms(name, generation);
)";

// What was used above the last message is not known any more: see message_store::id_reserve.
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

std::span<const std::string_view> kept_tables() {
  static constexpr std::array<std::string_view, 4> all{"messages", "people", "rooms", "recalls"};
  return all;
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
  if (schema_version(which) == known) return;
  // A step may move all of a history, which need not have room in memory.
  which.execute("PRAGMA temp_store=FILE");
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
    if (version == known) break;
    which.execute(steps[static_cast<std::size_t>(version)]);
    which.execute(fmt::format("PRAGMA application_id={}; PRAGMA user_version={}", application_id, version + 1));
    step.commit();
  }
  which.execute("PRAGMA temp_store=MEMORY");
}

bool is_older(const options& how) noexcept {
  try {
    database what(how, database::access::read);
    return readable_version(what) < static_cast<int>(migrations().size());
  } catch (const std::exception&) {
    return false;
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
