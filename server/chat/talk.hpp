#pragma once

#include "common/commands.hpp"
#include "server/chat/arrivals.hpp"
#include "server/chat/away.hpp"
#include "server/chat/backlog.hpp"
#include "server/chat/chat_state.hpp"
#include "server/chat/delivery_reports.hpp"
#include "server/chat/facts.hpp"
#include "server/chat/naming.hpp"
#include "server/chat/room_rules.hpp"
#include "server/chat/tags.hpp"

namespace confab::chat {

/// What users say, in rooms and to each other. With the hub, on its thread.
class talk {
 public:
  talk(chat_state& chat, arrivals& news, delivery_reports& broken, tags& said, backlog& past, room_rules& rooms,
       naming& names, away& absent)
      : chat_(chat),
        arrivals_(news),
        delivery_reports_(broken),
        tags_(said),
        backlog_(past),
        rooms_(rooms),
        naming_(names),
        away_(absent) {}

  /// Where plain text goes.
  void say(const asker& from, const command& wanted);
  /// In the room that is named.
  void say_in(const asker& from, const command& wanted);
  void whisper(const asker& from, const command& wanted);

  fact::said decide(const device& from, const room& where, const command& wanted);
  fact::whispered decide(const device& from, const user& receiver, const command& wanted);
  /// `where` is the room that the fact names. Somebody who is null is on another node.
  void apply(const fact::said& news, const asker& from, room& where);
  void apply(const fact::whispered& news, const asker& from, const user* receiver);

 private:
  template <class Event>
  void tell_whisper(const user& to, const device* except, const Event& line);
  void say(const asker& from, room& where, const command& wanted);

  chat_state& chat_;
  arrivals& arrivals_;
  delivery_reports& delivery_reports_;
  tags& tags_;
  backlog& backlog_;
  room_rules& rooms_;
  naming& naming_;
  away& away_;
};

}  // namespace confab::chat
