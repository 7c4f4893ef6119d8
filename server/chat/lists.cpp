#include "server/chat/lists.hpp"

#include <chrono>
#include <utility>

namespace confab::chat {
namespace {

// Users or rooms in one page of a list: 10 to 100 KB, so that a long list holds up nobody else.
constexpr std::size_t list_page_size = 256;

}  // namespace

void lists::users(const asker& from, std::string_view room_name) {
  paged_reply list;
  list.is = paged_reply::kind::users;
  list.until = chat_.users.newest();
  if (!room_name.empty()) {
    const room* const of = rooms_.find(from, room_name);
    if (of == nullptr) return;
    list.room = of->number;
    list.room_id = of->room_id;
    list.room_name = of->name;
  }
  start(from, std::move(list));
}

void lists::rooms(const asker& from) {
  paged_reply list;
  list.is = paged_reply::kind::rooms;
  start(from, std::move(list));
}

// Most lists are through with their first page.
void lists::start(const asker& from, paged_reply list) {
  if (next_page(from, list)) return;
  paging_.start(from, std::move(list));
  chat_.out.drain(*from.on);
}

bool lists::next_page(const asker& to, paged_reply& list) {
  return list.is == paged_reply::kind::users ? users_page(to, list) : rooms_page(to, list);
}

event::listed lists::entry_of(const user& listed) const {
  return {listed.who(),
          listed.is_away,
          listed.is_away ? away_.text_of(listed) : std::string_view(),
          listed.connected_at,
          std::chrono::duration_cast<std::chrono::seconds>(chat_.now.steady - listed.last_active()),
          !listed.is_connected()};
}

bool lists::users_page(const asker& to, paged_reply& list) {
  page_.clear();
  const bool end = list.room == chat::rooms::lobby_number ? list_everybody(*to, list) : list_members(list);
  chat_.out.reply(to, event::users{list.room_name, page_, arrivals_.online_for(*to), end});
  return end;
}

bool lists::list_everybody(const user& to, paged_reply& list) {
  auto at = chat_.users.after(list.after);
  for (; at.get() != nullptr && at.get()->user_id <= list.until && page_.size() < list_page_size; at.advance()) {
    list.after = at.get()->user_id;
    if (at.get()->known || at.get() == &to) page_.push_back(entry_of(*at.get()));
  }
  return at.get() == nullptr || at.get()->user_id > list.until;
}

// Touches members only. In order of arrival too, so that the next page knows where to go on.
bool lists::list_members(paged_reply& list) {
  const room* const of = chat_.rooms.find(list.room, list.room_id);
  if (of == nullptr) return true;  // the last member has left since
  auto each = of->members.upper_bound(list.after);
  for (; each != of->members.end() && each->first <= list.until && page_.size() < list_page_size; ++each) {
    list.after = each->first;
    page_.push_back(entry_of(*each->second));
  }
  chat_.spent.add(page_.size());
  return each == of->members.end() || each->first > list.until;
}

bool lists::rooms_page(const asker& to, paged_reply& list) {
  std::vector<event::listed_room> page;
  bool end = true;
  chat_.rooms.for_each_from(list.shown == 0 ? 0 : list.after + 1, [&](const room& each) {
    end = page.size() < list_page_size;
    if (!end) return false;
    const bool lobby = each.number == chat::rooms::lobby_number;
    list.after = each.number;
    page.push_back({lobby ? chat::rooms::lobby_word : std::string_view(each.name),
                    lobby ? arrivals_.online_for(*to) : each.members.size(), each.topic});
    return true;
  });
  list.shown += page.size();
  chat_.out.reply(to, event::rooms{page, end});
  return end;
}

}  // namespace confab::chat
