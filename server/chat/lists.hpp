#pragma once

#include <string_view>
#include <vector>

#include "server/chat/arrivals.hpp"
#include "server/chat/away.hpp"
#include "server/chat/chat_state.hpp"
#include "server/chat/paging.hpp"
#include "server/chat/room_rules.hpp"

namespace confab::chat {

/// Lists of users and of rooms, said in pages. With the hub, on its thread.
class lists {
 public:
  lists(chat_state& chat, paging& pages, const arrivals& news, room_rules& rooms, const away& absent)
      : chat_(chat), paging_(pages), arrivals_(news), rooms_(rooms), away_(absent) {}

  /// Of all, or of a room.
  void users(const asker& from, std::string_view room_name);
  void rooms(const asker& from);

  /// Says the next of a list; true when that was the last.
  bool next_page(const asker& to, paged_reply& list);

 private:
  void start(const asker& from, paged_reply list);
  bool users_page(const asker& to, paged_reply& list);
  bool rooms_page(const asker& to, paged_reply& list);
  bool list_everybody(const user& to, paged_reply& list);
  bool list_members(paged_reply& list);
  event::listed entry_of(const user& listed) const;

  chat_state& chat_;
  paging& paging_;
  const arrivals& arrivals_;
  room_rules& rooms_;
  const away& away_;
  std::vector<event::listed> page_;  // of users; its memory is used again
};

}  // namespace confab::chat
