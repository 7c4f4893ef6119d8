#include "server/chat/lists.hpp"

#include <chrono>
#include <utility>

namespace confab::chat {
namespace {

// Users or rooms in one slice of a list: 10 to 100 KB, so that a long list holds up nobody else.
constexpr std::size_t list_slice_size = 256;

}  // namespace

void lists::users(const asker& from, std::string_view room_name) {
  long_reply list;
  list.is = long_reply::kind::users;
  list.until = chat_.users.newest();
  if (!room_name.empty()) {
    const room* const of = rooms_.find(from, room_name);
    if (of == nullptr) return;
    list.room = of->number;
    list.serial = of->serial;
    list.room_name = of->name;
  }
  start(from, std::move(list));
}

void lists::rooms(const asker& from) {
  long_reply list;
  list.is = long_reply::kind::rooms;
  start(from, std::move(list));
}

// Most lists are through with their first slice.
void lists::start(const asker& from, long_reply list) {
  if (slice(from, list)) return;
  paging_.start(from, std::move(list));
  chat_.out.drain(*from);
}

bool lists::slice(const asker& to, long_reply& list) {
  return list.is == long_reply::kind::users ? users_slice(to, list) : rooms_slice(to, list);
}

event::listed lists::entry_of(const user& listed) const {
  return {listed.who(),
          listed.is_away,
          listed.is_away ? away_.text_of(listed) : std::string_view(),
          listed.seen.wall,
          std::chrono::duration_cast<std::chrono::seconds>(chat_.now.steady - listed.seen.steady),
          listed.detached};
}

bool lists::users_slice(const asker& to, long_reply& list) {
  slice_.clear();
  const bool end = list.room == chat::rooms::lobby_number ? list_everybody(*to, list) : list_members(list);
  chat_.out.reply(to, event::users{list.room_name, slice_, arrivals_.online_for(*to), end});
  return end;
}

bool lists::list_everybody(const user& to, long_reply& list) {
  auto at = chat_.users.after(list.after);
  for (; at.get() != nullptr && at.get()->arrival <= list.until && slice_.size() < list_slice_size; at.advance()) {
    list.after = at.get()->arrival;
    if (at.get()->known || at.get() == &to) slice_.push_back(entry_of(*at.get()));
  }
  return at.get() == nullptr || at.get()->arrival > list.until;
}

// Touches members only. In order of arrival too, so that the next slice knows where to go on.
bool lists::list_members(long_reply& list) {
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

bool lists::rooms_slice(const asker& to, long_reply& list) {
  std::vector<event::listed_room> slice;
  bool end = true;
  chat_.rooms.for_each_from(list.shown == 0 ? 0 : list.after + 1, [&](const room& each) {
    end = slice.size() < list_slice_size;
    if (!end) return false;
    const bool lobby = each.number == chat::rooms::lobby_number;
    list.after = each.number;
    slice.push_back({lobby ? chat::rooms::lobby_word : std::string_view(each.name),
                     lobby ? arrivals_.online_for(*to) : each.members.size(), each.topic});
    return true;
  });
  list.shown += slice.size();
  chat_.out.reply(to, event::rooms{slice, end});
  return end;
}

}  // namespace confab::chat
