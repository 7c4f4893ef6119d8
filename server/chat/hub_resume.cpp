// Nothing lost on a reconnect: connections that broke and come back. The rest of the hub is in hub.cpp.
#include <algorithm>
#include <charconv>
#include <utility>

#include "server/chat/hub.hpp"
#include "server/chat/scope.hpp"

namespace confab::chat {

// Only programs can come back: they hold the token. A person's nc that ends has left.
bool hub::can_come_back(const user& who) noexcept {
  return who.speaks == form::json && who.extras != nullptr && !who.extras->token.empty();
}

// Whether it stays online although its connection has ended. Of whom nobody has heard, nothing is lost.
bool hub::stays(const user& who, leave_reason reason) noexcept {
  const bool broken = reason == leave_reason::eof || reason == leave_reason::error || reason == leave_reason::slow;
  return broken && who.known && can_come_back(who);
}

void hub::detach(user& who, leave_reason reason) {
  part(who, reason);
  keep_place(who, reason);
}

// Of one who has no connection any more.
void hub::keep_place(user& who, leave_reason reason) {
  who.extras->detached_at = chat_.now.steady;
  who.extras->detached_because = reason;
  ghosts_.add(who);
  // Who connects and goes again and again must not take up the places of those who come back.
  while (user* const surplus = ghosts_.surplus()) show_out({surplus, {}}, surplus->extras->detached_because);
}

// Ends the connection of a user who stays.
void hub::part(user& who, leave_reason reason) {
  chat_.out.tell(who, event::bye{reason, chat_.options.idle_timeout});
  for (const auto& joined : who.extras->rooms) chat_.out.leave_room(who, chat_.rooms.at(joined.room));
  chat_.out.close(who);
  presence_.remove(who);
  paging_.forget(who);
  chat_.users.detach(who);
}

bool hub::sweep_detached() {
  while (user* const oldest = ghosts_.oldest()) {
    if (chat_.now.steady - oldest->extras->detached_at < chat_.options.resume_window) break;
    if (pacing_.full()) return false;
    show_out({oldest, {}}, oldest->extras->detached_because);
  }
  return true;
}

void hub::resume(const asker& from, std::string_view token, std::string_view last_id) {
  std::uint64_t id = 0;
  const auto [end, error] = std::from_chars(last_id.data(), last_id.data() + last_id.size(), id);
  const bool readable = error == std::errc{} && end == last_id.data() + last_id.size();
  const auto found = by_token_.find(std::string(token));
  if (!readable) return refuse_resume(from, problem::bad_argument, usage_of(verb::resume));
  if (found == by_token_.end()) {
    // What this client said with tags under that token, the history may know, and it is not said again.
    from->more().earlier_scope = scope_of(token);
    return refuse_resume(from, problem::cannot_resume);
  }
  if (found->second == from.who) return refuse_resume(from, problem::cannot_resume);
  user& back = *found->second;
  command_queue rest;  // what it said before its connection broke, and has not had its turn
  if (back.waits && paging_.of(back).is == long_reply::kind::line) rest = std::move(paging_.of(back).later);
  if (!back.detached) {
    part(back, leave_reason::resumed);
  } else {
    paging_.forget(back);
    ghosts_.remove(back);
  }
  // The new connection's own user was only a name for it: it hands over the session and is gone without a word, unless
  // others have been told of it.
  if (from->announced) {
    // After a cut many come back at once, some so slowly that they were announced as newcomers first.
    arrivals_.tell_gone(*from, leave_reason::quit, {}, true);
    rooms_.forget(*from);
    if (from->extras != nullptr) by_token_.erase(from->extras->token);
    tags_.forget(*from);
    chat_.out.exit(*from);
  }
  presence_.remove(*from);
  const session_ref session = from->session;
  chat_.users.remove(*from);
  chat_.users.attach(back, session);
  back.speaks = form::json;
  presence_.touch(back, chat_.now.steady);
  const std::chrono::seconds heartbeat = back.extras->heartbeat;
  const bool looked_at = heartbeat.count() != 0 && chat_.options.dead_after > 0;
  back.extras->look_at = looked_at ? heartbeats_.look(session, heartbeat) : 0;
  const std::uint64_t from_id = std::max(id, back.extras->token_since);
  welcome({&back, from.tag}, true, chat_.recent.reaches_back_to(from_id));
  deliveries_.settle(back, event::delivery::state::lost, from_id, chat_.recent.forgotten());
  long_reply missed;
  missed.is = long_reply::kind::missed;
  missed.after = std::max(from_id, chat_.recent.forgotten());
  missed.until = id;
  paging_.start({&back, {}}, std::move(missed)).later = std::move(rest);
  go_on(back);
}

// Whoever asks for this is a program, and is spoken to in JSON from here on whatever comes of it.
void hub::refuse_resume(const asker& from, problem why, std::string_view detail) {
  const bool new_to_it = from->speaks != form::json;
  if (!from->announced) {
    from->speaks = form::json;
  } else if (new_to_it) {
    chat_.out.speak(*from, form::json);
  }
  chat_.out.complain(from, why, detail);
  if (!from->announced) {
    admit(*from, false);
  } else if (new_to_it) {
    give_token(*from);
    welcome({from.who, {}}, false, true);
  }
}

void hub::give_token(user& to) {
  if (!to.more().token.empty() || chat_.options.resume_window.count() == 0 || !chat_.options.make_token) return;
  to.extras->token = chat_.options.make_token();
  if (to.extras->earlier_scope != 0) {
    to.extras->token = token_in_scope(to.extras->token, to.extras->earlier_scope);
  }
  to.extras->scope = scope_of(to.extras->token);
  to.extras->token_since = chat_.last_id;
  by_token_.emplace(to.extras->token, &to);
}

}  // namespace confab::chat
