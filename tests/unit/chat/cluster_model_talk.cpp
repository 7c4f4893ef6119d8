// What people say and do in the slow chat, and the rooms that they do it in.
#include <optional>
#include <variant>

#include "common/commands.hpp"
#include "common/names.hpp"
#include "tests/unit/chat/cluster_model.hpp"
#include "tests/unit/chat/cluster_model_writing.hpp"

namespace confab::test::cluster {

// Whether it is known; then it has been answered.
bool slow_chat::is_known_tag(const request& by) {
  const auto known = at_->tags.find(tag_);
  if (known == at_->tags.end()) return false;
  const message& before = messages_[known->second - 1];
  const bool whispers = by.what == request::kind::whisper;
  const bool same_words = before.recalled || (before.text == by.text && before.kind == by.how);
  if ((before.to != 0) != whispers || !same_words) return refuse(problem::tag_used), true;
  if (whispers) {
    const person to{before.to_name, {}, before.to};
    return answer(event::whispered{{known->second, sender(), to, by.text, {}, true, {}, by.how}}), true;
  }
  std::string_view name = by.word;
  for (const auto& [key, each] : rooms_) {
    if (each.incarnation == before.room) name = key;
  }
  return answer(event::message{known->second, name, sender(), by.text, {}, true, {}, by.how}), true;
}

std::uint64_t slow_chat::keep(const request& by, const room& in, const human* to) {
  messages_.push_back({me_->number, at_->device_id, to == nullptr ? 0 : to->number, in.incarnation, me_->name,
                       at_->addr, to == nullptr ? std::string() : to->name, by.text, tag_, by.how});
  at_->tags[tag_] = messages_.size();
  return messages_.size();
}

// Null: it has been refused.
slow_chat::room* slow_chat::room_to_talk_in(const std::string& name) {
  const auto found = rooms_.find(name);
  if (found == rooms_.end()) return refuse(problem::no_such_room, name), nullptr;
  if (!me_->is_in(name)) return refuse(problem::not_in_room, name), nullptr;
  return &found->second;
}

void slow_chat::say(const request& by) {
  room* const in = room_to_talk_in(by.word);
  if (in == nullptr || is_known_tag(by)) return;
  const std::uint64_t id = keep(by, *in, nullptr);
  in->activity = ++activities_;
  in->kept = in->kept || options_.history;
  in->said_lately = in->said_lately || options_.history;
  in->past.push_back(id);
  if (in->past.size() > options_.replay) in->past.pop_front();
  const event::message line{id, in->name, sender(), by.text, {}, false, {}, by.how};
  say_in(*in, line);
  confirm(line);
}

// To the device that is being served, as something of the past; what it said itself is confirmed, if it may have missed
// that.
void slow_chat::show(const message& what, std::uint64_t id, bool confirms) {
  const std::string past = format_past(wall_);
  const std::string_view own = what.from_device == at_->device_id ? std::string_view(what.tag) : std::string_view();
  const std::string_view tag = confirms ? own : std::string_view();
  const std::string_view own_tag = confirms ? std::string_view() : own;
  const person from{what.from_name, what.from_addr, what.from};
  if (what.to == 0) {
    std::string_view name;
    for (const auto& [key, in] : rooms_) {
      if (in.incarnation == what.room) name = key;
    }
    return tell(*at_, event::message{id, name, from, what.text, past, false, own_tag, what.kind}, tag);
  }
  const event::whisper line{id, from, {what.to_name, {}, what.to}, what.text, past, false, own_tag, what.kind};
  if (what.to != me_->number) return tell(*at_, event::whispered{line}, tag);
  tell(*at_, line, tag);
}

void slow_chat::whisper(const request& by) {
  if (is_known_tag(by)) return;
  human* const to = find(by.word);
  if (to == nullptr) return refuse(problem::no_such_user);
  const std::uint64_t id = keep(by, rooms_[""], to);
  const event::whisper line{id, sender(), who(*to), by.text, {}, false, {}, by.how};
  if (to == me_) return confirm(line), tell_own_others(line);
  confirm(event::whispered{line});
  tell_own_others(event::whispered{line});
  if (to->away && to->told.insert(me_->number).second) confirm(event::away{who(*to), true, to->note});
  if (!is_connected(*to)) {
    to->awaiting.emplace_back(me_->number, id);
    const auto count = std::count_if(to->awaiting.begin(), to->awaiting.end(),
                                     [this](const auto& each) { return each.first == me_->number; });
    confirm(event::delivery{event::delivery::state::waiting, who(*to), static_cast<std::size_t>(count), id,
                            options_.resume_window});
  }
  tell(*to, line);
}

void slow_chat::rename(const std::string& text) {
  const auto parsed = parse_name(text);
  if (const auto* error = std::get_if<name_error>(&parsed)) return refuse(to_problem(*error));
  const name& chosen = std::get<name>(parsed);
  for (const auto& [number, each] : humans_) {
    if (&each != me_ && each.key == chosen.key) return refuse(problem::name_in_use);
  }
  const std::string before = std::exchange(me_->name, chosen.shown);
  me_->key = chosen.key;
  const event::you_renamed news{before, who(*me_)};
  confirm(news);
  tell_own_others(news);
  if (before != me_->name) to_others(*me_, rooms_[""], event::renamed{before, who(*me_)});
}

// ---- rooms

void slow_chat::join(const std::string& name) {
  if (me_->rooms.size() >= options_.max_joined) return refuse(problem::too_many_joined);
  if (rooms_.count(name) == 0) {
    const auto parsed = parse_name(name);
    if (const auto* error = std::get_if<name_error>(&parsed)) return refuse(to_problem(*error));
    if (!make_space()) return refuse(problem::too_many_rooms);
    rooms_[name].name = name;
    rooms_[name].incarnation = ++incarnations_;
  }
  room& in = rooms_[name];
  in.members.insert(me_->number);
  in.activity = ++activities_;
  me_->rooms.emplace_back(name, messages_.size());
  at_->talks_in = name;
  const event::room_joined line{name, who(*me_), in.members.size()};
  if (admit(in, true)) to_others(*me_, in, line);
  confirm(line);
  tell_own_others(line);
  confirm(event::room_changed{name, in.topic});
  for (const std::uint64_t id : in.past) show(messages_[id - 1], id, false);
}

bool slow_chat::make_space() {
  while (rooms_.size() > options_.max_rooms) {  // the lobby is one of them
    room* const gone = room_that_makes_way();
    if (gone == nullptr) return false;
    close(*gone);
    ++made_way_;
  }
  return true;
}

// The one that has been empty for longest; else of whoever is alone in most, or of the address that has most to itself,
// the one that has been silent for longest; not when that one has fewer then than the one who asks.
slow_chat::room* slow_chat::room_that_makes_way() {
  room* empty = nullptr;
  for (auto& [name, each] : rooms_) {
    if (!name.empty() && each.members.empty() && (empty == nullptr || each.emptied < empty->emptied)) empty = &each;
  }
  if (empty != nullptr) return empty;
  const auto address = [this](std::uint64_t number) {
    const std::string& addr = humans_.at(number).addr;
    return addr.substr(0, addr.rfind(':'));
  };
  for (const bool by_address : {false, true}) {
    std::map<std::string, std::vector<room*>> owned;
    for (auto& [name, each] : rooms_) {
      if (name.empty()) continue;
      std::set<std::string> owners;
      for (const std::uint64_t number : each.members) {
        owners.insert(by_address ? address(number) : std::to_string(number));
      }
      if (owners.size() == 1) owned[*owners.begin()].push_back(&each);
    }
    const std::string mine = by_address ? address(me_->number) : std::to_string(me_->number);
    const std::size_t own = owned[mine].size();
    room* silent = nullptr;
    std::size_t most = 0;
    for (const auto& [owner, all] : owned) {
      if (owner == mine || all.empty()) continue;
      room* const oldest =
          *std::min_element(all.begin(), all.end(), [](room* a, room* b) { return a->activity < b->activity; });
      const bool first =
          silent == nullptr || all.size() > most || (all.size() == most && oldest->activity < silent->activity);
      if (first) silent = oldest, most = all.size();
    }
    if (silent != nullptr && most >= own + 2) return silent;
  }
  return nullptr;
}

void slow_chat::close(room& gone) {
  const std::string name = gone.name;
  while (!gone.members.empty()) {
    human& last = humans_.at(*gone.members.begin());
    const event::room_left line = part_room(last, name);
    for_each_screen(last, [&](screen& each) {
      tell(each, line);
      if (each.talks_in != name) return;
      each.talks_in.clear();
      tell(each, event::room_changed{{}, rooms_[""].topic});
    });
  }
  rooms_.erase(name);
}

event::room_left slow_chat::part_room(human& who, const std::string& name) {
  room& in = rooms_.at(name);
  in.members.erase(who.number);
  std::erase_if(who.rooms, [&](const auto& each) { return each.first == name; });
  if (in.members.empty()) in.emptied = ++emptied_;
  const event::room_left line{in.name, slow_chat::who(who), in.members.size()};
  if (admit(in, false)) to_others(who, in, line);
  return line;
}

void slow_chat::drop_if_unused(const std::string& name) {
  const room& in = rooms_.at(name);
  if (!name.empty() && in.members.empty() && !in.kept) rooms_.erase(name);
}

void slow_chat::leave(const std::string& name) {
  if (room_to_talk_in(name) == nullptr) return;
  const event::room_left line = part_room(*me_, name);
  for_each_screen(*me_, [&](screen& each) {
    const std::string_view tag = &each == at_ ? std::string_view(tag_) : std::string_view();
    tell(each, line, tag);
    if (each.talks_in != name) return;
    each.talks_in.clear();
    tell(each, event::room_changed{{}, rooms_[""].topic}, tag);
  });
  drop_if_unused(name);
}

void slow_chat::topic(const std::string& name, const std::string& text) {
  room* const in = room_to_talk_in(name);
  if (in == nullptr) return;
  if (text.size() > max_note) return refuse(problem::note_too_long);
  in->topic = text == "-" ? "" : text;
  const event::topic line{name.empty() ? "lobby" : std::string_view(name), in->topic, who(*me_)};
  say_in(*in, line);
  confirm(line);
}

// ---- the rest

void slow_chat::away(bool is, const std::string& note) {
  if (note.size() > max_note) return refuse(problem::note_too_long);
  me_->away = is;
  me_->note = note;
  me_->told.clear();
  confirm(event::away{who(*me_), is, note});
  tell_own_others(event::away{who(*me_), is, note});
}

void slow_chat::recall(const std::string& text) {
  const std::uint64_t id = std::stoull(text);
  if (id == 0 || id > messages_.size()) return refuse(problem::no_such_message, text);
  message& gone = messages_[id - 1];
  if (gone.from != me_->number) return refuse(problem::not_your_message, text);
  if (gone.recalled) return refuse(problem::already_recalled, text);
  gone.recalled = true;
  recalled_.push_back(id);
  event::recalled line{id, {}};
  room* where = nullptr;
  for (auto& [name, in] : rooms_) {
    if (gone.to == 0 && in.incarnation == gone.room) where = &in;
  }
  if (where != nullptr) {
    line.room = where->name;
    std::erase(where->past, id);
    say_in(*where, line);
  }
  confirm(line);
  if (where == nullptr || !me_->is_in(where->name)) tell_own_others(line);
  const auto receiver = humans_.find(gone.to);
  if (receiver == humans_.end()) return;
  std::erase_if(receiver->second.awaiting, [&](const auto& each) { return each.second == id; });
  if (&receiver->second != me_) tell(receiver->second, line);
}

}  // namespace confab::test::cluster
