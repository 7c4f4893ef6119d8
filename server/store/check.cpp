#include "server/store/check.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <limits>

#include <fmt/format.h>

#include "server/history/search_terms.hpp"
#include "server/store/database.hpp"
#include "server/store/index_terms.hpp"
#include "server/store/message_row.hpp"
#include "server/store/schema.hpp"

namespace confab::store {
namespace {

static_assert(highest_sane_id == 4'503'599'627'370'496);  // below

using problems = std::vector<std::string>;

void check_file(database& what, problems& found) {
  statement row = what.prepare("PRAGMA integrity_check(20)");
  while (row.step()) {
    if (row.text(0) != "ok") found.push_back(fmt::format("the file is damaged: {}", row.text(0)));
  }
}

// What the code relies on and SQLite does not know.
void check_facts(database& what, int version, problems& found) {
  struct fact {
    int since;  // the first version of the database
    int until;  // and the last; `now`: not over yet
    const char* wrong;
    const char* count;
  };
  constexpr int now = std::numeric_limits<int>::max();
  static constexpr std::array facts{
      fact{1, 1, "messages of a room without a room",
           "SELECT count(*) FROM messages WHERE kind = 0 AND (room = '' OR recipient <> '' OR recipient_key <> '')"},
      fact{1, 1, "whispers without sender or recipient, or with a room",
           "SELECT count(*) FROM messages WHERE kind = 1 AND (sender_key = '' OR recipient_key = '' OR room <> '')"},
      fact{2, now, "messages of a kind that cannot be", "SELECT count(*) FROM messages WHERE kind NOT IN (0, 1)"},
      fact{2, now, "messages of rooms that are not known",
           "SELECT count(*) FROM messages WHERE room IS NOT NULL AND room NOT IN (SELECT number FROM rooms)"},
      fact{2, now, "messages of people who are not known",
           "SELECT count(*) FROM messages WHERE sender NOT IN (SELECT number FROM people) OR receiver NOT IN (SELECT "
           "number FROM people)"},
      fact{2, now, "messages that are later than their people know",
           "SELECT count(*) FROM messages JOIN people ON number IN (sender, receiver) WHERE id >> 12 > last_span"},
      fact{2, now, "people who have the key of another", "SELECT count(*) - count(DISTINCT key) FROM people"},
      fact{2, now, "rooms without a name, or with that of another",
           "SELECT count(*) - count(DISTINCT nullif(name, '') || '.' || generation) FROM rooms"},
      fact{2, now, "rooms that nothing is kept of",
           "SELECT count(*) FROM rooms WHERE NOT EXISTS (SELECT 1 FROM messages WHERE room = number)"},
      fact{1, now, "recalled messages that are still there", "SELECT count(*) FROM messages JOIN recalls USING (id)"},
      fact{1, now, "messages with an id above those known to be used",
           "SELECT count(*) FROM messages WHERE id > (SELECT value FROM meta WHERE name = 'reserved')"},
      fact{1, now, "messages with an id that cannot be",
           "SELECT count(*) FROM messages WHERE id < 1 OR id > 4503599627370496"},
      fact{1, now, "messages with a time that cannot be",
           "SELECT count(*) FROM messages WHERE typeof(time) <> 'integer' OR abs(time / 2) > 4600000000000"},
      fact{2, now, "messages that are older than their span knows",
           "SELECT count(*) FROM messages LEFT JOIN spans ON span = id >> 12 WHERE oldest IS NULL OR time < oldest"},
  };
  for (const fact& each : facts) {
    if (version < each.since || version > each.until) continue;
    const std::int64_t count = what.integer(each.count);
    if (count > 0) found.push_back(fmt::format("{}: {}", each.wrong, count));
  }
}

std::uint64_t mixed(std::string_view term, std::int64_t id) {
  std::uint64_t value = std::hash<std::string_view>{}(term) + static_cast<std::uint64_t>(id) * 0x9e3779b97f4a7c15U;
  value ^= value >> 32U;
  value *= 0xd6e8feb86659fd93U;
  return value ^ (value >> 32U);
}

// How many pairs of term and message there are, and a sum over all of them: equal for two sets of pairs if, for all
// practical purposes, they are the same.
struct digest {
  std::uint64_t pairs = 0;
  std::uint64_t sum = 0;
  void add(std::string_view term, std::int64_t id) {
    ++pairs;
    sum += mixed(term, id);
  }
  bool operator==(const digest&) const = default;
};

void check_index(database& what, int version, problems& found) {
  digest wanted;
  statement messages =
      what.prepare(select_messages_of(version, "WHERE id <= (SELECT value FROM meta WHERE name = 'indexed')"));
  while (messages.step()) {
    const message next = read_message(messages);
    for (const std::string& term : index_terms(next)) wanted.add(term, messages.integer(0));
  }
  digest held;
  statement instances = what.prepare("SELECT term, doc FROM temp.held");
  while (instances.step()) held.add(instances.text(0), instances.integer(1));
  if (held != wanted) {
    found.push_back(fmt::format("the search index does not hold what it should: {} entries instead of {}", held.pairs,
                                wanted.pairs));
  }
}

}  // namespace

std::vector<std::string> check(const options& how) {
  database what(how, database::access::read);
  const int version = readable_version(what);
  // A table of this connection that shows what the index holds; it counts as writing.
  what.execute(
      "PRAGMA query_only=OFF; CREATE VIRTUAL TABLE temp.held USING fts5vocab(main, search, instance);"
      "PRAGMA query_only=ON");
  problems found;
  transaction snapshot(what, transaction::kind::read);
  check_file(what, found);
  // On a damaged file the rest would only repeat that, or fail.
  if (!found.empty()) return found;
  check_facts(what, version, found);
  // One made by other rules is made anew with the next start of a server.
  if (what.text("SELECT value FROM meta WHERE name = 'terms'") == search_terms_version())
    check_index(what, version, found);
  return found;
}

}  // namespace confab::store
