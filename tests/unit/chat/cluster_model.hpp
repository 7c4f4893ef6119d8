#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "common/commands.hpp"
#include "common/names.hpp"
#include "common/protocol/events.hpp"
#include "server/chat/hub_options.hpp"
#include "server/chat/moment.hpp"
#include "tests/unit/chat/cluster_facts.hpp"

namespace confab::test::cluster {

/// The chat in the plainest way, on one machine: whatever is wanted is done at once, and written to everyone who hears
/// it. It knows nothing of facts or nodes.
class slow_chat {
 public:
  struct message {
    std::uint64_t from, to;  // to: 0: said in a room
    std::uint64_t room;      // by incarnation
    std::string from_name, from_addr, to_name, text, tag;
    message_kind kind;
    bool recalled = false;
  };
  struct room {
    std::string name;
    std::uint64_t incarnation = 0;
    std::string topic;
    std::set<std::uint64_t> members;  // unused in the lobby
    std::deque<std::uint64_t> past;   // ids
  };
  struct human {
    bool here = true;
    std::uint64_t number = 0;
    std::string addr, name, key;
    std::vector<std::string> rooms;  // in the order of joining
    std::string talks_in;
    bool away = false;
    std::string note;
    std::set<std::uint64_t> told;               // of being away, by number
    std::map<std::string, std::uint64_t> tags;  // and the ids of what was said with them
    std::string heard, answers;
    std::vector<std::size_t> heard_before;  // see puppet
  };

  slow_chat(std::size_t people, const chat::hub_options& options, chat::moment now)
      : options_(options), wall_(now.wall), time_(format_time(now.wall)), cast_(people) {
    rooms_[""] = {};
  }

  void take(const request& by) {
    tag_ = by.tag;
    who_ = by.person;
    if (by.what == request::kind::come) return come(by.word);
    human& me = cast_.at(who_);
    switch (by.what) {
      case request::kind::say: return say(me, by);
      case request::kind::whisper: return whisper(me, by);
      case request::kind::rename: return rename(me, by.text);
      case request::kind::join: return join(me, by.word);
      case request::kind::leave: return leave(me, by.word);
      case request::kind::topic: return topic(me, by.word, by.text);
      case request::kind::away: return away(me, true, by.text);
      case request::kind::back: return away(me, false, {});
      case request::kind::recall: return recall(me, by.text);
      default: return quit(me, by.text);
    }
  }

  const human& at(std::size_t person) const { return cast_.at(person); }
  const std::map<std::string, room>& rooms() const noexcept { return rooms_; }
  const std::vector<message>& messages() const noexcept { return messages_; }

 private:
  // ---- writing

  template <class Event>
  void write(std::string& to, std::string_view tag, const Event& what) const {
    render_context with;
    with.time = time_;
    with.tag = tag;
    render(wire_format::json, to, with, what);
  }
  template <class Event>
  void tell(human& to, const Event& what) const {
    write(to.heard, {}, what);
  }
  template <class Event>
  void confirm(human& me, const Event& what) const {
    write(me.heard, tag_, what);
  }
  template <class Event>
  void answer(human& me, const Event& what) const {
    me.heard_before.push_back(me.heard.size());
    write(me.answers, tag_, what);
  }
  void refuse(human& me, problem why, std::string_view detail = {}) const { answer(me, event::error{why, detail}); }
  template <class Event>
  void to_others(const human& me, const room& in, const Event& what) {
    for (human& each : cast_) {
      const bool hears = in.name.empty() || in.members.count(each.number) != 0;
      if (is_here(each) && hears && &each != &me) tell(each, what);
    }
  }
  static bool is_here(const human& each) { return each.number != 0 && each.here; }
  std::size_t online() const { return static_cast<std::size_t>(std::count_if(cast_.begin(), cast_.end(), is_here)); }
  static person who(const human& of) { return {of.name, of.addr, of.number}; }

  human* find(std::string_view text) {
    for (human& each : cast_) {
      const bool same =
          text.front() == '@' ? text.substr(1) == std::to_string(each.number) : name_key(text) == each.key;
      if (is_here(each) && same) return &each;
    }
    return nullptr;
  }

  // ---- what people want

  void come(const std::string& addr) {
    human& fresh = cast_[who_];
    fresh.number = ++numbers_;
    fresh.addr = fresh.name = fresh.key = addr;
    const event::joined news{who(fresh), online()};
    to_others(fresh, rooms_[""], news);
    tell(fresh, news);
  }

  // Whether it is known; then it has been answered.
  bool is_known_tag(human& me, const request& by) {
    const auto known = me.tags.find(tag_);
    if (known == me.tags.end()) return false;
    const message& before = messages_[known->second - 1];
    const bool whispers = by.what == request::kind::whisper;
    const bool same_words = before.recalled || (before.text == by.text && before.kind == by.how);
    if ((before.to != 0) != whispers || !same_words) return refuse(me, problem::tag_used), true;
    if (whispers) {
      const person to{before.to_name, {}, before.to};
      return answer(me, event::whispered{{known->second, who(me), to, by.text, {}, true, {}, by.how}}), true;
    }
    std::string_view name = by.word;
    for (const auto& [key, each] : rooms_) {
      if (each.incarnation == before.room) name = key;
    }
    return answer(me, event::message{known->second, name, who(me), by.text, {}, true, {}, by.how}), true;
  }

  std::uint64_t keep(human& me, const request& by, const room& in, const human* to) {
    messages_.push_back({me.number, to == nullptr ? 0 : to->number, in.incarnation, me.name, me.addr,
                         to == nullptr ? std::string() : to->name, by.text, tag_, by.how});
    me.tags[tag_] = messages_.size();
    return messages_.size();
  }

  void say(human& me, const request& by) {
    if (is_known_tag(me, by)) return;
    room& in = rooms_.at(by.word);
    const std::uint64_t id = keep(me, by, in, nullptr);
    in.past.push_back(id);
    if (in.past.size() > options_.replay) in.past.pop_front();
    const event::message line{id, in.name, who(me), by.text, {}, false, {}, by.how};
    to_others(me, in, line);
    confirm(me, line);
  }

  void whisper(human& me, const request& by) {
    if (is_known_tag(me, by)) return;
    human* const to = find(by.word);
    if (to == nullptr) return refuse(me, problem::no_such_user);
    const std::uint64_t id = keep(me, by, rooms_[""], to);
    const event::whisper line{id, who(me), who(*to), by.text, {}, false, {}, by.how};
    if (to == &me) return confirm(me, line);
    confirm(me, event::whispered{line});
    if (to->away && to->told.insert(me.number).second) confirm(me, event::away{who(*to), true, to->note});
    tell(*to, line);
  }

  void rename(human& me, const std::string& text) {
    const auto parsed = parse_name(text);
    if (const auto* error = std::get_if<name_error>(&parsed)) return refuse(me, to_problem(*error));
    const name& chosen = std::get<name>(parsed);
    for (const human& each : cast_) {
      if (is_here(each) && &each != &me && each.key == chosen.key) return refuse(me, problem::name_in_use);
    }
    const std::string before = std::exchange(me.name, chosen.shown);
    me.key = chosen.key;
    confirm(me, event::you_renamed{before, who(me)});
    if (before != me.name) to_others(me, rooms_[""], event::renamed{before, who(me)});
  }

  void join(human& me, const std::string& name) {
    if (me.rooms.size() >= options_.max_joined) return refuse(me, problem::too_many_joined);
    if (rooms_.count(name) == 0) {
      const auto parsed = parse_name(name);
      if (const auto* error = std::get_if<name_error>(&parsed)) return refuse(me, to_problem(*error));
      rooms_[name].name = name;
      rooms_[name].incarnation = ++incarnations_;
    }
    room& in = rooms_[name];
    in.members.insert(me.number);
    me.rooms.push_back(name);
    me.talks_in = name;
    const event::room_joined line{name, who(me), in.members.size()};
    to_others(me, in, line);
    confirm(me, line);
    confirm(me, event::room_changed{name, in.topic});
    const std::string past = format_past(wall_);
    for (const std::uint64_t id : in.past) {
      const message& each = messages_[id - 1];
      const std::string_view own = each.from == me.number ? std::string_view(each.tag) : std::string_view();
      tell(me, event::message{
                   id, name, {each.from_name, each.from_addr, each.from}, each.text, past, false, own, each.kind});
    }
  }

  event::room_left part_room(human& me, const std::string& name) {
    room& in = rooms_.at(name);
    in.members.erase(me.number);
    me.rooms.erase(std::find(me.rooms.begin(), me.rooms.end(), name));
    const event::room_left line{name, who(me), in.members.size()};
    to_others(me, in, line);
    if (in.members.empty()) rooms_.erase(name);
    return line;
  }

  void leave(human& me, const std::string& name) {
    confirm(me, part_room(me, name));
    if (me.talks_in != name) return;
    me.talks_in.clear();
    confirm(me, event::room_changed{{}, rooms_[""].topic});
  }

  void topic(human& me, const std::string& name, const std::string& text) {
    if (text.size() > max_note) return refuse(me, problem::note_too_long);
    room& in = rooms_.at(name);
    in.topic = text == "-" ? "" : text;
    const event::topic line{name.empty() ? "lobby" : std::string_view(name), in.topic, who(me)};
    to_others(me, in, line);
    confirm(me, line);
  }

  void away(human& me, bool is, const std::string& note) {
    if (note.size() > max_note) return refuse(me, problem::note_too_long);
    me.away = is;
    me.note = note;
    me.told.clear();
    confirm(me, event::away{who(me), is, note});
  }

  void recall(human& me, const std::string& text) {
    const std::uint64_t id = std::stoull(text);
    if (id == 0 || id > messages_.size()) return refuse(me, problem::no_such_message, text);
    message& gone = messages_[id - 1];
    if (gone.from != me.number) return refuse(me, problem::not_your_message, text);
    if (gone.recalled) return refuse(me, problem::already_recalled, text);
    gone.recalled = true;
    event::recalled line{id, {}};
    if (gone.to != 0) {
      for (human& each : cast_) {
        if (is_here(each) && each.number == gone.to && &each != &me) tell(each, line);
      }
    } else {
      for (auto& [name, in] : rooms_) {
        if (in.incarnation != gone.room) continue;
        line.room = name;
        to_others(me, in, line);
        in.past.erase(std::remove(in.past.begin(), in.past.end(), id), in.past.end());
      }
    }
    confirm(me, line);
  }

  void quit(human& me, const std::string& words) {
    confirm(me, event::bye{leave_reason::quit, options_.idle_timeout});
    me.here = false;
    while (!me.rooms.empty()) part_room(me, std::string(me.rooms.back()));
    to_others(me, rooms_[""], event::left{who(me), leave_reason::quit, words, online()});
  }

  chat::hub_options options_;
  std::chrono::system_clock::time_point wall_;
  std::string time_;
  std::vector<human> cast_;
  std::map<std::string, room> rooms_;  // the lobby under no name
  std::vector<message> messages_;      // the id is the place, from 1
  std::string tag_;
  std::size_t who_ = 0;
  std::uint64_t numbers_ = 0;
  std::uint64_t incarnations_ = 0;
};

}  // namespace confab::test::cluster
