#include "server/store/queries.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "server/store/index_terms.hpp"
#include "server/store/message_row.hpp"
#include "server/store/schema.hpp"

namespace confab::store {
namespace {

using clock = std::chrono::steady_clock;

// So many messages may wait to be indexed and are still looked through one by one.
constexpr std::uint64_t max_recent = 50'000;

constexpr std::uint64_t past_all = INT64_MAX;

database open(const options& how) {
  database opened(how, database::access::read);
  require_current(opened);
  return opened;
}

std::size_t clamp(std::size_t limit) {
  return std::clamp<std::size_t>(limit, 1, max_limit);
}

bool may_see(const view& who, const message& what) {
  if (what.kind == message_kind::said)
    return std::find(who.rooms.begin(), who.rooms.end(), what.room) != who.rooms.end();
  return !who.person.empty() && (what.from_key == who.person || what.to_key == who.person);
}

}  // namespace

queries::queries(const options& how)
    : options_(how),
      database_(open(how)),
      begin_of_time_(database_.prepare("SELECT id, time FROM messages WHERE id >= ?1 ORDER BY id LIMIT 1")),
      room_before_(database_.prepare(
          "SELECT id FROM messages WHERE kind = 0 AND room = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3")),
      from_before_(database_.prepare(
          "SELECT id FROM messages WHERE kind = 1 AND sender_key = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3")),
      to_before_(database_.prepare(
          "SELECT id FROM messages WHERE kind = 1 AND recipient_key = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3")),
      message_(database_.prepare(fmt::format("SELECT {} FROM messages WHERE id = ?1", message_columns))),
      indexed_(database_.prepare("SELECT value FROM meta WHERE name = 'indexed'")),
      recent_(database_.prepare(
          fmt::format("SELECT {} FROM messages WHERE id > ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3", message_columns))),
      matching_(database_.prepare("SELECT rowid FROM search WHERE search MATCH ?1 AND rowid < ?2 ORDER BY rowid DESC")),
      next_room_(database_.prepare("SELECT min(room) FROM messages WHERE kind = 0 AND room > ?1")) {}

// The first id whose message is not from before `time`. Times rise with the ids (but for corrections of the clock,
// which make this no worse than inexact), so the times need no index of their own.
std::uint64_t queries::first_since(moment time) {
  const std::int64_t wanted = time.time_since_epoch().count();
  std::int64_t low = 0;
  std::int64_t high = database_.integer("SELECT coalesce(max(id), 0) + 1 FROM messages");
  while (low < high) {
    const std::int64_t middle = low + (high - low) / 2;
    begin_of_time_.with(middle);
    const bool early = begin_of_time_.step() && begin_of_time_.integer(1) < wanted;
    low = early ? begin_of_time_.integer(0) + 1 : low;
    high = early ? high : middle;
    begin_of_time_.reset();
  }
  return static_cast<std::uint64_t>(high);
}

void queries::collect(statement& source, std::string_view key, std::uint64_t bound, std::size_t limit) {
  source.with(key, bound, limit);
  while (source.step()) ids_.push_back(static_cast<std::uint64_t>(source.integer(0)));
}

page queries::read_page(const page_request& wanted) {
  transaction snapshot(database_, transaction::kind::read);
  std::uint64_t bound = past_all;
  if (wanted.where == page_request::from::before_id) bound = std::min(wanted.id, past_all);
  if (wanted.where == page_request::from::before_time) bound = first_since(wanted.time);

  // One more than wanted, to know whether there are more, from each source: together they hold the right ones.
  const std::size_t limit = clamp(wanted.limit);
  ids_.clear();
  for (const std::string& room : wanted.who.rooms) collect(room_before_, room, bound, limit + 1);
  if (!wanted.who.person.empty()) {
    collect(from_before_, wanted.who.person, bound, limit + 1);
    collect(to_before_, wanted.who.person, bound, limit + 1);
  }
  std::sort(ids_.begin(), ids_.end());
  ids_.erase(std::unique(ids_.begin(), ids_.end()), ids_.end());  // whispers to oneself, rooms asked for twice

  page found;
  found.more = ids_.size() > limit;
  if (found.more) ids_.erase(ids_.begin(), ids_.end() - static_cast<std::ptrdiff_t>(limit));
  found.messages.reserve(ids_.size());
  for (const std::uint64_t id : ids_) {
    message_.with(id);
    if (message_.step()) found.messages.push_back(read_message(message_));
  }
  message_.reset();
  return found;
}

// A search under way. Candidates come newest first.
struct queries::search_run {
  const search_request& wanted;
  const search_words words;
  const std::size_t limit;
  const clock::time_point until;
  const std::atomic<bool>& stop;
  page found;

  // Takes `candidate` if it is one; false when that is enough.
  bool consider(message candidate) {
    if (!may_see(wanted.who, candidate) || !words.matches(candidate.text)) return go_on();
    found.more = found.messages.size() == limit;
    if (!found.more) found.messages.push_back(std::move(candidate));
    return !found.more && go_on();
  }

  bool go_on() {
    found.complete = !stop && clock::now() < until;
    return found.complete;
  }
};

page queries::search(const search_request& wanted, const std::atomic<bool>& stop) {
  search_run run{wanted, search_words(wanted.words), clamp(wanted.limit), clock::now() + options_.search_time, stop,
                 {}};
  if (run.words.empty() || (wanted.who.rooms.empty() && wanted.who.person.empty())) return run.found;
  transaction snapshot(database_, transaction::kind::read);
  search_recent(run);
  if (run.found.complete && !run.found.more) search_index(run);
  std::reverse(run.found.messages.begin(), run.found.messages.end());
  return std::move(run.found);
}

// The messages that wait to be indexed.
void queries::search_recent(search_run& run) {
  indexed_.with();
  const std::int64_t indexed = indexed_.step() ? indexed_.integer(0) : 0;
  indexed_.reset();
  std::uint64_t looked_at = 0;
  bool go_on = true;
  recent_.with(indexed, std::min(run.wanted.before, past_all), max_recent);
  while (go_on && recent_.step()) {
    ++looked_at;
    go_on = run.consider(read_message(recent_));
  }
  recent_.reset();
  if (looked_at == max_recent) run.found.complete = false;
}

void queries::search_index(search_run& run) {
  bool go_on = true;
  matching_.with(index_question(run.wanted.who, run.words), std::min(run.wanted.before, past_all));
  while (go_on && matching_.step()) {
    message_.with(matching_.integer(0));
    if (message_.step()) go_on = run.consider(read_message(message_));
  }
  message_.reset();
  matching_.reset();
}

room_list queries::rooms() {
  transaction snapshot(database_, transaction::kind::read);
  room_list found;
  std::string last;
  // Jumps from room to room in the index instead of reading all of it.
  for (;;) {
    next_room_.with(last);
    if (!next_room_.step() || next_room_.text(0).empty()) break;
    last = next_room_.text(0);
    found.keys.push_back(last);
  }
  next_room_.reset();
  return found;
}

}  // namespace confab::store
