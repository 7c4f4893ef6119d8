#include "server/chat/hub.hpp"

#include <algorithm>
#include <utility>

namespace confab::chat {
namespace {

// Whoever is about to be shown out is warned so long before, when the timeout is more than twice that.
constexpr std::chrono::seconds idle_warning{30};

// What it costs, about, to let one go: its places in half a dozen tables.
constexpr std::size_t goodbye_steps = 16;

// So long a question to the history waits for those of others.
constexpr std::chrono::seconds longest_wait{10};

}  // namespace

hub::hub(hub_options options, std::size_t shard_count)
    : chat_(std::move(options), shard_count),
      pacing_(chat_),
      paging_(chat_, pacing_),
      arrivals_(chat_),
      deliveries_(chat_),
      tags_(chat_),
      backlog_(chat_),
      keeping_(chat_),
      rooms_(chat_, arrivals_, backlog_),
      history_(chat_, pacing_, paging_, backlog_, rooms_),
      ghosts_(chat_.options.max_users, chat_.options.max_ghosts_of_address) {
  load_lookalikes();
}

void hub::begin_turn(moment now) {
  chat_.now = now;
  chat_.out.begin(now);
  pacing_.begin_turn();
  arrivals_.tell_due();
}

// ---- coming

void hub::join(session_ref session, std::string_view addr, bool speaks) {
  user& fresh = chat_.users.add(session, addr, chat_.now);
  presence_.touch(fresh, chat_.now.steady);
  fresh.announced = false;
  if (speaks) return;
  if (paging_.must_wait()) return paging_.line_up(fresh, {}, cost_of(fresh, {}));
  admit(fresh, true);
}

bool hub::has_place() const noexcept {
  return !ended_ && chat_.users.size() - ghosts_.size() <= chat_.options.max_users;
}

// Whoever comes back needs no room of its own, so this is asked only when the first line is known not to be a /resume.
bool hub::admit(user& fresh, bool to_all) {
  if (has_place()) {
    announce(fresh, to_all);
    return true;
  }
  chat_.out.enter(fresh);
  if (ended_) {
    chat_.out.tell(fresh, event::bye{leave_reason::shutdown, {}});
  } else {
    chat_.out.complain({&fresh, {}}, problem::server_full, std::to_string(chat_.options.max_users));
  }
  chat_.out.close(fresh);
  presence_.remove(fresh);
  chat_.users.remove(fresh);
  return false;
}

void hub::announce(user& fresh, bool to_all) {
  fresh.announced = true;
  const bool was_here = fresh.speaks == form::json;  // it began with a /resume, which was refused
  if (was_here) {
    give_token(fresh);
    welcome({&fresh, {}}, false, true);
  }
  if (!was_here) {  // else the welcome had it
    for (const std::string& line : chat_.options.motd) chat_.out.tell(fresh, event::notice{line});
  }
  arrivals_.introduce(fresh, to_all);
  if (!was_here)
    backlog_.replay(fresh, chat_.rooms.lobby());  // else it knows best what it has missed, and asks the history
  keeping_.tell(fresh);
}

void hub::apply(session_ref session, const command& wanted, bool unfinished) {
  user* const from = chat_.users.find(session);
  if (from == nullptr) return;
  presence_.touch(*from, chat_.now.steady);
  if (unfinished && can_come_back(*from)) return;
  if (from->waits) return paging_.put_off(*from, wanted);
  if (paging_.must_wait()) return paging_.line_up(*from, wanted, cost_of(*from, wanted));
  begin_or_run(*from, wanted);
}

void hub::begin_or_run(user& from, const command& wanted) {
  if (!from.announced) {
    if (wanted.asks_to_resume()) return begin_with_resume(from, wanted);
    // Whoever begins so wants to know what is said from now on.
    if (wanted.is == command::kind::wanted && wanted.what == verb::replay) from.shown_past = wanted.text == "on";
    if (!has_place() && wanted.asks_for_json()) from.speaks = form::json;
    if (!admit(from, false)) return;
  }
  run(from, wanted);
}

// A first line that may take the place of one who is known already.
void hub::begin_with_resume(user& fresh, const command& wanted) {
  if (ended_) {
    fresh.speaks = form::json;
    admit(fresh, false);
    return;
  }
  const asker from{&fresh, wanted.tag};
  if (wanted.is == command::kind::wanted) {
    resume(from, wanted.word, wanted.text);
  } else {
    refuse_resume(from, wanted.trouble, wanted.text);
  }
}

// ---- going

void hub::leave(session_ref session, leave_reason reason) {
  user* const gone = chat_.users.find(session);
  if (gone == nullptr) return;
  if (gone->waits && paging_.of(*gone).is == long_reply::kind::line && reason != leave_reason::eof) {
    return unseat(*gone, reason);
  }
  if (reason == leave_reason::eof && gone->waits) {
    paging_.of(*gone).ended = true;
    return;
  }
  if (stays(*gone, reason)) return detach(*gone, reason);
  show_out({gone, {}}, reason);
}

void hub::shutdown() {
  ended_ = true;
  for (auto at = chat_.users.after(0); at.get() != nullptr; at.advance()) {
    chat_.out.tell(*at.get(), event::bye{leave_reason::shutdown, {}});
    chat_.out.close(*at.get());
  }
  ghosts_.clear();
  tags_.clear();
  deliveries_.clear();
  paging_.clear();
  arrivals_.clear();
  by_token_.clear();
  rooms_.clear();
  presence_.clear();
  chat_.users.clear();
}

// The one way out of the chat, whoever decided it: the bye to the user comes before, the news to the others after.
void hub::show_out(const asker& from, leave_reason reason, std::string_view words) {
  user& who = *from;
  chat_.spent.add(goodbye_steps);
  paging_.forget(who);
  chat_.out.reply(from, event::bye{reason, chat_.options.idle_timeout});
  deliveries_.settle(who, event::delivery::state::lost);
  chat_.out.close(who);
  presence_.remove(who);
  rooms_.forget(who);
  if (who.extras != nullptr) {
    by_token_.erase(who.extras->token);
  }
  ghosts_.remove(who);
  tags_.forget(who);
  deliveries_.forget(who);
  const std::unique_ptr<user> gone = chat_.users.remove(who);
  arrivals_.tell_gone(*gone, reason, words);
}

// ---- the history

void hub::answer(const question& asked, const store::page& found) {
  user* const to = history_.answer(asked, found);
  if (to == nullptr) return;
  presence_.touch(*to, chat_.now.steady);  // it could not be read from while it waited
  go_on(*to);
}

// All that have waited for others since `before`.
void hub::give_up(std::chrono::steady_clock::time_point before) {
  while (user* const late = history_.give_up(before)) go_on(*late);
}

void hub::short_of_memory(bool is) {
  history_.short_of_memory(is);
  if (is) give_up(std::chrono::steady_clock::time_point::max());
}

// ---- time

bool hub::tick() {
  const bool done = sweep();
  if (chat_.options.dead_after > 0) sweep_heartbeats();
  keeping_.tell();
  give_up(chat_.now.steady - longest_wait);
  tags_.expire();
  chat_.recent.forget(chat_.now.steady);
  arrivals_.tell_crowd();
  rooms_.tell_crowds();
  arrivals_.tell_count();
  return done;
}

// A whole crowd may be due at once.
bool hub::sweep() {
  return (chat_.options.idle_timeout.count() == 0 || sweep_idle()) && sweep_detached();
}

// Who is due stands in front, then come those who are due for a warning; nobody else is touched. Who waits for us is
// not idle: nothing is read from it, and it may have sent something long ago.
bool hub::sweep_idle() {
  while (user* const who = presence_.quietest()) {
    if (chat_.now.steady - who->seen.steady < chat_.options.idle_timeout) break;
    if (pacing_.full()) return false;
    if (who->waits) {
      presence_.touch(*who, chat_.now.steady);
    } else {
      show_out({who, {}}, leave_reason::idle);
    }
  }
  if (chat_.options.idle_timeout <= 2 * idle_warning) return true;
  for (user* who = presence_.quietest(); who != nullptr; who = who->livelier) {
    if (chat_.now.steady - who->seen.steady < chat_.options.idle_timeout - idle_warning) break;
    if (!who->waits && !std::exchange(who->warned, true)) chat_.out.tell(*who, event::idle_warning{idle_warning});
  }
  return true;
}

void hub::sweep_heartbeats() {
  for (const session_ref session : heartbeats_.next_second()) {
    user* const who = chat_.users.find(session);
    if (who == nullptr || who->extras == nullptr || who->extras->look_at != heartbeats_.now()) continue;
    who->extras->look_at = 0;
    if (who->extras->heartbeat.count() == 0) continue;
    const auto allowed = who->extras->heartbeat * chat_.options.dead_after;
    // While a long reply is being written to it, nothing is read from it.
    const auto since = who->waits ? chat_.now.steady : who->seen.steady;
    const auto silent = std::chrono::floor<std::chrono::seconds>(chat_.now.steady - since);
    if (silent >= allowed) {
      leave(session, leave_reason::error);
    } else {
      who->extras->look_at = heartbeats_.look(session, allowed - silent);
    }
  }
}

}  // namespace confab::chat
