#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "server/chat/delivery.hpp"
#include "server/chat/recalls.hpp"
#include "server/chat/talk.hpp"
#include "tests/unit/chat/cluster_facts.hpp"

namespace confab::test::cluster {

/// Somebody in a simulated cluster, and what it has read.
struct puppet {
  std::size_t node = 0;
  std::uint64_t number = 0;  ///< 0: has not come yet
  chat::turn_cursor cursor;
  bool closed = false;
  std::string heard;                      ///< what it was told because of facts
  std::string answers;                    ///< what only it was told
  std::vector<std::size_t> heard_before;  ///< bytes of facts that it had heard before each of these
  std::vector<std::uint64_t> done;        ///< counters of its requests, in the order in which they were answered
};

/// The features that have two halves and the state they share. One node of the cluster decides: it knows all users, and
/// those of other nodes sit in a shard of which nobody reads. The others know their own users only.
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

  chat::chat_state chat;
  chat::arrivals arrivals{chat};
  chat::delivery_reports deliveries{chat};
  chat::tags tags{chat};
  chat::backlog backlog{chat};
  chat::room_rules rooms{chat, arrivals, backlog};
  chat::away away{chat};
  chat::naming naming{chat};
  chat::talk talk{chat, arrivals, deliveries, tags, backlog, rooms, naming, away};
  chat::recalls recalls{chat, deliveries, backlog};

 private:
  class ears;

  bool is_mine(const request& by) const noexcept { return by.node == index_; }
  chat::asker asker_of(const request& by);
  template <class Fact>
  void apply(const Fact& news, const request& of);
  void deliver(bool answers);

  std::size_t index_;
  bool decides_;
  std::vector<puppet>& cast_;
  std::map<std::uint32_t, std::set<std::uint32_t>> members_;  // what the shard knows of rooms
};

/// What was wanted, as a hub gets it.
command command_of(const request& by);

}  // namespace confab::test::cluster
