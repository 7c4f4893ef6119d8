// Rooms: joining, leaving, topics. The rest of the hub is in hub.cpp.
#include <algorithm>
#include <utility>

#include "common/names.hpp"
#include "server/chat/hub.hpp"

namespace confab::chat {
namespace {

// What /topic ROOM takes for: none.
constexpr std::string_view no_topic = "-";

}  // namespace

// People may write the # that lines begin with, and call the lobby what it is called to them in Chinese.
std::string hub::room_key(std::string_view text) {
  if (text.starts_with('#')) text.remove_prefix(1);
  return text == lobby_word_zh ? std::string(rooms::lobby_word) : name_key(text);
}

// The room that a command names, or null after a complaint.
room* hub::find_room(const asker& from, std::string_view text) {
  const std::string key = room_key(text);
  if (key == rooms::lobby_word) return &chat_.rooms.lobby();
  room* const found = chat_.rooms.find(key);
  if (found == nullptr) chat_.out.complain(from, problem::no_such_room, text);
  return found;
}

void hub::join_room(const asker& from, std::string_view text) {
  const std::string key = room_key(text);
  if (key == rooms::lobby_word) return talk_in(from, text);
  room* where = chat_.rooms.find(key);
  if (where != nullptr && from->is_in(where->number)) return talk_in(from, text);
  if (from->extras != nullptr && from->extras->rooms.size() >= chat_.options.max_joined) {
    return chat_.out.complain(from, problem::too_many_joined);
  }
  if (where == nullptr) {
    const auto parsed = parse_name(text.size() > max_name_bytes ? text : std::string_view(key));
    if (const auto* error = std::get_if<name_error>(&parsed)) return chat_.out.complain(from, to_problem(*error));
    if (!chat_.has_space_for_room() && !make_space_for_room(*from))
      return chat_.out.complain(from, problem::too_many_rooms);
    where = &chat_.rooms.add(key);
  }
  arrivals_.make_known(*from);
  from->more().rooms.push_back({where->number, chat_.last_id});
  from->extras->talks_in = where->number;
  chat_.rooms.enter(*where, *from);
  const event::room_joined news{where->name, from->who(), where->members.size()};
  tell_coming(*where, where->comings.admit_arrival(), news);
  chat_.out.enter_room(*from, *where);
  chat_.out.reply(from, news);
  chat_.out.reply(from, event::room_changed{where->name, where->topic});
  backlog_.replay(*from, *where);
}

void hub::leave_room(const asker& from, std::string_view text) {
  room* const where = text.empty()
                          ? &chat_.rooms.at(from->extras == nullptr ? rooms::lobby_number : from->extras->talks_in)
                          : find_room(from, text);
  if (where == nullptr) return;
  if (where->number == rooms::lobby_number) return chat_.out.complain(from, problem::lobby_stays);
  if (!from->is_in(where->number)) return chat_.out.complain(from, problem::not_in_room, text);
  const std::string name = where->name;
  const event::room_left news{name, from->who(), where->members.size() - 1};
  const bool talked_here = from->extras->talks_in == where->number;
  chat_.out.reply(from, news);
  take_out(*from, *where);
  if (talked_here) chat_.out.reply(from, event::room_changed{{}, chat_.rooms.lobby().topic});
}

void hub::talk_in(const asker& from, std::string_view text) {
  room* const where = find_room(from, text);
  if (where == nullptr) return;
  if (!from->is_in(where->number)) return chat_.out.complain(from, problem::not_in_room, text);
  if (where->number != rooms::lobby_number || from->extras != nullptr) from->more().talks_in = where->number;
  chat_.out.reply(from, event::room_changed{where->name, where->topic});
}

void hub::set_topic(const asker& from, std::string_view text, std::string_view topic) {
  room* const where = find_room(from, text);
  if (where == nullptr) return;
  const bool lobby = where->number == rooms::lobby_number;
  const std::string_view name = lobby ? rooms::lobby_word : std::string_view(where->name);
  if (topic.empty()) return chat_.out.reply(from, event::topic_shown{name, where->topic});  // as /rooms shows it to all
  if (!from->is_in(where->number)) return chat_.out.complain(from, problem::not_in_room, text);
  if (topic.size() > max_note) return chat_.out.complain(from, problem::note_too_long);
  arrivals_.make_known(*from);
  where->topic = topic == no_topic ? std::string_view() : topic;
  const event::topic news{name, where->topic, from->who()};
  chat_.out.say_in(*where, from.who, news);
  chat_.out.reply(from, news);
}

// The one way out of a room: tells those who stay, and the room goes when nobody and nothing is left.
void hub::take_out(user& who, room& from) {
  chat_.spent.add(who.extras->rooms.size());
  std::erase_if(who.extras->rooms, [&](const auto& each) { return each.room == from.number; });
  chat_.rooms.leave(from, who);
  if (who.extras->talks_in == from.number) who.extras->talks_in = rooms::lobby_number;
  chat_.out.leave_room(who, from);
  tell_coming(from, from.comings.admit_departure(), event::room_left{from.name, who.who(), from.members.size()});
  remove_if_unused(from);
}

// Who joins or leaves hears of it in any case, and not from here; the others may hear of a crowd instead.
template <class Event>
void hub::tell_coming(room& where, bool one_by_one, const Event& news) {
  if (!std::exchange(where.stirred, true)) stirred_.emplace_back(where.number, where.serial);
  if (one_by_one) chat_.out.say_in(where, nullptr, news);
}

void hub::tell_room_crowds() {
  for (const auto& [number, serial] : std::exchange(stirred_, {})) {
    room* const where = chat_.rooms.find(number, serial);
    if (where == nullptr) continue;
    where->stirred = false;
    const auto crowd = where->comings.next_second();
    if (crowd.empty()) continue;
    chat_.out.say_in(*where, nullptr, event::room_crowd{where->name, crowd.joined, crowd.left, where->members.size()});
  }
}

void hub::remove_if_unused(room& candidate) {
  if (candidate.number == rooms::lobby_number || candidate.kept || !candidate.members.empty()) return;
  chat_.out.drop_room(candidate);
  chat_.rooms.remove(candidate);
}

void hub::kept_rooms(const std::vector<std::string>& names) {
  std::vector<room*> unused;
  chat_.rooms.for_each([&](room& each) {
    // The list may be older than what was said here since the last one.
    if (std::exchange(each.said_lately, false)) return;
    each.kept = std::binary_search(names.begin(), names.end(), each.name);
    if (!each.kept && each.members.empty()) unused.push_back(&each);
  });
  for (room* const each : unused) remove_if_unused(*each);
}

}  // namespace confab::chat
