#include "server/chat/lifecycle.hpp"

#include <string>

namespace confab::chat {
namespace {

// What it costs, about, to let one go: its places in half a dozen tables.
constexpr std::size_t goodbye_steps = 16;

farewell farewell_of(leave_reason reason) noexcept {
  switch (reason) {
    case leave_reason::shutdown: return farewell::shutdown;
    case leave_reason::kicked:
    case leave_reason::error: return farewell::shown_out;
    case leave_reason::quit:
    case leave_reason::eof:
    case leave_reason::idle:
    case leave_reason::slow:
    case leave_reason::resumed: break;
  }
  return farewell::bye;
}

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
bool lifecycle::admit(device& fresh, bool to_all, bool was_here) {
  if (has_place()) {
    ++chat_.counted.admitted;
    announce(fresh, to_all, was_here);
    return true;
  }
  ++(ended_ ? chat_.counted.ending : chat_.counted.full);
  chat_.out.enter(fresh);
  if (ended_) {
    chat_.out.tell(fresh, event::bye{leave_reason::shutdown, {}});
  } else {
    chat_.out.reply_error({&fresh, {}}, problem::server_full, std::to_string(chat_.options.max_users));
  }
  chat_.out.close(fresh, ended_ ? farewell::shutdown : farewell::full);
  remove(*fresh.owner);
  return false;
}

void lifecycle::announce(device& fresh, bool to_all, bool was_here) {
  fresh.owner->announced = true;
  if (fresh.format == wire_format::json) {
    with_.spoken.welcome_fresh({&fresh, {}});
  } else {
    for (const std::string& line : chat_.options.motd) chat_.out.tell(fresh, event::notice{line});
  }
  with_.news.introduce(fresh, to_all);
  if (!was_here) with_.past.replay(fresh, chat_.rooms.lobby());
  with_.kept.tell(fresh);
}

device* lifecycle::add_device(user& who, session_ref session, std::string_view addr, std::size_t max_line) {
  const auto news = decide_device(who, addr);
  return news ? &apply(*news, who, session, max_line) : nullptr;
}

std::optional<fact::device_added> lifecycle::decide_device(const user& who, std::string_view addr) const {
  if (who.device_count() >= user::most_devices) return std::nullopt;
  return fact::device_added{{who.name(), addr, who.user_id}, chat_.users.newest() + 1};
}

device& lifecycle::apply(const fact::device_added& news, user& who, session_ref session, std::size_t max_line) {
  chat_.users.skip_numbers(news.device - 1);
  device& fresh = chat_.users.add_device(who, session, news.who.addr, chat_.now);
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
  return fresh;
}

// ---- going

void lifecycle::end(const asker& from, leave_reason reason, std::string_view words) {
  if (!from->has_several_devices()) return end_all(*from, from, reason, words);
  apply(fact::device_gone{from->user_id, from.on->device_id, reason}, from);
}

void lifecycle::end(user& who, leave_reason reason, std::string_view words) {
  end_all(who, {}, reason, words);
}

void lifecycle::apply(const fact::device_gone& news, const asker& from) {
  device& gone = *from.on;
  chat_.spent.add(goodbye_steps);
  with_.pages.forget(gone);
  chat_.out.reply(from, event::bye{news.reason, gone.idle_timeout});
  leave_rooms(gone);
  close(gone, news.reason);
  remove_one(gone);
}

void lifecycle::end_all(user& who, const asker& from, leave_reason reason, std::string_view words) {
  with_.broken.settle(who, false);
  with_.rooms.forget(who);
  if (who.known) return apply(with_.news.decide_gone(who, reason, words), who, from);
  say_goodbye(who, from, reason);
  remove(who);
}

void lifecycle::apply(const fact::gone& news, user& who, const asker& from) {
  say_goodbye(who, from, news.reason);
  const std::unique_ptr<user> gone = remove(who);
  with_.news.apply(news, nullptr);
}

void lifecycle::say_goodbye(user& who, const asker& from, leave_reason reason) {
  who.for_each_device([&](device& each) {
    chat_.spent.add(goodbye_steps);
    with_.pages.forget(each);
    const std::string_view tag = &each == from.on ? from.tag : std::string_view();
    chat_.out.reply({&each, tag}, event::bye{reason, each.idle_timeout});
  });
  who.for_each_device([&](device& each) { close(each, reason); });
}

void lifecycle::absorb(device& gone) {
  user& who = *gone.owner;
  if (who.has_several_devices()) {
    leave_rooms(gone);
    chat_.out.exit(gone);
    return remove_one(gone);
  }
  with_.broken.settle(who, false);
  // After a cut many come back at once, some so slowly that they were announced as newcomers first.
  with_.news.tell_gone(who, leave_reason::quit, {}, true);
  forget(who);
  chat_.out.exit(gone);
  chat_.users.remove(who);
}

// All that is kept of somebody anywhere. That it is in rooms the other members must hear of, so it leaves them first.
void lifecycle::forget(user& gone) {
  with_.rooms.forget(gone);
  gone.for_each_device([this](device& each) { forget(each); });
  with_.broken.forget(gone);
  with_.absent.forget(gone);
}

std::unique_ptr<user> lifecycle::remove(user& gone) {
  forget(gone);
  return chat_.users.remove(gone);
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
  chat_.out.close(who, farewell_of(reason));
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

}  // namespace confab::chat
