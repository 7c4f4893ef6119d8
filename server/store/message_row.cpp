#include "server/store/message_row.hpp"

namespace confab::store {

message read_message(const statement& row) {
  message what;
  what.id = static_cast<std::uint64_t>(row.integer(0));
  what.time = moment(std::chrono::milliseconds(row.integer(1)));
  what.kind = row.integer(2) == 0 ? message_kind::said : message_kind::whisper;
  what.room = row.text(3);
  what.from = row.text(4);
  what.addr = row.text(5);
  what.from_key = row.text(6);
  what.to = row.text(7);
  what.to_key = row.text(8);
  what.text = row.text(9);
  what.scope = static_cast<std::uint64_t>(row.integer(10));
  what.tag = row.text(11);
  return what;
}

}  // namespace confab::store
