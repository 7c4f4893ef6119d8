#include "server/store/message_rows.hpp"

#include <string>

#include <fmt/format.h>

#include "server/store/message_row.hpp"
#include "server/store/schema.hpp"

namespace confab::store {
namespace {

std::string insert_into(std::string_view whom) {
  return fmt::format(
      "INSERT INTO messages(id, time, kind, sender, sender_name, addr, text, scope, tag, receiver_name, {}) VALUES "
      "(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
      whom);
}

}  // namespace

message_rows::message_rows(database& in)
    : people_(in),
      rooms_(in),
      insert_in_room_(in.prepare(insert_into("room"))),
      insert_whisper_(in.prepare(insert_into("receiver"))),
      select_(in.prepare(select_messages("WHERE id = ?1"))),
      room_of_(in.prepare("SELECT room FROM messages WHERE id = ?1 AND room IS NOT NULL")),
      delete_(in.prepare("DELETE FROM messages WHERE id = ?1")),
      oldest_(in.prepare("SELECT id FROM messages ORDER BY id LIMIT 1")),
      note_time_(
          in.prepare("INSERT INTO spans VALUES (?1, ?2) ON CONFLICT(span) DO UPDATE SET oldest = excluded.oldest "
                     "WHERE excluded.oldest < oldest")) {}

void message_rows::insert(const message& what) {
  const std::int64_t sender = people_.number_of(what.from_key, what.id);
  const bool whisper = what.is_whisper();
  const std::int64_t whom = whisper ? people_.number_of(what.to_key, what.id) : rooms_.number_of(what.room);
  (whisper ? insert_whisper_ : insert_in_room_)
      .run(what.id, what.time.time_since_epoch().count(), static_cast<int>(what.kind), sender, what.from, what.addr,
           what.text, what.scope, what.tag, what.to, whom);
  note_time(what);
}

// A trigger would do the same, and take a third of the time that the message itself takes.
void message_rows::note_time(const message& what) {
  const std::uint64_t span = what.id / span_ids;
  if (span == noted_span_ && what.time >= noted_time_) return;
  note_time_.run(span, what.time.time_since_epoch().count());
  noted_span_ = span;
  noted_time_ = what.time;
}

std::optional<message> message_rows::find(std::uint64_t id) {
  std::optional<message> found;
  select_.with(id);
  if (select_.step()) found = read_message(select_);
  select_.reset();
  return found;
}

std::optional<message> message_rows::remove(std::uint64_t id) {
  std::optional<message> found = find(id);
  if (!found) return found;
  std::optional<std::int64_t> room;
  room_of_.with(id);
  if (room_of_.step()) room = room_of_.integer(0);
  room_of_.reset();
  delete_.run(id);
  if (room) rooms_.lost_message(*room);
  return found;
}

std::optional<std::uint64_t> message_rows::oldest() {
  std::optional<std::uint64_t> found;
  oldest_.with();
  if (oldest_.step()) found = static_cast<std::uint64_t>(oldest_.integer(0));
  oldest_.reset();
  return found;
}

void message_rows::forget_people(std::chrono::steady_clock::time_point until) {
  people_.forget_before(oldest().value_or(INT64_MAX), until);
}

void message_rows::undone() noexcept {
  people_.undone();
  rooms_.undone();
  noted_time_ = moment::max();
}

}  // namespace confab::store
