#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/commands.hpp"
#include "server/chat/chat_state.hpp"
#include "server/chat/features.hpp"

namespace confab::chat {

/// The rules of the chat, put together: the state that all share, and the features. It is told what happened and when,
/// and says who hears what; it touches no socket and no file, never waits, and looks at no clock.
///
/// Lives on one thread. Calls come in turns: begin_turn, any number of events, then the owner carries out requests()
/// and delivers out() to the shards.
class hub {
 public:
  hub(hub_options options, std::size_t shard_count);

  /// Before the first turn: what is known from the history. Ids go on above `last_id`.
  void restore(std::uint64_t last_id) { chat_.last_id = last_id; }
  /// Of how many rooms it may be told, besides the lobby.
  std::size_t max_rooms() const noexcept { return chat_.options.max_rooms; }
  /// A room of which the history holds something: its last messages, oldest first. Empty name: the lobby.
  void restore_room(const store::room_ref& which, const std::vector<store::message>& last) {
    with_.backlog.restore_room(which, last);
  }
  /// What was said with tags within the time in which somebody may come back. `now` is when this is called.
  void restore_tags(const std::vector<store::message>& tagged, moment now) { with_.tags.restore(tagged, now); }

  /// Options are others from here on (see hub_options::change_to), in a turn. Nobody leaves and no room ends for that:
  /// those who are online keep the longest line and the idle timeout that they were told when they came, until their
  /// connection ends; where there are more users or rooms than there may be, others are refused or take the place of
  /// one that goes; and what was said before is shown as far as it is there.
  void change(const hub_options& to);

  /// Starts a turn at time `now`; all events until the next turn happen then.
  void begin_turn(moment now);
  /// Whether this turn has said or cost as much as one may: other events had better wait for the next. Asked before
  /// each; one of them alone is never too much.
  bool full() const noexcept { return with_.budget.full(); }
  /// What this turn's events mean, a dispatch a shard.
  outbound& out() noexcept { return chat_.out; }
  /// What this turn wants from the history. The owner takes it.
  store_requests& requests() noexcept { return chat_.requests; }

  /// A connection has become a user. Over max_users it is refused and closed. With `speaks` a line of it follows at
  /// once: the arrival is announced only then, for the line may be a /resume, and to the others `arrival_delay` later
  /// or with the first line that any of them hears: who asks something and goes was never there.
  /// `max_line` is the longest line that the connection takes, in bytes; 0: what options say. `secure`: nobody on the
  /// way can read it. It is spoken to in format `as` from the first word on, which in JSON is a welcome.
  void join(session_ref session, std::string_view addr, bool speaks = false, std::size_t max_line = 0,
            bool secure = false, wire_format as = wire_format::text);
  /// A connection has become another device of the user with that number. The others hear nothing of it. False: there
  /// is no such user, or it has as many as one may; the connection is nobody's then.
  bool add_device(std::uint64_t user_id, session_ref session, std::string_view addr);
  /// When a turn is needed to tell of the next arrival: begin_turn does it. Nothing: none is due.
  std::optional<std::chrono::steady_clock::time_point> next_arrival() const noexcept { return with_.arrivals.next(); }
  /// A line has come from a user; an `unfinished` one was ended by the end of the stream, and whoever can come back
  /// will say it whole. Unknown sessions (already shown out) are ignored here and below.
  ///
  /// When the turn is full, or others wait already, the line waits too, and nothing more is read from its user: see
  /// serve_next.
  void apply(session_ref session, const command& wanted, bool unfinished = false);
  /// A connection has ended. With `eof` it gets the replies still due first.
  void leave(session_ref session, leave_reason reason) { with_.lifecycle.leave(session, reason); }
  /// All that was said to a user has been written (asked for by dispatch_item::kind::drain).
  void drained(session_ref session);
  /// The history answers a query.
  void answer(const query& asked, const store::page& found);
  /// Whether what is said is kept has changed.
  void keeping(bool works) { with_.keeping.set(works); }
  /// There is no memory, or there is some again: meanwhile nobody asks the history, whose answers take much.
  void short_of_memory(bool is);
  /// Names of the rooms that the history holds something of: others stay only while somebody is in them.
  void kept_rooms(const std::vector<store::room_ref>& all) { with_.rooms.keep_only(all); }
  /// A second has passed: shows the idle out, tells of crowds and of how many are online. False when there is more to
  /// do than one turn may cost: then sweep() is to be called in turns of its own until it says true.
  bool tick();
  bool sweep() { return with_.lifecycle.sweep(); }
  /// Tells everyone goodbye and closes all; also who comes later.
  void shutdown() { with_.lifecycle.shutdown(); }

  /// This turn has taken so long that whatever else comes in it has to wait.
  void hurry() noexcept { with_.budget.hurry(); }
  /// Whether somebody's commands wait until there is time for them.
  bool anybody_waits() const noexcept { return with_.paging.anybody_waits(); }
  /// Does the next command of those that wait, the cheapest first in a fair order (see waiting_line); not when nobody
  /// waits. To be called while the turn is neither full nor too long.
  void serve_next();
  /// Whether others may still be made to wait: what they have sent takes memory. If not, the hub should be told of
  /// nothing more until some have been served.
  bool has_space() const noexcept { return with_.paging.has_space(); }
  /// Whether those who wait have sent so much already that little should be read at a time, of everybody: a user who
  /// waits is not read from, so each of them adds only one more reading.
  bool wants_little() const noexcept { return with_.paging.wants_little(); }

  /// How many users there are, those included that others have not been told of yet.
  std::size_t online() const noexcept { return chat_.users.size(); }
  /// How many devices these have.
  std::size_t devices() const noexcept { return chat_.users.device_count(); }
  /// What has come about since the start; of what was said and refused outbound knows.
  const tally& counted() const noexcept { return chat_.counted; }
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
  features with_;
};

}  // namespace confab::chat
