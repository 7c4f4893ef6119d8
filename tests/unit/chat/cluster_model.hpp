#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

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
    std::uint64_t from, from_device, to;  // to: 0: said in a room
    std::uint64_t room;                   // by incarnation
    std::string from_name, from_addr, to_name, text, tag;
    message_kind kind;
    bool recalled = false;
  };
  /// At most so many a second are told one by one.
  struct announcer {
    std::size_t told = 0, joined = 0, left = 0;
  };
  struct room {
    std::string name;
    std::uint64_t incarnation = 0;
    std::string topic;
    std::set<std::uint64_t> members;  // unused in the lobby
    std::deque<std::uint64_t> past;   // ids
    announcer comings;
    bool kept = false, said_lately = false, stirred = false;
    std::uint64_t emptied = 0, activity = 0;
  };
  struct human {
    std::uint64_t number = 0;
    std::string addr, name, key;
    std::vector<std::pair<std::string, std::uint64_t>> rooms;  // in the order of joining, with the last id then
    bool away = false;
    std::string note;
    std::set<std::uint64_t> told;                                   // of being away, by number
    std::vector<std::pair<std::uint64_t, std::uint64_t>> awaiting;  // whispers that wait for it: sender, id
    std::vector<event::delivery> fates;                             // of its own, not told yet
    std::deque<std::string> words;                                  // of these

    bool is_in(const std::string& name) const {
      return name.empty() ||
             std::any_of(rooms.begin(), rooms.end(), [&](const auto& each) { return each.first == name; });
    }
  };
  enum class state { none, live, broken, gone };
  struct screen {
    state is = state::none;
    std::uint64_t owner = 0, device_id = 0;
    std::string addr, talks_in;
    std::map<std::string, std::uint64_t> tags;  // and the ids of what was said with them
    std::uint64_t since = 0;                    // the last id when it came
    std::string heard, answers;
    std::vector<std::size_t> heard_before;  // see puppet
    wire_format as = wire_format::json;
  };

  slow_chat(std::size_t devices, const chat::hub_options& options, chat::moment now);

  void take(const request& by);

  const screen& at(std::size_t device) const { return screens_.at(device); }
  const std::map<std::uint64_t, human>& humans() const noexcept { return humans_; }
  const std::map<std::string, room>& rooms() const noexcept { return rooms_; }
  const std::vector<message>& messages() const noexcept { return messages_; }
  /// How often a room made way for another.
  std::size_t made_way() const noexcept { return made_way_; }

 private:
  template <class Event>
  void write(std::string& to, std::string_view tag, const Event& what, wire_format as = wire_format::json) const;
  template <class Event>
  void tell(screen& to, const Event& what, std::string_view tag = {}) const;
  template <class F>
  void for_each_screen(const human& of, F f);
  template <class Event>
  void tell(const human& to, const Event& what);
  template <class Event>
  void confirm(const Event& what);
  template <class Event>
  void tell_own_others(const Event& what);
  template <class Event>
  void answer(const Event& what);
  void refuse(problem why, std::string_view detail = {}) { answer(event::error{why, detail}); }
  template <class Event>
  void to_others(const human& me, const room& in, const Event& what);
  template <class Event>
  void say_in(const room& in, const Event& what);

  bool admit(announcer& of, bool arrival) const;
  bool admit(room& to, bool arrival);
  std::size_t online() const { return humans_.size(); }
  static person who(const human& of) { return {of.name, of.addr, of.number}; }
  person sender() { return {me_->name, at_->addr, me_->number}; }
  bool is_connected(const human& who);
  std::size_t devices_of(const human& who);
  human* find(std::string_view text);
  room* room_to_talk_in(const std::string& name);

  void come(const std::string& addr);
  void add(const std::string& addr);
  void cut();
  void resume(std::uint64_t last_id);
  void show_missed(std::uint64_t after);
  void show_recalled(std::uint64_t until);
  void end(leave_reason reason, const std::string& words);
  void settle(human& receiver, bool delivered, std::uint64_t after);
  void tell_fates(screen& to);
  void tell_crowds();
  void tidy();

  bool is_known_tag(const request& by);
  std::uint64_t keep(const request& by, const room& in, const human* to);
  void show(const message& what, std::uint64_t id, bool confirms);
  void say(const request& by);
  void whisper(const request& by);
  void rename(const std::string& text);
  void join(const std::string& name);
  bool make_space();
  room* room_that_makes_way();
  void close(room& gone);
  event::room_left part_room(human& who, const std::string& name);
  void drop_if_unused(const std::string& name);
  void leave(const std::string& name);
  void topic(const std::string& name, const std::string& text);
  void away(bool is, const std::string& note);
  void recall(const std::string& text);

  chat::hub_options options_;
  std::chrono::system_clock::time_point wall_;
  std::string time_;
  std::vector<screen> screens_;
  std::map<std::uint64_t, human> humans_;  // who are here
  std::map<std::string, room> rooms_;      // the lobby under no name
  std::vector<message> messages_;          // the id is the place, from 1
  std::vector<std::uint64_t> recalled_;    // in this order
  announcer comings_;
  std::vector<std::pair<std::string, std::uint64_t>> stirred_;  // rooms with comings in this second, by incarnation
  std::string tag_;
  screen* at_ = nullptr;
  human* me_ = nullptr;
  std::uint64_t numbers_ = 0;
  std::uint64_t incarnations_ = 0;
  std::uint64_t emptied_ = 0;
  std::uint64_t activities_ = 0;
  std::size_t made_way_ = 0;
};

}  // namespace confab::test::cluster
