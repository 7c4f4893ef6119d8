// The table of rules. The rest of the hub is in hub.cpp.
#include <array>

#include "server/chat/help.hpp"
#include "server/chat/hub_rule.hpp"

namespace confab::chat {
namespace {

bool is_on(const command& wanted) noexcept {
  return wanted.text == "on";
}

template <class Rows>
constexpr bool in_order_of_verbs(const Rows& rows) noexcept {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].what != static_cast<verb>(i)) return false;
  }
  return true;
}

}  // namespace

const hub::rule& hub::rule_of(verb what) noexcept {
  using enum role;
  using cost::line_to_all, cost::little, cost::long_answer, cost::words_to_all, cost::words_to_room;
  constexpr bool changes = true;
  constexpr std::size_t count = static_cast<std::size_t>(verb::resume) + 1;
  static constexpr std::array<rule, count> rows{{
      {verb::say, anybody, words_to_room, changes,
       [](hub& rules, const asker& from, const command& wanted) { rules.with_.talk.say(from, wanted); }},
      {verb::who, anybody, long_answer, !changes,
       [](hub& rules, const asker& from, const command& wanted) { rules.with_.lists.users(from, wanted.text); }},
      {verb::rename, anybody, line_to_all, changes,
       [](hub& rules, const asker& from, const command& wanted) { rules.with_.naming.rename(from, wanted.text); }},
      {verb::whisper, anybody, little, changes,
       [](hub& rules, const asker& from, const command& wanted) { rules.with_.talk.whisper(from, wanted); }},
      {verb::count, anybody, little, !changes,
       [](hub& rules, const asker& from, const command&) {
         rules.chat_.out.reply(from, event::count{rules.with_.arrivals.online_for(*from)});
       }},
      {verb::whoami, anybody, little, !changes,
       [](hub& rules, const asker& from, const command&) { rules.with_.formats.whoami(from); }},
      {verb::ping, anybody, little, !changes,
       [](hub& rules, const asker& from, const command& wanted) {
         rules.chat_.out.reply(from, event::pong{wanted.text});
       }},
      {verb::help, anybody, long_answer, !changes,
       [](hub& rules, const asker& from, const command& wanted) { help(rules.chat_, from, wanted.text); }},
      {verb::json, anybody, little, !changes,
       [](hub& rules, const asker& from, const command& wanted) { rules.with_.formats.json(from, is_on(wanted)); }},
      {verb::quit, anybody, line_to_all, changes,
       [](hub& rules, const asker& from, const command& wanted) {
         rules.with_.lifecycle.end(from, leave_reason::quit, wanted.text);
       }},
      {verb::tag, anybody, little, !changes,
       [](hub&, const asker&, const command&) {}},  // read_command has put it into command::tag
      {verb::join, anybody, line_to_all, changes,
       [](hub& rules, const asker& from, const command& wanted) { rules.with_.rooms.join(from, wanted.text); }},
      {verb::leave, anybody, line_to_all, changes,
       [](hub& rules, const asker& from, const command& wanted) { rules.with_.rooms.leave(from, wanted.text); }},
      {verb::rooms, anybody, long_answer, !changes,
       [](hub& rules, const asker& from, const command&) { rules.with_.lists.rooms(from); }},
      {verb::room, anybody, little, changes,
       [](hub& rules, const asker& from, const command& wanted) { rules.with_.rooms.switch_room(from, wanted.text); }},
      {verb::topic, anybody, words_to_all, changes,
       [](hub& rules, const asker& from, const command& wanted) {
         rules.with_.rooms.topic(from, wanted.word, wanted.text);
       }},
      {verb::in, anybody, words_to_all, changes,
       [](hub& rules, const asker& from, const command& wanted) { rules.with_.talk.say_in(from, wanted); }},
      {verb::history, anybody, long_answer, !changes,
       [](hub& rules, const asker& from, const command& wanted) { rules.with_.history.page(from, wanted); }},
      {verb::search, anybody, long_answer, !changes,
       [](hub& rules, const asker& from, const command& wanted) { rules.with_.history.search(from, wanted); }},
      {verb::recall, anybody, line_to_all, changes,
       [](hub& rules, const asker& from, const command& wanted) { rules.with_.recalls.recall(from, wanted.text); }},
      {verb::ids, anybody, little, !changes,
       [](hub& rules, const asker& from, const command& wanted) { rules.with_.formats.ids(from, is_on(wanted)); }},
      {verb::times, anybody, little, !changes,
       [](hub& rules, const asker& from, const command& wanted) { rules.with_.formats.times(from, is_on(wanted)); }},
      {verb::replay, anybody, little, !changes,
       [](hub& rules, const asker& from, const command& wanted) { rules.with_.formats.replay(from, is_on(wanted)); }},
      {verb::away, anybody, little, changes,
       [](hub& rules, const asker& from, const command& wanted) { rules.with_.away.leave(from, wanted.text); }},
      {verb::back, anybody, little, changes,
       [](hub& rules, const asker& from, const command&) { rules.with_.away.come_back(from); }},
      {verb::heartbeat, anybody, little, !changes,
       [](hub& rules, const asker& from, const command& wanted) {
         rules.with_.liveness.promise_heartbeat(from, wanted.text);
       }},
      {verb::resume, anybody, long_answer, !changes,
       [](hub& rules, const asker& from, const command& wanted) { rules.come_back(from, wanted); }},
  }};
  static_assert(in_order_of_verbs(rows));
  return rows[static_cast<std::size_t>(what)];
}

}  // namespace confab::chat
