// Connections that end or break: which device stays and may come back, and what becomes of those that do not. The rest
// of the lifecycle is in lifecycle.cpp.
#include "server/chat/lifecycle.hpp"

namespace confab::chat {

void lifecycle::leave(session_ref session, leave_reason reason) {
  device* const gone = chat_.users.find(session);
  if (gone == nullptr) return;
  if (gone->has_pending) {
    paged_reply& reply = with_.pages.of(*gone);
    if (reason == leave_reason::eof) {
      reply.ended = true;
      return;
    }
    if (reply.is == paged_reply::kind::line) return unseat(*gone, reason);
  }
  if (!stays(*gone, reason)) return end({gone, {}}, reason);
  keep_place(*gone, reason);
}

void lifecycle::apply(const fact::broken& news, device& gone) {
  if (!gone.detached) detach_session(gone, news.reason);
  gone.extras->detached_at = chat_.now.steady;
  gone.extras->detached_because = news.reason;
  ghosts_.add(gone);
}

void lifecycle::leave_at_last(device& who, leave_reason reason) {
  if (!who.detached) return leave(who.session, leave_reason::eof);
  if (!stays(who, reason)) return end({&who, {}}, reason);
  keep_place(who, reason);
}

// Whether it stays online although its connection has ended. Of whom nobody has heard, nothing is lost.
bool lifecycle::stays(const device& who, leave_reason reason) noexcept {
  const bool broken = reason == leave_reason::eof || reason == leave_reason::error || reason == leave_reason::slow;
  return broken && who.owner->known && tokens::can_come_back(who);
}

// Ends the connection of a device that stays.
void lifecycle::detach_session(device& who, leave_reason reason) {
  chat_.out.tell(who, event::bye{reason, who.idle_timeout});
  with_.pages.forget(who);
  take_from_session(who, reason);
}

// Its session has ended, and the next one may have its place; what it said before is said in its turn.
void lifecycle::unseat(device& who, leave_reason reason) {
  paged_reply& reply = with_.pages.of(who);
  reply.ended = true;
  reply.reason = reason;
  take_from_session(who, reason);
  who.ensure_extras().detached_at = chat_.now.steady;  // whoever whispers to it is told until when that can arrive
}

void lifecycle::take_from_session(device& who, leave_reason reason) {
  leave_rooms(who);
  close(who, reason);
  with_.alive.remove(who);
  chat_.users.detach(who);
}

// Its connection may have ended before.
void lifecycle::keep_place(device& who, leave_reason reason) {
  apply(fact::broken{who.owner->user_id, who.device_id, reason}, who);
  // One for one: where the budget has become smaller there are more, until their time is over.
  if (device* const too_many = surplus()) end({too_many, {}}, too_many->extras->detached_because);
}

void lifecycle::take_over(device& back) {
  if (!back.detached) return detach_session(back, leave_reason::resumed);
  with_.pages.forget(back);
  ghosts_.remove(back);
}

// ---- time

// A whole crowd may be due at once.
bool lifecycle::sweep() {
  return sweep_idle() && sweep_detached();
}

// Who waits for us is not idle: nothing is read from it, and it may have sent something long ago.
bool lifecycle::sweep_idle() {
  while (device* const who = with_.alive.next_idle()) {
    if (with_.budget.full()) return false;
    if (who->has_pending) {
      with_.alive.touch(*who);
    } else {
      end({who, {}}, leave_reason::idle);
    }
  }
  with_.alive.warn_idle();
  return true;
}

bool lifecycle::sweep_detached() {
  while (device* const oldest = ghosts_.oldest()) {
    if (chat_.now.steady - oldest->extras->detached_at < chat_.options.resume_window) break;
    if (with_.budget.full()) return false;
    end({oldest, {}}, oldest->extras->detached_because);
  }
  return true;
}

}  // namespace confab::chat
