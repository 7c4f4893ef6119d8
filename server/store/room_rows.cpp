#include "server/store/room_rows.hpp"

namespace confab::store {

room_rows::room_rows(database& in)
    : find_(room_by_name(in)),
      add_(in.prepare("INSERT INTO rooms(name, generation, ended) VALUES (?1, ?2, 0) RETURNING number")),
      end_others_(in.prepare("UPDATE rooms SET ended = 1 WHERE name = ?1 AND ended = 0")),
      end_(in.prepare("UPDATE rooms SET ended = 1 WHERE name = ?1 AND generation = ?2")),
      remove_if_empty_(in.prepare(
          "DELETE FROM rooms WHERE number = ?1 AND NOT EXISTS (SELECT 1 FROM messages WHERE messages.room = ?1)")),
      database_(&in) {}

std::int64_t room_rows::number_of(const room_ref& room) {
  const auto place = known_.find({room.name, room.generation});
  if (place != known_.end()) return place->second;
  const std::int64_t number = find_or_add(room);
  // Those that are talked in are soon known again.
  if (known_.size() >= max_known) known_.clear();
  known_.emplace(std::pair(room.name, room.generation), number);
  return number;
}

std::int64_t room_rows::find_or_add(const room_ref& room) {
  if (const auto found = find_room(find_, room)) return *found;
  end_others_.run(room.name);
  add_.with(room.name, room.generation);
  if (!add_.step()) throw damage_error("history: no room can be added");
  const std::int64_t number = add_.integer(0);
  add_.reset();
  return number;
}

void room_rows::end(const room_ref& room) {
  end_.run(room.name, room.generation);
}

void room_rows::lost_message(std::int64_t number) {
  remove_if_empty_.run(number);
  if (database_->changes() > 0) known_.clear();
}

std::optional<std::int64_t> find_room(statement& by_name, const room_ref& room) {
  std::optional<std::int64_t> number;
  by_name.with(room.name, room.generation);
  if (by_name.step()) number = by_name.integer(0);
  by_name.reset();
  return number;
}

statement room_by_name(database& in) {
  return in.prepare("SELECT number FROM rooms WHERE name = ?1 AND generation = ?2");
}

}  // namespace confab::store
