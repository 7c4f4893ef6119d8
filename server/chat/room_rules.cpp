#include "server/chat/room_rules.hpp"

#include <algorithm>
#include <array>

#include "common/names.hpp"
#include "server/chat/room_space.hpp"

namespace confab::chat {
namespace {

constexpr std::string_view lobby_word_zh = "大厅";

// What /topic ROOM takes for: none.
constexpr std::string_view no_topic = "-";

std::string room_key(std::string_view text) {
  if (text.starts_with('#')) text.remove_prefix(1);
  return text == lobby_word_zh ? std::string(rooms::lobby_word) : name_key(text);
}

// As it is called where it needs a name.
std::string_view shown_name(const room& of) noexcept {
  return of.number == rooms::lobby_number ? rooms::lobby_word : std::string_view(of.name);
}

}  // namespace

// ---- finding

room* room_rules::find(const asker& from, std::string_view text) {
  const std::string key = room_key(text);
  if (key == rooms::lobby_word) return &chat_.rooms.lobby();
  room* const found = chat_.rooms.find(key);
  if (found == nullptr) chat_.out.reply_error(from, problem::no_such_room, text);
  return found;
}

room* room_rules::find_joined(const asker& from, std::string_view text) {
  room* const found = find(from, text);
  if (found == nullptr || from->is_in(found->number)) return found;
  chat_.out.reply_error(from, problem::not_in_room, text);
  return nullptr;
}

room& room_rules::current_of(const device& who) {
  return chat_.rooms.at(who.current_room());
}

// ---- joining

void room_rules::join(const asker& from, std::string_view text) {
  const std::string key = room_key(text);
  if (key == rooms::lobby_word) return switch_room(from, text);
  room* where = chat_.rooms.find(key);
  if (where != nullptr && from->is_in(where->number)) return switch_room(from, text);
  if (const auto no = check_join(*from, text, key, where)) return chat_.out.reply_error(from, no->why, no->detail);
  if (where == nullptr && !make_space(*from)) return chat_.out.reply_error(from, problem::too_many_rooms);
  const fact::room_joined news = decide_join(*from, key, where);
  arrivals_.make_known(*from);
  apply(news, from, *where);
}

std::optional<refusal> room_rules::check_join(const user& from, std::string_view text, const std::string& key,
                                              const room* where) const {
  if (from.rooms.size() >= chat_.options.max_joined) return refusal{problem::too_many_joined};
  if (where != nullptr) return std::nullopt;
  const auto parsed = parse_name(text.size() > max_name_bytes ? text : std::string_view(key));
  if (const auto* error = std::get_if<name_error>(&parsed)) return refusal{to_problem(*error)};
  return std::nullopt;
}

fact::room_joined room_rules::decide_join(const user& from, const std::string& key, room*& where) {
  if (where == nullptr) where = &chat_.rooms.add(key, chat_.last_id + 1);
  stir(*where);
  return {where->name, where->generation, from.who(), where->members.size() + 1, where->comings.admit_arrival()};
}

void room_rules::apply(const fact::room_joined& news, const asker& from, room& where) {
  if (from.on != nullptr) {
    from->rooms.push_back({where.number, chat_.last_id});
    from.on->ensure_extras().current_room = where.number;
    chat_.rooms.enter(where, *from);
  }
  const event::room_joined line{news.room, news.who, news.members};
  tell_coming(where, news.told, line);
  if (from.on == nullptr) return;
  from->for_each_device([&](const device& each) {
    if (each.subscribed) chat_.out.enter_room(each, where);
  });
  chat_.out.reply_on_all(from, line);
  chat_.out.reply(from, event::room_changed{where.name, where.topic});
  backlog_.replay(*from.on, where);
}

// ---- leaving

void room_rules::leave(const asker& from, std::string_view text) {
  room* const where = text.empty() ? &current_of(*from.on) : find(from, text);
  if (where == nullptr) return;
  if (where->number == rooms::lobby_number) return chat_.out.reply_error(from, problem::lobby_stays);
  if (!from->is_in(where->number)) return chat_.out.reply_error(from, problem::not_in_room, text);
  apply(decide_left(*from, *where), *from, from, *where);
  if (is_unused(*where)) drop(*where);
}

// Whoever leaves hears of it in any case, and where its plain text goes from here on if it went there.
void room_rules::apply(const fact::room_left& news, user& who, const asker& from, room& where) {
  const auto tag_of = [&](const device& each) { return &each == from.on ? from.tag : std::string_view(); };
  std::array<device*, user::most_devices> talked_here{};
  std::size_t talkers = 0;
  who.for_each_device([&](device& each) {
    if (each.current_room() == where.number) talked_here[talkers++] = &each;
    chat_.out.reply({&each, tag_of(each)}, event::room_left{news.room, news.who, news.members});
  });
  apply(news, &who, where);
  for (std::size_t i = 0; i < talkers; ++i) {
    device& each = *talked_here[i];
    chat_.out.reply({&each, tag_of(each)}, event::room_changed{{}, chat_.rooms.lobby().topic});
  }
}

fact::room_left room_rules::decide_left(const user& who, room& where) {
  stir(where);
  return {where.name, who.who(), where.members.size() - 1, where.comings.admit_departure()};
}

// The one way out of a room: tells those who stay.
void room_rules::apply(const fact::room_left& news, user* who, room& where) {
  if (who != nullptr) {
    chat_.spent.add(who->rooms.size());
    std::erase_if(who->rooms, [&](const membership& each) { return each.room == where.number; });
    chat_.rooms.leave(where, *who);
    who->for_each_device([&](device& each) {
      if (each.current_room() == where.number) each.extras->current_room = rooms::lobby_number;
      chat_.out.leave_room(each, where);
    });
  }
  tell_coming(where, news.told, event::room_left{news.room, news.who, news.members});
}

void room_rules::part_room(user& who, room& from) {
  apply(decide_left(who, from), &who, from);
  if (is_unused(from)) drop(from);
}

void room_rules::forget(user& gone) {
  while (!gone.rooms.empty()) part_room(gone, chat_.rooms.at(gone.rooms.back().room));
}

// ---- the current room, topics

void room_rules::switch_room(const asker& from, std::string_view text) {
  const room* const where = find_joined(from, text);
  if (where == nullptr) return;
  if (where->number != from.on->current_room()) from.on->ensure_extras().current_room = where->number;
  chat_.out.reply(from, event::room_changed{where->name, where->topic});
}

void room_rules::topic(const asker& from, std::string_view text, std::string_view topic) {
  room* const where = find(from, text);
  if (where == nullptr) return;
  if (topic.empty())
    return chat_.out.reply(from, event::topic_shown{shown_name(*where), where->topic});  // as /rooms shows it to all
  fact::topic news;
  if (const auto no = decide_topic(*from, text, topic, *where, news)) {
    return chat_.out.reply_error(from, no->why, no->detail);
  }
  arrivals_.make_known(*from);
  apply(news, from, *where);
}

std::optional<refusal> room_rules::decide_topic(const user& from, std::string_view text, std::string_view topic,
                                                const room& where, fact::topic& news) {
  if (!from.is_in(where.number)) return refusal{problem::not_in_room, text};
  if (topic.size() > max_note) return refusal{problem::note_too_long};
  news = {shown_name(where), topic == no_topic ? std::string_view() : topic, from.who()};
  return std::nullopt;
}

void room_rules::apply(const fact::topic& news, const asker& from, room& where) {
  where.topic = news.text;
  const event::topic line{news.room, news.text, news.by};
  chat_.out.say_in(where, from.on, line);
  if (from.on != nullptr) chat_.out.reply(from, line);
}

// ---- crowds

// Who joins or leaves hears of it in any case, and not from here; the others may hear of a crowd instead.
template <class Event>
void room_rules::tell_coming(const room& where, bool one_by_one, const Event& news) {
  if (one_by_one) chat_.out.say_in(where, nullptr, news);
}

// Somebody comes or goes: at the end of the second there may be a crowd to tell of.
void room_rules::stir(room& where) {
  if (!std::exchange(where.stirred, true)) stirred_.emplace_back(where.number, where.room_id);
}

void room_rules::tell_crowds() {
  for (const fact::room_crowd& each : decide_crowds()) apply(each, *chat_.rooms.find(each.room));
}

std::vector<fact::room_crowd> room_rules::decide_crowds() {
  std::vector<fact::room_crowd> all;
  for (const auto& [number, room_id] : std::exchange(stirred_, {})) {
    room* const where = chat_.rooms.find(number, room_id);
    if (where == nullptr) continue;
    where->stirred = false;
    const auto crowd = where->comings.next_second();
    if (!crowd.empty()) all.push_back({where->name, crowd.joined, crowd.left, where->members.size()});
  }
  return all;
}

void room_rules::apply(const fact::room_crowd& news, const room& where) {
  chat_.out.say_in(where, nullptr, event::room_crowd{news.room, news.joined, news.left, news.members});
}

// ---- rooms that go

bool room_rules::is_unused(const room& where) noexcept {
  return where.number != rooms::lobby_number && !where.kept && where.members.empty();
}

void room_rules::apply(const fact::room_dropped& news, const room& gone) {
  backlog_.end_room(gone, news.kept);
  chat_.out.drop_room(gone);
  chat_.rooms.remove(gone);
}

void room_rules::keep_only(const std::vector<store::room_ref>& kept) {
  for (const room* const each : decide_unused(kept)) drop(*each);
}

std::vector<const room*> room_rules::decide_unused(const std::vector<store::room_ref>& kept) {
  std::vector<const room*> unused;
  chat_.rooms.for_each([&](room& each) {
    // The list may be older than what was said here since the last one.
    if (std::exchange(each.said_lately, false)) return;
    const store::room_ref own = backlog::kept_as(each);
    const auto found =
        std::lower_bound(kept.begin(), kept.end(), own.name,
                         [](const store::room_ref& one, const std::string& name) { return one.name < name; });
    each.kept = found != kept.end() && *found == own;
    if (is_unused(each)) unused.push_back(&each);
  });
  return unused;
}

void room_rules::clear() {
  chat_.rooms.for_each([](room& each) {
    each.members.clear();
    each.devices = 0;
  });
}

// Nobody takes all rooms: when there is no space, a room goes that the fewest miss. First the one that has been empty
// for longest, which is only remembered because the history holds something of it; then see room_that_makes_way.
room* room_rules::decide_way(const user& from) const {
  if (chat_.options.max_rooms == 0) return nullptr;
  if (room* const empty = chat_.rooms.longest_empty()) return empty;
  return room_that_makes_way(chat_, from);
}

// One for one: where there are more than there may be by now, no others end.
bool room_rules::make_space(const user& from) {
  if (chat_.has_space_for_room()) return true;
  room* const gone = decide_way(from);
  if (gone == nullptr) return false;
  close(*gone);
  return true;
}

// Its members are told that they have left.
void room_rules::close(room& gone) {
  while (!gone.members.empty()) {
    user& last = *gone.members.begin()->second;
    apply(decide_left(last, gone), last, {}, gone);
  }
  drop(gone);
}

}  // namespace confab::chat
