#include "server/store/search_rows.hpp"

#include <string>

#include "server/store/index_terms.hpp"
#include "server/store/message_row.hpp"

namespace confab::store {
search_rows::search_rows(database& in)
    : database_(&in),
      add_(in.prepare("INSERT INTO search(rowid, terms) VALUES (?1, ?2)")),
      remove_(in.prepare("INSERT INTO search(search, rowid, terms) VALUES ('delete', ?1, ?2)")),
      merge_(in.prepare("INSERT INTO search(search, rank) VALUES ('merge', 4)")),
      next_(in.prepare(select_for_index("WHERE id > ?1 ORDER BY id"))) {}

void search_rows::add(const message& what) {
  add_.run(what.id, index_line(what));
}

void search_rows::remove(const message& what) {
  remove_.run(what.id, index_line(what));
}

void search_rows::start_after(std::uint64_t id) {
  next_.with(id);
}

std::uint64_t search_rows::add_next() {
  if (!next_.step()) return 0;
  const message what = read_for_index(next_);
  add(what);
  return what.id;
}

bool search_rows::merge() {
  // It says that it did nothing by changing nothing but itself.
  const std::int64_t before = database_->total_changes();
  merge_.run();
  return database_->total_changes() - before >= 2;
}

}  // namespace confab::store
