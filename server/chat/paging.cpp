#include "server/chat/paging.hpp"

#include <utility>

namespace confab::chat {
namespace {

// How much memory commands that wait may take, and from where on little more is read at a time: in what is left between
// them more than two thousand users find room who each send as much as they can, and those who ask little are still
// heard.
constexpr std::size_t most_waiting = 16 * 1024 * 1024;
constexpr std::size_t much_waiting = most_waiting / 4;

}  // namespace

paged_reply& paging::start(const asker& to, paged_reply reply) {
  reply.tag = to.tag;
  to.on->has_pending = true;
  to.on->catching_up = reply.is == paged_reply::kind::missed;
  reply.asker = to.on;
  paged_reply& started = replies_.insert_or_assign(to.on->device_id, std::move(reply)).first->second;
  chat_.out.hold(*to.on);
  return started;
}

void paging::pause(device& who) {
  start({&who, {}}, {});
  chat_.out.drain(who);
}

paged_reply* paging::waiting_for(const device* who, std::uint64_t query) {
  if (who == nullptr || !who->has_pending) return nullptr;
  paged_reply& reply = of(*who);
  return reply.query == query ? &reply : nullptr;
}

void paging::put_off(device& from, const command& wanted) {
  if (wanted.is == command::kind::nothing) return;
  paged_reply& reply = of(from);
  const std::size_t before = reply.later.bytes();
  reply.later.push(wanted);
  line_.grow(reply.place, reply.later.bytes() - before);
}

paging::taken paging::take(device& who) {
  who.has_pending = who.catching_up = false;
  return replies_.extract(who.device_id);
}

paged_reply& paging::put_back(device& who, taken own) {
  who.has_pending = true;
  own.key() = who.device_id;
  own.mapped().asker = &who;
  return replies_.insert(std::move(own)).position->second;
}

void paging::forget(device& who) {
  if (!who.has_pending) return;
  line_.leave(of(who).place);
  take(who);
}

void paging::clear() noexcept {
  line_.clear();
  replies_.clear();
}

bool paging::has_space() const noexcept {
  return line_.bytes() < most_waiting;
}

bool paging::wants_little() const noexcept {
  return line_.bytes() >= much_waiting;
}

void paging::line_up(device& from, const command& wanted, std::uint64_t cost) {
  paged_reply waiting;
  waiting.is = paged_reply::kind::line;
  start({&from, {}}, std::move(waiting)).later.push(wanted);
  enter_line(from, cost);
}

void paging::enter_line(device& who, std::uint64_t cost) {
  paged_reply& reply = of(who);
  reply.place = line_.enter(who.device_id, cost, sizeof reply + reply.later.bytes(), who.last_due);
  who.last_due = reply.place.due;
}

device& paging::take_next() {
  device& next = *replies_.at(line_.take()).asker;
  of(next).place = {};
  return next;
}

}  // namespace confab::chat
