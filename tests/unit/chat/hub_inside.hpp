#pragma once

#include <cstddef>
#include <map>
#include <string>

#include "server/chat/hub.hpp"

/// What tests of the whole hub may see of its inside: how much it keeps. Nothing in the server looks in here.
namespace confab::test {

/// Makes a private member known to `Key`: access is not checked where a template is instantiated explicitly.
template <class Key, auto Member>
struct shown_to {
  friend constexpr auto shown(Key) { return Member; }
};

#define CONFAB_SHOW(owner, member)                 \
  struct owner##_##member {                        \
    friend constexpr auto shown(owner##_##member); \
  };                                               \
  template struct shown_to<owner##_##member, &chat::owner::member>

CONFAB_SHOW(hub, chat_);
CONFAB_SHOW(hub, with_);
CONFAB_SHOW(paging, replies_);
CONFAB_SHOW(paging, line_);
CONFAB_SHOW(arrivals, due_);
CONFAB_SHOW(arrivals, known_);
CONFAB_SHOW(delivery_reports, undelivered_);
CONFAB_SHOW(delivery_reports, fates_);
CONFAB_SHOW(tags, said_);
CONFAB_SHOW(away, all_);
CONFAB_SHOW(tokens, by_token_);
CONFAB_SHOW(liveness, presence_);
CONFAB_SHOW(lifecycle, ghosts_);
CONFAB_SHOW(history, pages_);
CONFAB_SHOW(history, searches_);
CONFAB_SHOW(room_rules, stirred_);
CONFAB_SHOW(ghosts, by_address_);
CONFAB_SHOW(ghosts, ranks_);
CONFAB_SHOW(directory, by_looks_);
CONFAB_SHOW(directory, addresses_);
CONFAB_SHOW(directory, shared_);
CONFAB_SHOW(message_log, messages_);
CONFAB_SHOW(message_log, by_room_);
CONFAB_SHOW(message_log, by_user_);
CONFAB_SHOW(message_log, recalled_);
CONFAB_SHOW(message_log, bytes_);
CONFAB_SHOW(outbound, listeners_);

#undef CONFAB_SHOW

/// All that a hub has, in the words of its tables.
class hub_inside {
 public:
  explicit hub_inside(chat::hub& of) : of_(of) {}

  chat::chat_state& chat() { return of_.*shown(hub_chat_{}); }
  chat::features& with() { return of_.*shown(hub_with_{}); }
  chat::ghosts& ghosts() { return with().lifecycle.*shown(lifecycle_ghosts_{}); }
  std::size_t known() { return with().arrivals.*shown(arrivals_known_{}); }

  /// How much each table holds that grows with users and with what they do.
  std::map<std::string, std::size_t> sizes() {
    auto& chat_state = chat();
    auto& users = chat_state.users;
    auto& recent = chat_state.log;
    auto& paging = with().paging;
    auto& delivery_reports = with().delivery_reports;
    auto& history = with().history;
    std::map<std::string, std::size_t> out;
    out["users"] = users.size();
    out["users in order"] = users.after(0).get() == nullptr ? 0 : 1;
    out["devices"] = users.device_count();
    out["looks of names"] = (users.*shown(directory_by_looks_{})).size();
    out["addresses"] = (users.*shown(directory_addresses_{})).size();
    out["shared addresses"] = (users.*shown(directory_shared_{})).size();
    out["rooms"] = chat_state.rooms.size();
    out["rooms that somebody came to or left"] = (with().rooms.*shown(room_rules_stirred_{})).size();
    out["long replies"] = (paging.*shown(paging_replies_{})).size();
    out["those who wait"] = (paging.*shown(paging_line_{})).size();
    out["their bytes"] = (paging.*shown(paging_line_{})).bytes();
    out["arrivals to be told"] = (with().arrivals.*shown(arrivals_due_{})).size();
    out["those known"] = known();
    out["whispers that wait"] = (delivery_reports.*shown(delivery_reports_undelivered_{})).size();
    out["fates of whispers"] = (delivery_reports.*shown(delivery_reports_fates_{})).size();
    out["tags"] = (with().tags.*shown(tags_said_{})).bytes();
    out["those away"] = (with().away.*shown(away_all_{})).size();
    out["tokens"] = (with().tokens.*shown(tokens_by_token_{})).size();
    out["those who may be idle"] = !(with().liveness.*shown(liveness_presence_{})).empty();
    out["ghosts"] = ghosts().size();
    out["their addresses"] = (ghosts().*shown(ghosts_by_address_{})).size();
    out["ranks of these"] = (ghosts().*shown(ghosts_ranks_{})).size();
    for (chat::fair_share* const share :
         {&(history.*shown(history_pages_{})), &(history.*shown(history_searches_{}))}) {
      out["questions"] += share->under_way() + share->waiting();
    }
    out["messages"] = (recent.*shown(message_log_messages_{})).size();
    out["rows of rooms"] = (recent.*shown(message_log_by_room_{})).size();
    out["rows of users"] = (recent.*shown(message_log_by_user_{})).size();
    out["recalls"] = (recent.*shown(message_log_recalled_{})).size();
    out["bytes of messages"] = recent.*shown(message_log_bytes_{});
    for (const std::size_t each : chat_state.out.*shown(outbound_listeners_{})) out["listeners"] += each;
    return out;
  }

 private:
  chat::hub& of_;
};

}  // namespace confab::test
