#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>

#include "server/chat/arrivals.hpp"
#include "server/chat/away.hpp"
#include "server/chat/backlog.hpp"
#include "server/chat/chat_state.hpp"
#include "server/chat/delivery_reports.hpp"
#include "server/chat/facts.hpp"
#include "server/chat/formats.hpp"
#include "server/chat/ghosts.hpp"
#include "server/chat/keeping.hpp"
#include "server/chat/liveness.hpp"
#include "server/chat/paging.hpp"
#include "server/chat/room_rules.hpp"
#include "server/chat/tags.hpp"
#include "server/chat/tokens.hpp"
#include "server/chat/turn_budget.hpp"

namespace confab::chat {

/// How users and their devices come into the chat, stay in it although a connection has broken, and leave it. With the
/// hub, on its thread.
class lifecycle {
 public:
  /// What it tells of those who come and of those who leave, and what it reads to do so.
  struct parts {
    const turn_budget& budget;
    paging& pages;
    arrivals& news;
    delivery_reports& broken;
    tags& said;
    backlog& past;
    keeping& kept;
    room_rules& rooms;
    away& absent;
    liveness& alive;
    tokens& secrets;
    formats& spoken;
  };
  lifecycle(chat_state& chat, const parts& with);

  /// A connection has become a user's first device. That user is not admitted yet. `max_line` is the longest line that
  /// its connection takes; 0: what options say.
  device& come(session_ref session, std::string_view addr, std::size_t max_line = 0);
  /// Admits a user and shows it what newcomers are shown; or shows it out, when there is no place: then it is gone, and
  /// this is false. See arrivals::introduce for `to_all`. `was_here`: it takes itself for somebody who was here, and
  /// knows best what it has missed.
  bool admit(device& fresh, bool to_all, bool was_here = false);
  /// Another device of a user who is online, with a session that no device has: it gets what the others get, and nobody
  /// is told. Null: the user has as many as one may.
  device* add_device(user& who, session_ref session, std::string_view addr, std::size_t max_line = 0);
  /// Which that would be: its number, and the address. Nothing: the user has as many as one may.
  std::optional<fact::device_added> decide_device(const user& who, std::string_view addr) const;
  device& apply(const fact::device_added& news, user& who, session_ref session, std::size_t max_line = 0);
  bool has_place() const noexcept;
  /// After shutdown().
  bool ended() const noexcept { return ended_; }

  /// The one way out of the chat for a device, whoever decided it: its bye comes before, and when it was the last of
  /// its user the news to the others after. An asker who has asked for it gets its bye as an answer.
  void end(const asker& who, leave_reason reason, std::string_view words = {});
  /// The same of a user, with all devices.
  void end(user& who, leave_reason reason, std::string_view words = {});
  /// The user is gone for good, and in no room any more: what is left of it goes, and the others are told. `from` has
  /// asked for it.
  void apply(const fact::gone& news, user& who, const asker& from);
  /// One of several devices; `from` is it, with the tag if it has asked for it.
  void apply(const fact::device_gone& news, const asker& from);
  /// The connection of `gone` has broken. Those who have no place any more must be ended then (see surplus).
  void apply(const fact::broken& news, device& gone);
  /// Who connects and goes again and again must not take up the places of those who come back: who is to leave for
  /// good. Null: nobody.
  device* surplus() const noexcept { return ghosts_.surplus(); }
  /// A connection has ended, or is given up. Its user stays for a while if it can come back; with replies under way it
  /// leaves when it has got them.
  void leave(session_ref session, leave_reason reason);
  /// The same of one who has been given all replies.
  void leave_at_last(device& who, leave_reason reason);
  /// Takes a device that stays out of its place: its connection ends, or it has none and comes back.
  void take_over(device& back);
  /// The new connection's own device, which is gone without a word, unless others have been told of a user who has no
  /// other.
  void absorb(device& gone);
  void shutdown();

  /// Options are others: see hub::change().
  void change() noexcept { ghosts_.set_most(chat_.options.max_users); }

  /// Shows out those who are idle and those who have not come back. False when there is more to do than one turn may
  /// cost.
  bool sweep();

 private:
  void promise(device& fresh, std::size_t max_line);
  void announce(device& fresh, bool to_all, bool was_here);
  static bool stays(const device& who, leave_reason reason) noexcept;
  void detach_session(device& who, leave_reason reason);
  void unseat(device& who, leave_reason reason);
  void close(device& who, leave_reason reason);
  void take_from_session(device& who, leave_reason reason);
  void keep_place(device& who, leave_reason reason);
  void end_all(user& who, const asker& from, leave_reason reason, std::string_view words);
  void say_goodbye(user& who, const asker& from, leave_reason reason);
  std::unique_ptr<user> remove(user& gone);
  void remove_one(device& gone);
  void leave_rooms(const device& who);
  void forget(device& gone);
  void forget(user& gone);
  bool sweep_idle();
  bool sweep_detached();

  chat_state& chat_;
  parts with_;
  ghosts ghosts_;
  bool ended_ = false;  // after shutdown
};

}  // namespace confab::chat
