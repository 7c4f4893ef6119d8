// The course of paged replies and of commands that wait: what comes next, and when. The rest of the hub is in hub.cpp.
#include <utility>

#include "server/chat/hub.hpp"
#include "server/chat/hub_rule.hpp"

namespace confab::chat {

void hub::drained(session_ref session) {
  device* const to = chat_.users.find(session);
  if (to == nullptr || !to->has_pending || with_.paging.of(*to).is == paged_reply::kind::query) return;
  with_.liveness.touch(*to);  // nothing is read from it meanwhile, so that it reads must do
  if (with_.paging.must_wait()) return enter_line(*to);
  go_on(*to);
}

void hub::serve_next() {
  go_on(with_.paging.take_next());
}

void hub::come_back(const asker& from, const command& wanted) {
  if (device* const back = with_.resume.come_back(from, wanted.word, wanted.text)) go_on(*back);
}

// All who have asked the history, and waited for the queries of others since `before`.
void hub::give_up(std::chrono::steady_clock::time_point before) {
  while (device* const late = with_.history.give_up(before)) go_on(*late);
}

// Says the next page, and after the last one does what the asker has sent meanwhile.
void hub::go_on(device& to) {
  paged_reply& reply = with_.paging.of(to);
  // What it was still to be told is forgotten: it may come back, and will hear that something is missing.
  const bool too_late = to.catching_up && !chat_.log.reaches_back_to(reply.after);
  if (too_late) return with_.lifecycle.leave(to.session, leave_reason::slow);
  const bool end = send_page({&to, reply.tag}, reply);
  if (!end) return chat_.out.drain(to);
  run_waiting(to);
}

// True when that was the last.
bool hub::send_page(const asker& to, paged_reply& reply) {
  switch (reply.is) {
    case paged_reply::kind::pause:
    case paged_reply::kind::line: return true;
    case paged_reply::kind::users:
    case paged_reply::kind::rooms: return with_.lists.next_page(to, reply);
    case paged_reply::kind::query: return false;
    case paged_reply::kind::past: return with_.history.next_page(to, reply);
    case paged_reply::kind::missed: return with_.resume.missed_page(*to.on, reply);
    case paged_reply::kind::handed: with_.resume.handed(*to.on); return true;
  }
  return true;
}

// Does the next of what somebody has sent while it waited; for the one after that it waits again.
void hub::run_waiting(device& of) {
  const bool seated = !of.detached;
  const session_ref session = of.session;
  const std::uint64_t user_id = of.owner->user_id;
  const std::uint64_t device_id = of.device_id;
  paging::taken taken = with_.paging.take(of);
  paged_reply& own = taken.mapped();
  device* still = &of;
  if (!own.later.empty()) {
    const command next = own.later.pop();
    // Too late to come back: what follows was to be said by the one who does, and that one says it again.
    const bool anothers = of.detached && next.is == command::kind::wanted && next.what == verb::resume;
    // Nor is there anything left of one who is not in: its next line would be said without what this one changes.
    const bool is_out = of.detached && !of.owner->announced && !with_.lifecycle.has_place();
    run_next(of, next);
    if (anothers || is_out) own.later = {};
    still = seated ? chat_.users.find(session) : chat_.users.find_device(user_id, device_id);
  }
  if (still == nullptr) return;
  if (still->has_pending) {  // that has started a paged reply
    paged_reply& begun = with_.paging.of(*still);
    begun.later.append(own.later);
    begun.ended = own.ended;
  } else if (!own.later.empty()) {
    own.is = paged_reply::kind::line;
    with_.paging.put_back(*still, std::move(taken));
    enter_line(*still);
  } else {
    end_waiting(*still, own);
  }
}

void hub::run_next(device& of, const command& next) {
  if (!of.detached) {
    const bool silent = !of.owner->announced && next.is == command::kind::nothing;
    if (silent) {
      with_.lifecycle.admit(of, true);
    } else {
      begin_or_run(of, next);
    }
  } else if (next.is == command::kind::wanted && rule_of(next.what).changes &&
             (of.owner->announced || with_.lifecycle.has_place())) {
    // The connection broke while it waited, but not before it had sent this. No answer would reach it.
    of.owner->announced = true;
    run(of, next);
  }
}

void hub::end_waiting(device& who, const paged_reply& done) {
  if (!done.ended) return chat_.out.resume(who);
  with_.lifecycle.leave_at_last(who, done.reason);
}

// For what comes next of somebody who has a paged reply, or waits.
void hub::enter_line(device& who) {
  const paged_reply& reply = with_.paging.of(who);
  std::uint64_t price = cost::of_any;
  if (reply.is != paged_reply::kind::line && reply.is != paged_reply::kind::pause) {
    price += cost::of_page;
  } else if (!reply.later.empty()) {
    price = cost_of(who, reply.later.front());
  }
  with_.paging.enter_line(who, price);
}

}  // namespace confab::chat
