#pragma once

#include <cstdint>
#include <optional>

#include "server/history/message.hpp"
#include "server/store/database.hpp"
#include "server/store/people.hpp"
#include "server/store/room_rows.hpp"

namespace confab::store {

/// The rows of the messages, with those of their people and rooms, for the one who writes. Belongs to one thread at a
/// time; everything happens in the transaction that is under way, and throws store_error.
class message_rows {
 public:
  explicit message_rows(database& in);

  /// Adds `what`, whose id is above all others.
  void insert(const message& what);

  /// The message with this id, if it is there.
  std::optional<message> find(std::uint64_t id);

  /// Removes the message with this id; what it was, if it was there.
  std::optional<message> remove(std::uint64_t id);

  /// The lowest id, if there is any message.
  std::optional<std::uint64_t> oldest();

  /// The room has ended, see room_end.
  void end(const room_ref& room) { rooms_.end(room); }

  /// Removes people none of whose messages can be there any more, until `until` or all are gone.
  void forget_people(std::chrono::steady_clock::time_point until);

  /// The transaction is undone, somebody else has written, or spans were changed: nothing is known any more.
  void undone() noexcept;

 private:
  void note_time(const message& what);

  people people_;
  room_rows rooms_;
  statement insert_in_room_;
  statement insert_whisper_;
  statement select_;
  statement room_of_;
  statement delete_;
  statement oldest_;
  statement note_time_;
  std::uint64_t noted_span_ = 0;  // whose row has `noted_time_`, or an older one
  moment noted_time_ = moment::max();
};

}  // namespace confab::store
