#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/chat/delivery.hpp"
#include "server/chat/features.hpp"
#include "tests/unit/chat/cluster_facts.hpp"

namespace confab::test::cluster {

/// A device of somebody in a simulated cluster, and what it has read. It has one connection after the other.
struct puppet {
  struct connection {
    chat::turn_cursor cursor;
    bool closed = false;
  };
  std::size_t node = 0;
  std::uint64_t number = 0;               ///< of its user; 0: has not come yet
  std::uint64_t device_id = 0;            ///< 0: the same
  std::vector<connection> connections;    ///< by generation, from 1
  std::string heard;                      ///< what it was told because of facts
  std::string answers;                    ///< what only it was told
  std::vector<std::size_t> heard_before;  ///< bytes of facts that it had heard before each of these
};

/// The rules without a hub. One node of the cluster decides: it knows all users, and those of other nodes sit in a
/// shard of which nobody reads. The others know their own users only.
class node {
 public:
  node(std::size_t index, std::vector<puppet>& cast, const chat::hub_options& options, bool decides);

  /// Makes a fact true here, and says so to those who are here.
  void apply(const record& next);
  /// What only the asker hears.
  void apply(const answer& next);

  // What the decider is for.
  chat::user& seat(const request& by);
  /// The room that a fact or a request names; null: there is none.
  chat::room* room_of(std::string_view name);
  chat::user* user_of(const request& by) { return chat.users.find_id(by.number); }
  chat::device* device_of(const request& by) { return chat.users.find_device(by.number, by.device_id); }

  chat::chat_state chat;
  chat::features rules{chat};

 private:
  class ears;

  bool is_mine(const request& by) const noexcept { return by.node == index_; }
  chat::asker asker_of(const request& by);
  chat::session_ref connect(const request& by);
  void give_token(chat::device& to);

  void hear(const chat::fact::said& news, const request& of);
  void hear(const chat::fact::whispered& news, const request& of);
  void hear(const chat::fact::settled& news, const request& of);
  void hear(const chat::fact::recalled& news, const request& of);
  void hear(const chat::fact::arrived& news, const request& of);
  void hear(const chat::fact::gone& news, const request& of);
  void hear(const chat::fact::renamed& news, const request& of);
  void hear(const chat::fact::away& news, const request& of);
  void hear(const chat::fact::device_added& news, const request& of);
  void hear(const chat::fact::device_gone& news, const request& of);
  void hear(const chat::fact::broken& news, const request& of);
  void hear(const chat::fact::resumed& news, const request& of);
  void hear(const chat::fact::crowd& news, const request& of);
  void hear(const chat::fact::room_joined& news, const request& of);
  void hear(const chat::fact::room_left& news, const request& of);
  void hear(const chat::fact::room_crowd& news, const request& of);
  void hear(const chat::fact::room_dropped& news, const request& of);
  void hear(const chat::fact::topic& news, const request& of);
  void deliver(bool answers);

  std::size_t index_;
  std::vector<puppet>& cast_;
  std::string next_token_;
  std::map<std::uint32_t, std::set<std::pair<std::uint32_t, std::uint32_t>>> members_;  // what the shard knows of rooms
};

/// What was wanted, as a hub gets it.
command command_of(const request& by);

}  // namespace confab::test::cluster
