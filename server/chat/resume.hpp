#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "server/chat/backlog.hpp"
#include "server/chat/chat_state.hpp"
#include "server/chat/delivery_reports.hpp"
#include "server/chat/facts.hpp"
#include "server/chat/formats.hpp"
#include "server/chat/keeping.hpp"
#include "server/chat/lifecycle.hpp"
#include "server/chat/liveness.hpp"
#include "server/chat/paging.hpp"
#include "server/chat/refusal.hpp"
#include "server/chat/tokens.hpp"
#include "server/chat/turn_budget.hpp"

namespace confab::chat {

/// Nothing lost on a reconnect: a connection that broke comes back, and is told what it missed. With the hub, on its
/// thread.
class resume {
 public:
  struct parts {
    const turn_budget& budget;
    paging& pages;
    delivery_reports& broken;
    backlog& past;
    keeping& kept;
    liveness& alive;
    tokens& secrets;
    formats& spoken;
    lifecycle& life;
  };
  resume(chat_state& chat, const parts& with) : chat_(chat), with_(with) {}

  /// The connection of `from` takes the place of the device that has that token, whose paged reply goes on with what it
  /// missed after `last_id`; `from` is gone then. Null: it was refused (see refuse()).
  device* come_back(const asker& from, std::string_view token, std::string_view last_id);
  /// Whoever asks for this is a program, and is spoken to in JSON from here on whatever comes of it. `from` may be gone
  /// afterwards: when it was not admitted yet, and cannot be.
  void refuse(const asker& from, problem why, std::string_view detail = {});

  /// The connection that somebody comes back with.
  struct newcomer {
    session_ref session;
    std::string_view tag;  ///< of its /resume
    device* seat;          ///< what it is so far, and which is gone then; null: nothing on this node
  };
  /// Nothing: it is not refused, and `back` comes back. `from` is the newcomer's seat, or null.
  std::optional<refusal> decide(device* from, std::string_view token, std::string_view last_id, fact::resumed& news,
                                device*& back);
  void apply(const fact::resumed& news, const newcomer& with, device& back);

  /// Tells the next of what was missed; true when that was the last.
  bool missed_page(device& back, paged_reply& reply);
  /// All that was missed has been written. What was whispered before that device was there is still for the others.
  void handed(const device& back) { with_.broken.settle(*back.owner, true, back.extras->token_since); }

 private:
  bool tell_missed(device& back, paged_reply& reply);
  bool tell_recalled(device& back, paged_reply& reply);
  bool concerns(const user& who, const logged_message& what);
  void subscribe(device& back);

  chat_state& chat_;
  parts with_;
};

}  // namespace confab::chat
