#include "client/ui/reply_lines.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "client/ui/table.hpp"
#include "client/ui/ui_messages.hpp"

namespace confab::client {
namespace {

std::vector<std::string> person_row(language lang, const person& who, std::size_t idle_digits) {
  std::string state = format(lang, ui_message::who_idle, fmt::format("{:>{}}", who.idle, idle_digits));
  if (who.away)
    state += format(lang, who.away->empty() ? ui_message::away_silent_in_list : ui_message::away_in_list, *who.away);
  if (who.lost) state += text_of(lang, ui_message::lost_in_list);
  return {who.name, who.addr == who.name ? std::string() : who.addr, std::move(state)};  // some have no name
}

std::vector<std::string> people_lines(language lang, const std::vector<person>& people) {
  std::size_t idle_digits = 1;
  for (const person& each : people) idle_digits = std::max(idle_digits, fmt::formatted_size("{}", each.idle));
  std::vector<std::vector<std::string>> rows;
  rows.reserve(people.size());
  for (const person& each : people) rows.push_back(person_row(lang, each, idle_digits));
  return table(rows);
}

std::vector<std::string> room_lines(language lang, const std::vector<room_list::entry>& rooms) {
  std::vector<std::vector<std::string>> rows;
  rows.reserve(rooms.size());
  for (const room_list::entry& each : rooms) {
    rows.push_back({"#" + each.room, format(lang, ui_message::room_members, each.members), each.topic});
  }
  return table(rows);
}

void append(std::vector<std::string>& lines, std::vector<std::string> more) {
  lines.insert(lines.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

ui_message found_message(const found& what) noexcept {
  if (what.messages == 0) return ui_message::found_none;
  return what.more ? ui_message::found_more : ui_message::found_some;
}

}  // namespace

std::vector<std::string> reply_lines(language lang, const event& said, bool first) {
  std::vector<std::string> lines;
  if (const auto* list = std::get_if<users>(&said.body)) {
    // Of a room the number of all who are online says nothing.
    if (first && list->room.empty()) lines.push_back(format(lang, ui_message::who_title, list->online));
    append(lines, people_lines(lang, list->people));
  } else if (const auto* rooms = std::get_if<room_list>(&said.body)) {
    append(lines, room_lines(lang, rooms->rooms));
  } else if (const auto* end = std::get_if<found>(&said.body)) {
    lines.push_back(format(lang, found_message(*end), end->messages));
  } else if (const auto* number = std::get_if<count>(&said.body)) {
    lines.push_back(format(lang, ui_message::count, number->online));
  } else if (const auto* answer = std::get_if<pong>(&said.body)) {
    lines.push_back(format(lang, ui_message::pong, answer->token));
  } else if (const auto* me = std::get_if<whoami>(&said.body)) {
    const ui_message form = me->tls ? ui_message::whoami_tls : ui_message::whoami_plain;
    lines.push_back(format(lang, form, me->name, me->addr));
  } else if (std::holds_alternative<ok>(said.body)) {
    lines.emplace_back(text_of(lang, ui_message::done));
  }
  return lines;
}

}  // namespace confab::client
