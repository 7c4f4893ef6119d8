#include "server/chat/lifecycle.hpp"

#include <string>

namespace confab::chat {
namespace {

// What it costs, about, to let one go: its places in half a dozen tables.
constexpr std::size_t goodbye_steps = 16;

}  // namespace

lifecycle::lifecycle(chat_state& chat, const parts& with)
    : chat_(chat), with_(with), ghosts_(chat.options.max_users, chat.options.max_ghosts_of_address) {}

// ---- coming

device& lifecycle::come(session_ref session, std::string_view addr, std::size_t max_line) {
  user& fresh = chat_.users.add(session, addr, chat_.now);
  promise(fresh.first(), max_line);
  fresh.announced = false;
  return fresh.first();
}

// What holds for this connection until its end, whatever options say later.
void lifecycle::promise(device& fresh, std::size_t max_line) {
  fresh.max_line = static_cast<std::uint16_t>(max_line == 0 ? chat_.options.max_line : max_line);
  fresh.idle_timeout = chat_.options.idle_timeout;
  with_.alive.touch(fresh);
}

bool lifecycle::has_place() const noexcept {
  return !ended_ && chat_.users.size() - ghosts_.users() <= chat_.options.max_users;
}

// Whoever comes back needs no room of its own, so this is asked only when the first line is known not to be a /resume.
bool lifecycle::admit(device& fresh, bool to_all) {
  if (has_place()) {
    ++chat_.counted.admitted;
    announce(fresh, to_all);
    return true;
  }
  ++(ended_ ? chat_.counted.ending : chat_.counted.full);
  chat_.out.enter(fresh);
  if (ended_) {
    chat_.out.tell(fresh, event::bye{leave_reason::shutdown, {}});
  } else {
    chat_.out.reply_error({&fresh, {}}, problem::server_full, std::to_string(chat_.options.max_users));
  }
  chat_.out.close(fresh);
  forget(*fresh.owner);
  chat_.users.remove(*fresh.owner);
  return false;
}

void lifecycle::announce(device& fresh, bool to_all) {
  fresh.owner->announced = true;
  // It began with a /resume, which was refused: it knows best what it has missed, and asks the history.
  const bool was_here = fresh.format == wire_format::json;
  if (was_here) {
    with_.spoken.welcome_fresh({&fresh, {}});
  } else {
    for (const std::string& line : chat_.options.motd) chat_.out.tell(fresh, event::notice{line});
  }
  with_.news.introduce(fresh, to_all);
  if (!was_here) with_.past.replay(fresh, chat_.rooms.lobby());
  with_.kept.tell(fresh);
}

device* lifecycle::add_device(user& who, session_ref session, std::string_view addr, std::size_t max_line) {
  if (who.device_count() >= user::most_devices) return nullptr;
  device& fresh = chat_.users.add_device(who, session, addr, chat_.now);
  promise(fresh, max_line);
  ghosts_.count(who);
  chat_.out.enter(fresh);
  for (const membership& joined : who.rooms) {
    room& where = chat_.rooms.at(joined.room);
    chat_.rooms.enter_device(where);
    chat_.out.enter_room(fresh, where);
  }
  with_.kept.tell(fresh);
  with_.broken.tell_fates(fresh);
  return &fresh;
}

// ---- going

void lifecycle::end(const asker& from, leave_reason reason, std::string_view words) {
  if (!from->has_several_devices()) return end_all(*from, from, reason, words);
  device& gone = *from.on;
  chat_.spent.add(goodbye_steps);
  with_.pages.forget(gone);
  chat_.out.reply(from, event::bye{reason, gone.idle_timeout});
  leave_rooms(gone);
  close(gone, reason);
  remove_one(gone);
}

void lifecycle::end(user& who, leave_reason reason, std::string_view words) {
  end_all(who, {}, reason, words);
}

void lifecycle::end_all(user& who, const asker& from, leave_reason reason, std::string_view words) {
  who.for_each_device([&](device& each) {
    chat_.spent.add(goodbye_steps);
    with_.pages.forget(each);
    const std::string_view tag = &each == from.on ? from.tag : std::string_view();
    chat_.out.reply({&each, tag}, event::bye{reason, each.idle_timeout});
  });
  with_.broken.settle(who, event::delivery::state::lost);
  who.for_each_device([&](device& each) { close(each, reason); });
  forget(who);
  const std::unique_ptr<user> gone = chat_.users.remove(who);
  with_.news.tell_gone(*gone, reason, words);
}

void lifecycle::absorb(device& gone) {
  user& who = *gone.owner;
  if (who.has_several_devices()) {
    leave_rooms(gone);
    chat_.out.exit(gone);
    return remove_one(gone);
  }
  with_.broken.settle(who, event::delivery::state::lost);
  // After a cut many come back at once, some so slowly that they were announced as newcomers first.
  with_.news.tell_gone(who, leave_reason::quit, {}, true);
  forget(who);
  chat_.out.exit(gone);
  chat_.users.remove(who);
}

// All that is kept of somebody anywhere, but for its place in the directory.
void lifecycle::forget(user& gone) {
  with_.rooms.forget(gone);
  gone.for_each_device([this](device& each) { forget(each); });
  with_.broken.forget(gone);
  with_.absent.forget(gone);
}

void lifecycle::forget(device& gone) {
  with_.alive.remove(gone);
  with_.secrets.forget(gone);
  ghosts_.remove(gone);
  with_.said.forget(gone);
}

// The last step for one of several devices. Of those that are left none may have a connection.
void lifecycle::remove_one(device& gone) {
  user& who = *gone.owner;
  for (const membership& joined : who.rooms) chat_.rooms.leave_device(chat_.rooms.at(joined.room));
  forget(gone);
  chat_.users.remove_device(gone);
  ghosts_.count(who);
}

// The connection of a user ends, unless it is broken already.
void lifecycle::close(device& who, leave_reason reason) {
  if (!who.detached) ++chat_.counted.ended[static_cast<std::size_t>(reason)];
  chat_.out.close(who);
}

void lifecycle::leave_rooms(const device& who) {
  for (const membership& joined : who.owner->rooms) chat_.out.leave_room(who, chat_.rooms.at(joined.room));
}

void lifecycle::shutdown() {
  ended_ = true;
  for (auto at = chat_.users.after(0); at.get() != nullptr; at.advance()) {
    chat_.out.tell(*at.get(), event::bye{leave_reason::shutdown, {}});
    at.get()->for_each_device([this](device& each) { close(each, leave_reason::shutdown); });
  }
  with_.alive.clear();
  with_.rooms.clear();
  with_.secrets.clear();
  ghosts_.clear();
  with_.said.clear();
  with_.broken.clear();
  with_.absent.clear();
  with_.pages.clear();
  with_.news.clear();
  chat_.users.clear();
}

// ---- a connection ends

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
  detach_session(*gone, reason);
  keep_place(*gone, reason);
}

void lifecycle::leave_at_last(device& who, leave_reason reason) {
  if (!who.detached) return leave(who.session, leave_reason::eof);
  if (stays(who, reason)) return keep_place(who, reason);
  end({&who, {}}, reason);
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

// Of one who has no connection any more.
void lifecycle::keep_place(device& who, leave_reason reason) {
  who.extras->detached_at = chat_.now.steady;
  who.extras->detached_because = reason;
  ghosts_.add(who);
  // Who connects and goes again and again must not take up the places of those who come back.
  // One for one: where the budget has become smaller there are more, until their time is over.
  if (device* const surplus = ghosts_.surplus()) end({surplus, {}}, surplus->extras->detached_because);
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
