#include "server/store/people.hpp"

#include "server/store/schema.hpp"

namespace confab::store {

people::people(database& in)
    : database_(&in),
      find_(in.prepare("SELECT number, last_span FROM people WHERE key = ?1")),
      add_(in.prepare("INSERT INTO people(key, last_span) VALUES (?1, ?2) RETURNING number")),
      raise_(in.prepare("UPDATE people SET last_span = ?2 WHERE number = ?1")),
      forget_(in.prepare("DELETE FROM people WHERE number IN (SELECT number FROM people WHERE last_span < ?1 LIMIT "
                         "100)")) {}

std::int64_t people::number_of(const std::string& key, std::uint64_t id) {
  const auto span = static_cast<std::int64_t>(id / span_ids);
  auto found = known_.find(key);
  if (found == known_.end()) {
    const person fresh = find_or_add(key, span);
    // Those who talk are soon known again.
    if (known_.size() >= max_known) known_.clear();
    found = known_.emplace(key, fresh).first;
  }
  if (found->second.last_span < span) {
    raise_.run(found->second.number, span);
    found->second.last_span = span;
  }
  return found->second.number;
}

people::person people::find_or_add(const std::string& key, std::int64_t span) {
  person found;
  find_.with(key);
  if (find_.step()) {
    found = {find_.integer(0), find_.integer(1)};
    find_.reset();
    return found;
  }
  add_.with(key, span);
  if (!add_.step()) throw damage_error("history: nobody can be added to the people");
  found = {add_.integer(0), span};
  add_.reset();
  return found;
}

void people::forget_before(std::uint64_t oldest, std::chrono::steady_clock::time_point until) {
  do {
    forget_.run(oldest / span_ids);
    if (database_->changes() == 0) return;
    known_.clear();
  } while (std::chrono::steady_clock::now() < until);
}

}  // namespace confab::store
