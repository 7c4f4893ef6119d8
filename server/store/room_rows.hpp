#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "server/history/message.hpp"
#include "server/store/database.hpp"

namespace confab::store {

/// The numbers by which messages name rooms, for the one who writes. A room has a row as long as something that was
/// said in it is kept. Belongs to one thread at a time; everything happens in the transaction that is under way, and
/// throws store_error.
class room_rows {
 public:
  explicit room_rows(database& in);

  /// The number of `room`, in which something is said; a new one if there is none yet. Then others of this name have
  /// ended.
  std::int64_t number_of(const room_ref& room);

  /// The room has ended. Nothing happens if nothing is kept of it.
  void end(const room_ref& room);

  /// A message of the room with this number was removed: the room goes with the last.
  void lost_message(std::int64_t number);

  /// The transaction is undone, or somebody else has written: nothing is known any more.
  void undone() noexcept { known_.clear(); }

  /// At most this many are known without looking them up, each with about 150 bytes.
  static constexpr std::size_t max_known = 1024;
  std::size_t known() const noexcept { return known_.size(); }

 private:
  std::int64_t find_or_add(const room_ref& room);

  std::map<std::pair<std::string, std::uint64_t>, std::int64_t> known_;
  statement find_;
  statement add_;
  statement end_others_;
  statement end_;
  statement remove_if_empty_;
  database* database_;
};

/// Looks the number of a room up, for those who read; nothing if nothing is kept of it.
std::optional<std::int64_t> find_room(statement& by_name, const room_ref& room);
/// For `find_room`.
statement room_by_name(database& in);

}  // namespace confab::store
