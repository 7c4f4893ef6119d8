#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/commands.hpp"
#include "server/chat/arrivals.hpp"
#include "server/chat/away.hpp"
#include "server/chat/backlog.hpp"
#include "server/chat/chat_state.hpp"
#include "server/chat/delivery_reports.hpp"
#include "server/chat/formats.hpp"
#include "server/chat/history.hpp"
#include "server/chat/keeping.hpp"
#include "server/chat/lifecycle.hpp"
#include "server/chat/lists.hpp"
#include "server/chat/liveness.hpp"
#include "server/chat/naming.hpp"
#include "server/chat/paging.hpp"
#include "server/chat/recalls.hpp"
#include "server/chat/resume.hpp"
#include "server/chat/room_rules.hpp"
#include "server/chat/tags.hpp"
#include "server/chat/talk.hpp"
#include "server/chat/tokens.hpp"
#include "server/chat/turn_budget.hpp"

namespace confab::chat {

/// The rules of the chat, put together: the state that all share, and one feature after the other, in the order of
/// their dependencies. It is told what happened and when, and says who hears what; it touches no socket and no file,
/// never waits, and looks at no clock.
///
/// Lives on one thread. Calls come in turns: begin_turn, any number of events, then the owner carries out requests()
/// and delivers out() to the shards.
class hub {
 public:
  hub(hub_options options, std::size_t shard_count);

  /// Before the first turn: what is known from the history. Ids go on above `last_id`.
  void restore(std::uint64_t last_id) { chat_.last_id = last_id; }
  /// Whether there may be another room.
  bool has_space_for_room() const noexcept { return chat_.has_space_for_room(); }
  /// A room of which the history holds something: its last messages, oldest first. Empty name: the lobby.
  void restore_room(const store::room_ref& which, const std::vector<store::message>& last) {
    backlog_.restore_room(which, last);
  }
  /// What was said with tags within the time in which somebody may come back. `now` is when this is called.
  void restore_tags(const std::vector<store::message>& tagged, moment now) { tags_.restore(tagged, now); }

  /// Starts a turn at time `now`; all events until the next turn happen then.
  void begin_turn(moment now);
  /// Whether this turn has said or cost as much as one may: other events had better wait for the next. Asked before
  /// each; one of them alone is never too much.
  bool full() const noexcept { return budget_.full(); }
  /// What this turn's events mean, a dispatch a shard.
  outbound& out() noexcept { return chat_.out; }
  /// What this turn wants from the history. The owner takes it.
  store_requests& requests() noexcept { return chat_.requests; }

  /// A connection has become a user. Over max_users it is refused and closed. With `speaks` a line of it follows at
  /// once: the arrival is announced only then, for the line may be a /resume, and to the others `arrival_delay` later
  /// or with the first line that any of them hears: who asks something and goes was never there.
  void join(session_ref session, std::string_view addr, bool speaks = false);
  /// A connection has become another device of the user with that number. The others hear nothing of it. False: there
  /// is no such user, or it has as many as one may; the connection is nobody's then.
  bool add_device(std::uint64_t user_id, session_ref session, std::string_view addr);
  /// When a turn is needed to tell of the next arrival: begin_turn does it. Nothing: none is due.
  std::optional<std::chrono::steady_clock::time_point> next_arrival() const noexcept { return arrivals_.next(); }
  /// A line has come from a user; an `unfinished` one was ended by the end of the stream, and whoever can come back
  /// will say it whole. Unknown sessions (already shown out) are ignored here and below.
  ///
  /// When the turn is full, or others wait already, the line waits too, and nothing more is read from its user: see
  /// serve_next.
  void apply(session_ref session, const command& wanted, bool unfinished = false);
  /// A connection has ended. With `eof` it gets the replies still due first.
  void leave(session_ref session, leave_reason reason) { lifecycle_.leave(session, reason); }
  /// All that was said to a user has been written (asked for by dispatch_item::kind::drain).
  void drained(session_ref session);
  /// The history answers a query.
  void answer(const query& asked, const store::page& found);
  /// Whether what is said is kept has changed.
  void keeping(bool works) { keeping_.set(works); }
  /// There is no memory, or there is some again: meanwhile nobody asks the history, whose answers take much.
  void short_of_memory(bool is);
  /// Names of the rooms that the history holds something of: others stay only while somebody is in them.
  void kept_rooms(const std::vector<store::room_ref>& all) { rooms_.keep_only(all); }
  /// A second has passed: shows the idle out, tells of crowds and of how many are online. False when there is more to
  /// do than one turn may cost: then sweep() is to be called in turns of its own until it says true.
  bool tick();
  bool sweep() { return lifecycle_.sweep(); }
  /// Tells everyone goodbye and closes all; also who comes later.
  void shutdown() { lifecycle_.shutdown(); }

  /// This turn has taken so long that whatever else comes in it has to wait.
  void hurry() noexcept { budget_.hurry(); }
  /// Whether somebody's commands wait until there is time for them.
  bool anybody_waits() const noexcept { return paging_.anybody_waits(); }
  /// Does the next command of those that wait, the cheapest first in a fair order (see waiting_line); not when nobody
  /// waits. To be called while the turn is neither full nor too long.
  void serve_next();
  /// Whether others may still be made to wait: what they have sent takes memory. If not, the hub should be told of
  /// nothing more until some have been served.
  bool has_space() const noexcept { return paging_.has_space(); }
  /// Whether those who wait have sent so much already that little should be read at a time, of everybody: a user who
  /// waits is not read from, so each of them adds only one more reading.
  bool wants_little() const noexcept { return paging_.wants_little(); }

  /// How many users there are, those included that others have not been told of yet.
  std::size_t online() const noexcept { return chat_.users.size(); }
  /// What all of it has cost since the start.
  std::uint64_t steps() const noexcept { return chat_.spent.steps(); }

 private:
  struct rule;
  static const rule& rule_of(verb what) noexcept;
  std::uint64_t cost_of(const device& from, const command& wanted) const;
  void begin_or_run(device& from, const command& wanted);
  void begin_with_resume(device& fresh, const command& wanted);
  void run(device& from, const command& wanted);
  void call(const asker& from, const command& wanted);
  void refuse(const asker& from, const command& wanted);

  // hub_course.cpp
  void come_back(const asker& from, const command& wanted);
  void go_on(device& to);
  bool send_page(const asker& to, paged_reply& reply);
  void run_waiting(device& of);
  void run_next(device& of, const command& next);
  void end_waiting(device& who, const paged_reply& done);
  void enter_line(device& who);
  void give_up(std::chrono::steady_clock::time_point before);

  chat_state chat_;
  turn_budget budget_;
  paging paging_;
  arrivals arrivals_;
  delivery_reports delivery_reports_;
  tags tags_;
  backlog backlog_;
  chat::keeping keeping_;
  room_rules rooms_;
  away away_;
  lists lists_;
  history history_;
  naming naming_;
  talk talk_;
  recalls recalls_;
  liveness liveness_;
  tokens tokens_;
  formats formats_;
  lifecycle lifecycle_;
  chat::resume resume_;
};

}  // namespace confab::chat
