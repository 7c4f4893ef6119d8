#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/chat/arrivals.hpp"
#include "server/chat/backlog.hpp"
#include "server/chat/chat_state.hpp"
#include "server/chat/facts.hpp"
#include "server/chat/refusal.hpp"

namespace confab::chat {

/// Rooms: joining, leaving, topics, and which go when nobody and nothing is left. With the hub, on its thread.
class room_rules {
 public:
  room_rules(chat_state& chat, arrivals& news, backlog& past) : chat_(chat), arrivals_(news), backlog_(past) {}

  /// The room that a command names, or null after a complaint. People may write the # that lines begin with, and call
  /// the lobby what it is called to them in Chinese.
  room* find(const asker& from, std::string_view text);
  /// The same of a room that `from` is in.
  room* find_joined(const asker& from, std::string_view text);
  /// The room that plain text from `who` goes to.
  room& current_of(const device& who);

  void join(const asker& from, std::string_view text);
  /// Empty: the current room.
  void leave(const asker& from, std::string_view text);
  /// Makes it the current room.
  void switch_room(const asker& from, std::string_view text);
  void topic(const asker& from, std::string_view text, std::string_view topic);

  /// Somebody has left for good: takes it out of all rooms.
  void forget(user& gone);
  /// The rooms that the history holds something of, by name: others stay only while somebody is in them.
  void keep_only(const std::vector<store::room_ref>& kept);
  /// A second is over: tells of crowds.
  void tell_crowds();
  void clear();

  // Deciding. Nothing: it is not refused, and the fact is what becomes true. `key` is the folded name of the room.
  /// Whether `from` may enter that room, or make it (null); for that there must be space, too.
  std::optional<refusal> check_join(const user& from, std::string_view text, const std::string& key,
                                    const room* where) const;
  /// The room that makes way for one that `from` wants to make: all who are in it leave, and it is dropped. Null: none
  /// does. One for one: asked only when there is no space.
  room* decide_way(const user& from) const;
  /// A room that there is not is made here: this is where names are claimed.
  fact::room_joined decide_join(const user& from, const std::string& key, room*& where);
  std::optional<refusal> decide_topic(const user& from, std::string_view text, std::string_view topic,
                                      const room& where, fact::topic& news);
  fact::room_left decide_left(const user& who, room& where);
  /// Whether nobody and nothing is left in a room: then it is dropped.
  static bool is_unused(const room& where) noexcept;
  static fact::room_dropped decide_dropped(const room& gone) noexcept { return {gone.name, gone.kept}; }
  /// The crowds of this second. The views live as long as the rooms.
  std::vector<fact::room_crowd> decide_crowds();
  /// Notes what the history holds (see keep_only), and returns the rooms that are unused now.
  std::vector<const room*> decide_unused(const std::vector<store::room_ref>& kept);

  // Hearing. `where` is the room that the fact names. Somebody who is null is on another node.
  void apply(const fact::room_joined& news, const asker& from, room& where);
  void apply(const fact::room_left& news, user* who, room& where);
  /// The same of somebody here who wanted to leave (with `from`), or has to (with an asker on no device): its devices
  /// are told too.
  void apply(const fact::room_left& news, user& who, const asker& from, room& where);
  void apply(const fact::room_dropped& news, const room& gone);
  void apply(const fact::topic& news, const asker& from, room& where);
  void apply(const fact::room_crowd& news, const room& where);

 private:
  template <class Event>
  void tell_coming(const room& where, bool one_by_one, const Event& news);
  void stir(room& where);
  void part_room(user& who, room& from);
  void drop(const room& gone) { apply(decide_dropped(gone), gone); }
  bool make_space(const user& from);
  void close(room& gone);

  chat_state& chat_;
  arrivals& arrivals_;
  backlog& backlog_;
  std::vector<std::pair<std::uint32_t, std::uint64_t>> stirred_;  // number and room_id of rooms, see room::stirred
};

}  // namespace confab::chat
