// Long replies, said in slices: lists, what the history answers, what was missed. The rest of the hub is in hub.cpp.
#include <algorithm>
#include <utility>

#include "server/chat/hub.hpp"

namespace confab::chat {
namespace {

// Users or rooms in one slice of a list: 10 to 100 KB, so that a long list holds up nobody else.
constexpr std::size_t list_slice_size = 256;

// Messages or recalls looked at for one slice: many of them may not be told.
constexpr std::uint64_t slice_steps = 4096;

}  // namespace

// ---- the course of one

void hub::drained(session_ref session) {
  user* const to = chat_.users.find(session);
  if (to == nullptr || !to->waits || paging_.of(*to).is == long_reply::kind::question) return;
  presence_.touch(*to, chat_.now.steady);  // nothing is read from it meanwhile, so that it reads must do
  if (paging_.must_wait()) return enter_line(*to);
  go_on(*to);
}

// Says the next slice, and after the last one does what the asker has sent meanwhile.
void hub::go_on(user& to) {
  // What it was still to be told is forgotten: it may come back, and will hear that something is missing.
  long_reply& reply = paging_.of(to);
  const bool too_late = to.catching_up && !chat_.recent.reaches_back_to(reply.after);
  if (too_late) return leave(to.session, leave_reason::slow);
  const bool end = say_slice({&to, reply.tag}, reply);
  if (!end) return chat_.out.drain(to);
  run_waiting(to);
}

// True when that was the last.
bool hub::say_slice(const asker& to, long_reply& reply) {
  switch (reply.is) {
    case long_reply::kind::pause:
    case long_reply::kind::line: return true;
    case long_reply::kind::users: return users_slice(to, reply);
    case long_reply::kind::rooms: return rooms_slice(to, reply);
    case long_reply::kind::question: return false;
    case long_reply::kind::past: return history_.slice(to, reply);
    case long_reply::kind::missed: return missed_slice(*to, reply);
    case long_reply::kind::handed: deliveries_.settle(*to, event::delivery::state::delivered); return true;
  }
  return true;
}

// ---- lists

void hub::who(const asker& from, const command& wanted) {
  long_reply list;
  list.is = long_reply::kind::users;
  list.until = chat_.users.newest();
  if (!wanted.text.empty()) {
    const room* const of = rooms_.find(from, wanted.text);
    if (of == nullptr) return;
    list.room = of->number;
    list.serial = of->serial;
    list.room_name = of->name;
  }
  list_or_start(from, std::move(list));
}

void hub::list_rooms(const asker& from) {
  long_reply list;
  list.is = long_reply::kind::rooms;
  list_or_start(from, std::move(list));
}

// Most lists are through with their first slice.
void hub::list_or_start(const asker& from, long_reply list) {
  if (say_slice(from, list)) return;
  paging_.start(from, std::move(list));
  chat_.out.drain(*from);
}

event::listed hub::entry_of(const user& listed) const {
  const bool is_away = listed.extras != nullptr && listed.extras->is_away;
  return {listed.who(),
          is_away,
          is_away ? std::string_view(listed.extras->away) : std::string_view(),
          listed.seen.wall,
          std::chrono::duration_cast<std::chrono::seconds>(chat_.now.steady - listed.seen.steady),
          listed.detached};
}

bool hub::users_slice(const asker& to, long_reply& list) {
  slice_.clear();
  const bool end = list.room == rooms::lobby_number ? list_everybody(*to, list) : list_members(list);
  chat_.out.reply(to, event::users{list.room_name, slice_, arrivals_.online_for(*to), end});
  return end;
}

bool hub::list_everybody(const user& to, long_reply& list) {
  auto at = chat_.users.after(list.after);
  for (; at.get() != nullptr && at.get()->arrival <= list.until && slice_.size() < list_slice_size; at.advance()) {
    list.after = at.get()->arrival;
    if (at.get()->known || at.get() == &to) slice_.push_back(entry_of(*at.get()));
  }
  return at.get() == nullptr || at.get()->arrival > list.until;
}

// Touches members only. In order of arrival too, so that the next slice knows where to go on.
bool hub::list_members(long_reply& list) {
  const room* const of = chat_.rooms.find(list.room, list.serial);
  if (of == nullptr) return true;  // the last member has left since
  auto each = of->members.upper_bound(list.after);
  for (; each != of->members.end() && each->first <= list.until && slice_.size() < list_slice_size; ++each) {
    list.after = each->first;
    slice_.push_back(entry_of(*each->second));
  }
  chat_.spent.add(slice_.size());
  return each == of->members.end() || each->first > list.until;
}

bool hub::rooms_slice(const asker& to, long_reply& list) {
  std::vector<event::listed_room> slice;
  bool end = true;
  chat_.rooms.for_each_from(list.shown == 0 ? 0 : list.after + 1, [&](const room& each) {
    end = slice.size() < list_slice_size;
    if (!end) return false;
    const bool lobby = each.number == rooms::lobby_number;
    list.after = each.number;
    slice.push_back({lobby ? rooms::lobby_word : std::string_view(each.name),
                     lobby ? arrivals_.online_for(*to) : each.members.size(), each.topic});
    return true;
  });
  list.shown += slice.size();
  chat_.out.reply(to, event::rooms{slice, end});
  return end;
}

// ---- what was missed

// What was said since, and then what was taken back of what came before it. Nobody knows which recalls it has heard of,
// so it may hear of one again. From the last slice on it hears what all hear.
bool hub::missed_slice(user& back, long_reply& reply) {
  const bool end = tell_missed(back, reply) && tell_recalled(back, reply);
  if (!end) {
    reply.until = std::max(reply.until, reply.after);
    return false;
  }
  start_hearing(back);
  if (!deliveries_.any_for(back)) return true;
  reply.is = long_reply::kind::handed;
  back.catching_up = false;
  return false;
}

// Looks at nothing but what concerns the user.
bool hub::tell_missed(user& back, long_reply& reply) {
  const std::size_t begin = chat_.out.bytes();
  const std::uint64_t steps = chat_.spent.steps();
  const std::uint64_t from = std::max(reply.after, back.extras->token_since);
  std::vector<recent::source> sources{{false, chat_.rooms.lobby().serial, from}, {true, back.arrival, from}};
  for (const auto& joined : back.extras->rooms) {
    sources.push_back({false, chat_.rooms.at(joined.room).serial, std::max(reply.after, joined.since)});
  }
  bool end = true;
  chat_.recent.for_each_of(sources, [&](const utterance& each) {
    end = chat_.out.bytes() - begin < pacing_.slice_bytes() && chat_.spent.steps() - steps < slice_steps;
    reply.after = end ? each.id : each.id - 1;
    if (end && !each.recalled) backlog_.show({&back, tags::own(back, each)}, each, {});
    return end;
  });
  return end;
}

// In the order of the recalls: one of something that was told in an earlier slice comes behind all those.
bool hub::tell_recalled(user& back, long_reply& reply) {
  const std::size_t begin = chat_.out.bytes();
  const std::uint64_t steps = chat_.spent.steps();
  bool end = true;
  reply.recalls = chat_.recent.for_each_recalled(reply.recalls, [&](const utterance& each) {
    end = chat_.out.bytes() - begin < pacing_.slice_bytes() && chat_.spent.steps() - steps < slice_steps;
    if (end && each.id <= reply.until && concerns(back, each)) {
      chat_.out.tell(back,
                     event::recalled{each.id, each.to_user != 0 ? std::string_view() : chat_.rooms.at(each.room).name});
    }
    return end;
  });
  return end;
}

// Whether `who` hears what is said there.
bool hub::concerns(const user& who, const utterance& what) {
  if (what.to_user != 0) return what.to_user == who.arrival || what.from_user == who.arrival;
  return chat_.rooms.find(what) != nullptr && who.is_in(what.room);
}

void hub::start_hearing(user& back) {
  chat_.out.enter(back);
  for (const auto& joined : back.extras->rooms) chat_.out.enter_room(back, chat_.rooms.at(joined.room));
  keeping_.tell(back);
  deliveries_.tell_fates(back);
}

}  // namespace confab::chat
