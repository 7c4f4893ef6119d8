// Nothing lost on a reconnect: connections that broke and come back. The rest of the hub is in hub.cpp.
#include <algorithm>
#include <charconv>
#include <utility>

#include "server/chat/hub.hpp"

namespace confab::chat {
namespace {

constexpr std::size_t max_tags = 1024;

}  // namespace

// Only programs can come back: they hold the token. A person's nc that ends has left.
bool hub::can_come_back(const user& who, leave_reason reason) const noexcept {
  const bool broken = reason == leave_reason::eof || reason == leave_reason::error || reason == leave_reason::slow;
  return broken && who.speaks == form::json && who.extras != nullptr && !who.extras->token.empty();
}

void hub::detach(user& who, leave_reason reason) {
  out_.to(who, event::bye{reason, options_.idle_timeout});
  out_.close(who);
  presence_.remove(who);
  who.waits.reset();
  who.extras->detached_at = now_.steady;
  who.extras->detached_because = reason;
  users_.detach(who);
  detached_.push_back(&who);
}

void hub::sweep_detached() {
  while (!detached_.empty()) {
    user& oldest = *detached_.front();
    if (now_.steady - oldest.extras->detached_at < options_.resume_window) return;
    show_out(oldest, oldest.extras->detached_because);
  }
}

void hub::resume(user& from, std::string_view token, std::string_view last_id) {
  std::uint64_t id = 0;
  const auto [end, error] = std::from_chars(last_id.data(), last_id.data() + last_id.size(), id);
  const bool readable = error == std::errc{} && end == last_id.data() + last_id.size();
  const auto found = by_token_.find(std::string(token));
  if (!readable || found == by_token_.end() || found->second == &from) {
    if (!from.announced) {
      const std::string_view tag = out_.tag();
      out_.set_tag({});
      if (!admit(from)) return;
      out_.set_tag(tag);
    }
    return complain(from, readable ? problem::cannot_resume : problem::resume_arguments);
  }
  user& back = *found->second;
  if (!back.detached) {
    const std::string_view tag = out_.tag();
    out_.set_tag({});
    out_.to(back, event::bye{leave_reason::resumed, {}});
    out_.set_tag(tag);
    out_.close(back);
    presence_.remove(back);
    back.waits.reset();
    users_.detach(back);
  } else {
    std::erase(detached_, &back);
  }
  // The new connection's own user was only a name for it: it hands over the session and is gone without a word, unless
  // others have been told of it.
  if (from.announced) {
    out_.to_others(from, event::left{from.who(), leave_reason::quit, {}, users_.size() - 1});
    if (from.extras != nullptr) {
      while (!from.extras->rooms.empty()) take_out(from, rooms_.at(from.extras->rooms.back().room));
      by_token_.erase(from.extras->token);
    }
  } else {
    out_.enter(from);
  }
  out_.speak(from, form::json);
  presence_.remove(from);
  const session_ref session = from.session;
  users_.remove(from);
  users_.attach(back, session);
  back.speaks = form::json;
  presence_.touch(back, now_.steady);
  if (back.extras->heartbeat.count() != 0) back.extras->look_at = heartbeats_.look(session, back.extras->heartbeat);
  for (const auto& joined : back.extras->rooms) out_.enter_room(back, rooms_.at(joined.room));
  welcome(back, true, recent_.reaches_back_to(std::max(id, back.extras->token_since)));
  tell_missed(back, id);
}

// What was said after `last_id`, and what was taken back of what came before it. Nobody knows which recalls it has
// heard of, so it may hear of one again.
void hub::tell_missed(user& back, std::uint64_t last_id) {
  recent_.for_each([&](const utterance& each) {
    const bool whisper = each.to_user != 0;
    const room* const where = whisper ? nullptr : rooms_.find(each);
    const bool concerns = whisper ? each.to_user == back.arrival || each.from_user == back.arrival
                                  : where != nullptr && back.is_in(each.room);
    if (!concerns) return;
    if (each.recalled) {
      if (each.id <= last_id) out_.to(back, event::recalled{each.id, whisper ? std::string_view() : where->name});
      return;
    }
    const user_extras::membership* const joined = whisper ? nullptr : back.membership_of(each.room);
    const std::uint64_t since = joined != nullptr ? joined->since : back.extras->token_since;
    if (each.id > std::max(last_id, since)) show_past(back, each, tag_of_id(back, each.id));
  });
}

// ---- saying a thing once

std::uint64_t hub::id_of_tag(user& from, std::string_view tag) {
  if (tag.empty() || from.extras == nullptr) return 0;
  auto& tags = from.extras->tags;
  while (!tags.empty() && now_.steady - tags.front().when > options_.resume_window) tags.pop_front();
  const auto known = std::find_if(tags.rbegin(), tags.rend(), [&](const auto& each) { return each.tag == tag; });
  return known == tags.rend() ? 0 : known->id;
}

std::string_view hub::tag_of_id(const user& from, std::uint64_t id) const {
  if (from.extras == nullptr) return {};
  const auto& tags = from.extras->tags;
  const auto known = std::lower_bound(tags.begin(), tags.end(), id,
                                      [](const auto& each, std::uint64_t wanted) { return each.id < wanted; });
  return known == tags.end() || known->id != id ? std::string_view() : std::string_view(known->tag);
}

void hub::note_tag(user& from, std::string_view tag, std::uint64_t id) {
  if (tag.empty()) return;
  auto& tags = from.more().tags;
  tags.push_back({std::string(tag), id, now_.steady});
  if (tags.size() > max_tags) tags.pop_front();
}

}  // namespace confab::chat
