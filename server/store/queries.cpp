#include "server/store/queries.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "server/store/index_terms.hpp"
#include "server/store/message_row.hpp"
#include "server/store/room_rows.hpp"
#include "server/store/schema.hpp"

namespace confab::store {
namespace {

constexpr std::uint64_t past_all = INT64_MAX;

database open(const options& how) {
  database opened(how, database::access::read);
  require_current(opened);
  return opened;
}

std::string select_room(std::string_view more) {
  return select_messages(fmt::format("WHERE room = ?1 AND id >= ?2 AND id < ?3{} ORDER BY id DESC", more));
}

}  // namespace

queries::queries(const options& how)
    : options_(how),
      database_(open(how)),
      spans_(database_.prepare("SELECT span, oldest FROM spans WHERE span <= ?1 ORDER BY span DESC")),
      room_before_(database_.prepare(select_room(""))),
      room_before_time_(database_.prepare(select_room(" AND time < ?4"))),
      message_(database_.prepare(select_messages("WHERE id = ?1"))),
      indexed_(database_.prepare("SELECT value FROM meta WHERE name = 'indexed'")),
      recent_(database_.prepare(select_messages("WHERE id >= ?1 AND id < ?2 ORDER BY id DESC"))),
      room_(room_by_name(database_)),
      rooms_(database_.prepare("SELECT name, max(generation) FROM rooms WHERE ended = 0 AND EXISTS (SELECT 1 FROM "
                               "messages WHERE room = number) GROUP BY name ORDER BY name")) {}

// Where all messages before `time` are that have an id below `end`, newest first. As long as the clock is right that
// is one range.
std::vector<queries::id_range> queries::ranges_before(moment time, std::uint64_t end) {
  std::vector<id_range> ranges;
  bool in_range = false;
  spans_.with(end / span_ids);
  while (spans_.step()) {
    const bool some = spans_.integer(1) < time.time_since_epoch().count();
    const std::uint64_t first = static_cast<std::uint64_t>(spans_.integer(0)) * span_ids;
    if (some && in_range) ranges.back().first = first;
    if (some && !in_range) ranges.push_back({first, std::min(first + span_ids, end)});
    in_range = some;
  }
  return ranges;
}

page queries::read_page(const page_request& wanted) {
  transaction snapshot(database_, transaction::kind::read);
  page found;
  const auto room = find_room(room_, wanted.room);
  if (!room) return found;
  std::vector<id_range> ranges{{0, past_all}};
  if (wanted.where == page_request::from::before_id) ranges[0].end = std::min(wanted.id, past_all);
  if (wanted.where == page_request::from::before_time) ranges = ranges_before(wanted.time, past_all);
  for (const id_range ids : ranges) {
    if (!read_range(wanted, *room, ids, found)) break;
  }
  std::reverse(found.messages.begin(), found.messages.end());
  return found;
}

// Appends, newest first; false when the page is full.
bool queries::read_range(const page_request& wanted, std::int64_t room, id_range ids, page& into) {
  const bool by_time = wanted.where == page_request::from::before_time;
  statement& next = by_time ? room_before_time_ : room_before_;
  if (by_time) {
    next.with(room, ids.first, ids.end, wanted.time.time_since_epoch().count());
  } else {
    next.with(room, ids.first, ids.end);
  }
  const std::size_t limit = std::clamp<std::size_t>(wanted.limit, 1, max_limit);
  std::size_t bytes = 0;
  for (const message& each : into.messages) bytes += told_bytes(each);
  while (!into.more && next.step()) {
    message found = read_message(next);
    bytes += told_bytes(found);
    into.more = into.messages.size() == limit || (!into.messages.empty() && bytes > wanted.max_bytes);
    if (!into.more) into.messages.push_back(std::move(found));
  }
  next.reset();
  return !into.more;
}

void queries::go_on(search_run& run, search_run::clock::time_point until, const std::atomic<bool>& stop) {
  run.resume(until, stop);
  if (run.over() || stop) return;
  transaction snapshot(database_, transaction::kind::read);
  indexed_.with();
  const std::uint64_t indexed = indexed_.step() ? static_cast<std::uint64_t>(indexed_.integer(0)) : 0;
  indexed_.reset();
  std::vector<id_range> ranges{{0, run.before()}};
  if (run.wanted().before_time) ranges = ranges_before(*run.wanted().before_time, run.before());
  for (const id_range ids : ranges) {
    // The newest may wait to be indexed.
    if (!look_at_all(run, {std::max(ids.first, indexed + 1), ids.end})) return;
    if (!search_index(run, {ids.first, std::min(ids.end, indexed + 1)})) return;
  }
  run.end();
}

// False when it must not go on, here and below.
bool queries::look_at_all(search_run& run, id_range ids) {
  bool go_on = true;
  recent_.with(ids.first, ids.end);
  while (go_on && recent_.step()) go_on = run.consider(read_message(recent_));
  recent_.reset();
  return go_on;
}

bool queries::search_index(search_run& run, id_range ids) {
  if (ids.first >= ids.end) return true;
  if (index_broken_) return look_at_all(run, ids);
  bool go_on = true;
  auto next = next_match(run, ids, true);
  while (next) {
    message_.with(*next);
    if (message_.step()) go_on = run.consider(read_message(message_));
    message_.reset();
    if (!go_on) break;
    next = next_match(run, ids, false);
  }
  // While it is open, every later question would be answered from the state that it sees.
  if (!go_on) matching_->reset();
  // What was looked at before stays so.
  return index_broken_ && go_on ? look_at_all(run, {ids.first, std::min(ids.end, run.before())}) : go_on;
}

// The next that the index knows of, which is the first one at first; nothing at the end, or if the index is damaged.
std::optional<std::int64_t> queries::next_match(const search_run& run, id_range ids, bool first) {
  try {
    if (!matching_) {
      matching_.emplace(database_.prepare(
          "SELECT rowid FROM search WHERE search MATCH ?1 AND rowid >= ?2 AND rowid < ?3 ORDER BY rowid DESC"));
    }
    if (first) matching_->with(index_query(run.wanted(), run.words()), ids.first, ids.end);
    if (matching_->step()) return matching_->integer(0);
  } catch (const damage_error&) {
    index_broken_ = true;
  }
  return std::nullopt;
}

page queries::search(const search_request& wanted, const std::atomic<bool>& stop) {
  search_run run(wanted);
  go_on(run, search_run::clock::now() + options_.search_time, stop);
  return run.take();
}

room_list queries::rooms() {
  transaction snapshot(database_, transaction::kind::read);
  room_list found;
  rooms_.with();
  while (rooms_.step())
    found.rooms.emplace_back(std::string(rooms_.text(0)), static_cast<std::uint64_t>(rooms_.integer(1)));
  return found;
}

page queries::tagged(const tagged_request& wanted) {
  page found;
  std::size_t looked_at = 0;
  recent_.with(0, past_all);
  for (; looked_at < wanted.limit && recent_.step(); ++looked_at) {
    message next = read_message(recent_);
    if (!next.tag.empty() && next.time >= wanted.since) found.messages.push_back(std::move(next));
  }
  recent_.reset();
  std::reverse(found.messages.begin(), found.messages.end());
  return found;
}

}  // namespace confab::store
