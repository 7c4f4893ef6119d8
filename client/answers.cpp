#include "client/answers.hpp"

#include "client/phrases.hpp"

namespace confab::client {
namespace {

std::string person_line(language lang, const person& who) {
  const std::string addr =
      who.addr == who.name ? std::string() : fmt::format("   {}", who.addr);  // else: somebody without a name
  std::string away;
  if (who.away) away = say(lang, who.away->empty() ? phrase::away_silent_in_list : phrase::away_in_list, *who.away);
  return say(lang, phrase::who_line, who.name, addr, who.idle, away);
}

phrase found_phrase(const found& what) noexcept {
  if (what.messages == 0) return phrase::found_none;
  return what.more ? phrase::found_more : phrase::found_some;
}

}  // namespace

std::vector<std::string> answer_lines(language lang, const event& said, bool first) {
  std::vector<std::string> lines;
  if (const auto* list = std::get_if<users>(&said.body)) {
    // Of a room the number of all who are online says nothing.
    if (first && list->room.empty()) lines.push_back(say(lang, phrase::who_title, list->online));
    for (const person& each : list->people) lines.push_back(person_line(lang, each));
  } else if (const auto* rooms = std::get_if<room_list>(&said.body)) {
    for (const room_list::entry& each : rooms->rooms) {
      lines.push_back(say(lang, phrase::room_line, each.room, each.members, each.topic));
    }
  } else if (const auto* end = std::get_if<found>(&said.body)) {
    lines.push_back(say(lang, found_phrase(*end), end->messages));
  } else if (const auto* number = std::get_if<count>(&said.body)) {
    lines.push_back(say(lang, phrase::count, number->online));
  } else if (const auto* answer = std::get_if<pong>(&said.body)) {
    lines.push_back(say(lang, phrase::pong, answer->token));
  } else if (std::holds_alternative<ok>(said.body)) {
    lines.emplace_back(text_of(lang, phrase::done));
  }
  return lines;
}

}  // namespace confab::client
