#pragma once

#include <string>
#include <string_view>

#include <fmt/format.h>

#include "client/protocol/events.hpp"
#include "common/language.hpp"

/// Every text that the client itself says, in every language. Pure; any thread.
namespace confab::client {

enum class ui_message {
  // the menu
  menu,
  menu_again,
  ask_choice,
  ask_public,
  ask_room,
  ask_private,
  ask_partner,
  ask_name,
  ask_leaving,
  ask_yes_no,
  menu_again_line,
  way_out,
  offer_name,
  name_goes_back,
  goes_back,
  more_people,
  and_more,
  nobody_else,
  no_such_person,
  partner_gone,
  partner_back,
  partner_is_another,
  partner_unsure,
  partner_not_there,
  not_sent_because,
  answer_yes_no,
  held_meant,
  held_given_up,
  held_waits,
  leaving_meant,
  leaving_refused,
  nobody_whispered,
  public_mode,
  private_mode,
  menu_mode,
  // what happened
  connected,
  tag_public,
  tag_private,
  me,
  came,
  went,
  crowd_came,
  crowd_went,
  list_separator,
  group_separator,
  now_online,
  entered_room,
  left_room,
  room_crowd,
  text_goes_to,
  text_goes_to_lobby,
  topic_is,
  topic_set,
  room_members,
  topic_is_alone,
  topic_none,
  topic_cleared,
  found_some,
  found_more,
  found_none,
  recalled,
  recalled_known,
  recalled_mine,
  numbered,
  is_away,
  is_away_silent,
  is_back,
  away_in_list,
  away_silent_in_list,
  lost_in_list,
  whisper_waits,
  whisper_delivered,
  whispers_delivered,
  whisper_lost,
  whispers_lost,
  missed_some,
  renamed,
  renamed_me,
  monday,
  tuesday,
  wednesday,
  thursday,
  friday,
  saturday,
  sunday,
  who_title,
  who_idle,
  count,
  pong,
  done,
  waiting,
  typed_waits,
  // status row
  status_online,
  status_unread,
  status_offline,
  status_connecting,
  status_nameless,
  status_way_out,
  // refusals
  not_utf8,
  too_long,
  not_from_here,
  usage_message,
  meant_command,
  not_connected,
  queue_full,
  // bell and help
  bell_is,
  bell_usage,
  help,
  // the connection
  connecting,
  cannot_connect,
  lost,
  lost_trying,
  unconnected_trying,
  enter_retries,
  refused_login,
  reconnected,
  place_taken_back,
  held_refused,
  delivered,
  not_delivered,
  not_sent,
  not_sent_room,
  rejoin_refused,
  perhaps_missed,
  maybe_lost,
  not_confirmed,
  name_taken_again,
  name_given_up,
  name_wanted,
  mismatch,
  no_answer,
  closed_early,
  line_too_long,
  unreadable,
  left_idle,
  left_slow,
  left_kicked,
  left_shutdown,
  link_silent,
  connect_timeout,
  connect_refused,
  unreachable,
  no_such_host,
  was_reset,
  server_closed,

};

/// The text for `what` with its `{0}`, `{1}` still in it. Help is several lines, with LF between.
std::string_view text_of(language lang, ui_message what) noexcept;

/// The text for `what` with `values` filled in.
template <typename... Values>
std::string format(language lang, ui_message what, const Values&... values) {
  return fmt::vformat(text_of(lang, what), fmt::make_format_args(values...));
}

/// An `error` of the server in the person's language. Of a problem that this version does not know, the server's own
/// words (its language may be another).
std::string explain(language lang, const error& why);

}  // namespace confab::client
