// Whose commands wait until there is time for them, and the course of that. The rest of the hub is in hub.cpp.
#include <utility>

#include "server/chat/hub.hpp"

namespace confab::chat {
namespace {

// What commands cost, about: bytes that have to be written, and what is always to be done besides.
constexpr std::uint64_t cost_of_any = 512;
constexpr std::uint64_t cost_of_frame = 64;  // around what somebody has said
constexpr std::uint64_t cost_of_slice = 16 * 1024;

// What is still done of somebody whose connection has broken since it was sent: what others hear. No answer would
// reach it.
bool is_speech(const command& wanted) noexcept {
  return wanted.is == command::kind::wanted &&
         (wanted.what == verb::say || wanted.what == verb::in || wanted.what == verb::whisper);
}

}  // namespace

std::uint64_t hub::cost_of(const user& from, const command& wanted) {
  const std::uint64_t words = wanted.word.size() + wanted.text.size();
  if (wanted.is != command::kind::wanted) return cost_of_any + words;
  switch (wanted.what) {
    case verb::say: {
      const std::uint32_t number = from.extras == nullptr ? rooms::lobby_number : from.extras->talks_in;
      const bool lobby = number == rooms::lobby_number;
      const std::size_t hearers = lobby ? chat_.users.size() : chat_.rooms.at(number).members.size();
      return cost_of_any + (words + cost_of_frame) * hearers;
    }
    case verb::in:
    case verb::topic: return cost_of_any + (words + cost_of_frame) * chat_.users.size();
    case verb::rename:
    case verb::join:
    case verb::leave:
    case verb::quit:
    case verb::recall: return cost_of_any + cost_of_frame * chat_.users.size();
    case verb::who:
    case verb::rooms:
    case verb::history:
    case verb::search:
    case verb::resume:
    case verb::help: return cost_of_any + cost_of_slice;
    default: return cost_of_any + words;
  }
}

void hub::serve_next() {
  go_on(paging_.take_next());
}

// What comes next of somebody who has a long reply, or waits.
void hub::enter_line(user& who) {
  const long_reply& reply = paging_.of(who);
  std::uint64_t cost = cost_of_any;
  if (reply.is != long_reply::kind::line && reply.is != long_reply::kind::pause) {
    cost += cost_of_slice;
  } else if (!reply.later.empty()) {
    cost = cost_of(who, reply.later.front());
  }
  paging_.enter_line(who, cost);
}

// Does the next of what somebody has sent while it waited; for the one after that it waits again.
void hub::run_waiting(user& of) {
  const bool seated = !of.detached;
  const session_ref session = of.session;
  const std::uint64_t number = of.arrival;
  paging::taken taken = paging_.take(of);
  long_reply& own = taken.mapped();
  user* still = &of;
  if (!own.later.empty()) {
    const command next = own.later.pop();
    if (!seated) {
      run_unseated(of, next);
    } else if (!of.announced && next.is == command::kind::nothing) {
      admit(of, true);
    } else {
      begin_or_run(of, next);
    }
    still = seated ? chat_.users.find(session) : chat_.users.find_arrival(number);
  }
  if (still == nullptr) return;
  if (still->waits) {  // that has started a long reply
    long_reply& begun = paging_.of(*still);
    begun.later.append(own.later);
    begun.ended = own.ended;
  } else if (!own.later.empty()) {
    own.is = long_reply::kind::line;
    paging_.put_back(*still, std::move(taken));
    enter_line(*still);
  } else {
    end_waiting(*still, own);
  }
}

void hub::end_waiting(user& who, const long_reply& done) {
  if (!done.ended) return chat_.out.resume(who);
  if (!who.detached) return leave(who.session, leave_reason::eof);
  if (stays(who, done.reason)) return keep_place(who, done.reason);
  show_out({&who, {}}, done.reason);
}

// The connection broke while it waited, but not before it had said this.
void hub::run_unseated(user& from, const command& wanted) {
  if (!is_speech(wanted)) return;
  from.announced = true;
  run(from, wanted);
}

// Its session has ended, and the next one may have its place; what it said before is said in its turn.
void hub::unseat(user& who, leave_reason reason) {
  long_reply& reply = paging_.of(who);
  reply.ended = true;
  reply.reason = reason;
  for (const auto& joined : who.extras == nullptr ? std::vector<user_extras::membership>() : who.extras->rooms) {
    chat_.out.leave_room(who, chat_.rooms.at(joined.room));
  }
  chat_.out.close(who);
  presence_.remove(who);
  chat_.users.detach(who);
}

}  // namespace confab::chat
