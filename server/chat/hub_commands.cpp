// What each command does, but for rooms, history and resuming. The rest of the hub is in hub.cpp.
#include <charconv>
#include <utility>

#include "common/names.hpp"
#include "common/opening.hpp"
#include "server/chat/hub.hpp"

namespace confab::chat {
namespace {

// So many are remembered to have been told that somebody is away; then they are told again.
constexpr std::size_t max_told_away = 1000;

// What it takes to see whom a name looks like.
constexpr std::size_t steps_of_looks = 200;

}  // namespace

void hub::run(user& from, const command& wanted) {
  const session_ref session = from.session;  // `from` may be gone afterwards
  const std::size_t before = chat_.out.bytes();
  const std::uint64_t steps = chat_.spent.steps();
  chat_.spent.add(1 + (wanted.word.size() + wanted.text.size()) / 64);
  const asker by{&from, wanted.tag};
  switch (wanted.is) {
    case command::kind::nothing: break;
    case command::kind::wanted: run_verb(by, wanted); break;
    case command::kind::refused:
      if (wanted.asks_to_resume()) {
        refuse_resume(by, wanted.trouble, wanted.text);
      } else if (wanted.trouble == problem::line_too_long) {
        chat_.out.complain(by, wanted.trouble, std::to_string(chat_.options.max_line));
      } else {
        chat_.out.complain(by, wanted.trouble, wanted.text);
      }
      break;
  }
  if (!pacing_.enough(session, chat_.out.bytes() - before, chat_.spent.steps() - steps)) return;
  user* const busy = chat_.users.find(session);
  if (busy != nullptr && !busy->waits) paging_.pause(*busy);
}

void hub::run_verb(const asker& from, const command& wanted) {
  switch (wanted.what) {
    case verb::say: return say(from, rooms_.current_of(*from), wanted);
    case verb::in: return say_in(from, wanted);
    case verb::who: return who(from, wanted);
    case verb::rename: return rename(from, wanted.text);
    case verb::whisper: return whisper(from, wanted);
    case verb::count: return chat_.out.reply(from, event::count{arrivals_.online_for(*from)});
    case verb::ping: return chat_.out.reply(from, event::pong{wanted.text});
    case verb::help: return help(from, wanted.text);
    case verb::json: return speak_as(from, wanted.text == "on" ? form::json : form::text);
    case verb::ids: return adorn(from, wanted.text == "on", has_times(from->speaks));
    case verb::times: return adorn(from, has_ids(from->speaks), wanted.text == "on");
    case verb::quit: return show_out(from, leave_reason::quit, wanted.text);
    case verb::join: return rooms_.join(from, wanted.text);
    case verb::leave: return rooms_.leave(from, wanted.text);
    case verb::rooms: return list_rooms(from);
    case verb::room: return rooms_.talk_in(from, wanted.text);
    case verb::topic: return rooms_.topic(from, wanted.word, wanted.text);
    case verb::history: return history_.page(from, wanted);
    case verb::search: return history_.search(from, wanted);
    case verb::recall: return recall(from, wanted.text);
    case verb::replay: from->shown_past = wanted.text == "on"; return chat_.out.reply(from, event::ok{});
    case verb::away: return set_away(from, true, wanted.text);
    case verb::back: return set_away(from, false, {});
    case verb::heartbeat: return promise_heartbeat(from, wanted.text);
    case verb::resume: return resume(from, wanted.word, wanted.text);
    case verb::tag: return;  // read_command has put it into command::tag
  }
}

void hub::say_in(const asker& from, const command& wanted) {
  if (room* const where = rooms_.find_joined(from, wanted.word)) say(from, *where, wanted);
}

void hub::say(const asker& from, room& where, const command& wanted) {
  if (const tags::prior before = tags_.said_with(*from, wanted.tag); before.id != 0) {
    return tags_.repeat_said(from, where, wanted, before);
  }
  arrivals_.make_known(*from);
  const std::uint64_t scope = from->extras == nullptr ? 0 : from->extras->scope;
  const fact::said news{++chat_.last_id, where.name, from->who(), wanted.text, wanted.tag, scope};
  const event::message line{news.id, news.room, news.from, news.text, {}};
  const bool tagged = !wanted.tag.empty();
  chat_.out.say_in(where, tagged ? from.who : nullptr, line);
  if (tagged) chat_.out.reply(from, line);
  backlog_.add(news, where);
  tags_.note(*from, news.tag, news.id);
}

void hub::rename(const asker& from, std::string_view wanted) {
  auto parsed = parse_name(wanted);
  if (const auto* error = std::get_if<name_error>(&parsed)) return chat_.out.complain(from, to_problem(*error));
  auto& chosen = std::get<name>(parsed);
  if (const user* holder = chat_.users.find_key(chosen.key); holder != nullptr && holder != from.who) {
    return chat_.out.complain(from, problem::name_in_use);
  }
  chat_.spent.add(steps_of_looks);
  if (mixes_scripts(chosen.shown)) return chat_.out.complain(from, problem::name_mixes_scripts);
  const looks appearance = looks_of(chosen.shown);
  if (looks_reserved(appearance)) return chat_.out.complain(from, problem::name_reserved);
  if (chat_.users.find_lookalike(appearance, *from) != nullptr)
    return chat_.out.complain(from, problem::name_looks_taken);
  const std::string old_name(from->name());
  chat_.users.rename(*from, std::move(chosen.shown), std::move(chosen.key));
  chat_.out.reply(from, event::you_renamed{old_name, from->who()});
  if (from->name() != old_name && from->known) chat_.out.to_others(*from, event::renamed{old_name, from->who()});
}

// By name, or by number as in `@17`: who that is does not change with the name.
user* hub::find_user(std::string_view text) const {
  user* found = nullptr;
  if (text.starts_with('@')) {
    std::uint64_t number = 0;
    const char* const last = text.data() + text.size();
    const auto [end, error] = std::from_chars(text.data() + 1, last, number);
    found = error == std::errc{} && end == last && number != 0 ? chat_.users.find_arrival(number) : nullptr;
  } else {
    // Most names are their own key: only the others cost a normalisation.
    found = is_plain_key(text) ? chat_.users.find_key(text) : chat_.users.find_key(name_key(text));
  }
  return found != nullptr && found->announced ? found : nullptr;
}

void hub::whisper(const asker& from, const command& wanted) {
  user* const receiver = find_user(wanted.word);
  if (const tags::prior before = tags_.said_with(*from, wanted.tag); before.id != 0) {
    return tags_.repeat_whisper(from, receiver, wanted, before);
  }
  if (receiver == nullptr) return chat_.out.complain(from, problem::no_such_user);
  if (receiver != from.who) {
    arrivals_.make_known(*from);
    arrivals_.make_known(*receiver);  // or the whisper would be lost without a word if that breaks off now
  }
  const std::uint64_t scope = from->extras == nullptr ? 0 : from->extras->scope;
  const fact::whispered news{++chat_.last_id, from->who(), receiver->who(), wanted.text, wanted.tag, scope};
  const event::whisper line{news.id, news.from, news.to, news.text, {}};
  tags_.note(*from, news.tag, news.id);
  if (receiver == from.who) {
    chat_.out.reply(from, line);
  } else {
    chat_.out.reply(from, event::whispered{line});
    tell_away(from, *receiver);
    deliveries_.wait(from, *receiver, news.id);
    if (!receiver->catching_up) chat_.out.tell(*receiver, line);
  }
  backlog_.add(news);
}

void hub::help(const asker& from, std::string_view topic) {
  const folded_word word = fold_word(topic);
  if (topic.starts_with('/')) topic.remove_prefix(1);
  if (!topic.empty() && find_command(word.text()) == nullptr)
    return chat_.out.complain(from, problem::unknown_command, topic);
  for (const command_row& row : command_table()) {
    if (!topic.empty() && row.word != word.text()) continue;
    std::string line(row.usage);
    line.append(": ").append(chat_.out.lang() == language::zh ? row.zh : row.en);
    chat_.out.reply(from, event::notice{line});
  }
}

// What stands in front of the lines of somebody who is spoken to in text; JSON has it all.
void hub::adorn(const asker& from, bool ids, bool times) {
  if (from->speaks != form::json) chat_.out.speak(*from, text_form(ids, times));
  chat_.out.reply(from, event::ok{});
}

void hub::speak_as(const asker& from, form as) {
  chat_.out.speak(*from, as);
  if (as == form::json) give_token(*from);
  welcome(from, false, true);
}

void hub::welcome(const asker& to, bool resumed, bool complete) {
  event::welcome news{chat_.options.server_name,
                      to->who(),
                      arrivals_.online_for(*to),
                      chat_.options.max_line,
                      max_name_length,
                      chat_.options.idle_timeout,
                      {},
                      resumed,
                      complete,
                      {},
                      {},
                      {}};
  if (!resumed) news.motd = chat_.options.motd;
  std::vector<std::string_view> joined;
  if (to->extras != nullptr) {
    news.token = to->extras->token;
    for (const auto& each : to->extras->rooms) joined.push_back(chat_.rooms.at(each.room).name);
    news.room = chat_.rooms.at(to->extras->talks_in).name;
  }
  news.rooms = joined;
  chat_.out.reply(to, news);
}

// ---- presence

void hub::set_away(const asker& from, bool is_away, std::string_view text) {
  if (text.size() > max_note) return chat_.out.complain(from, problem::note_too_long);
  user_extras& extras = from->more();
  extras.is_away = is_away;
  extras.away = text;
  extras.told_away.clear();
  chat_.out.reply(from, event::away{from->who(), is_away, text});
}

// Whoever whispers to somebody away is told so, once.
void hub::tell_away(const asker& from, const user& receiver) {
  if (receiver.extras == nullptr || !receiver.extras->is_away) return;
  auto& told = receiver.extras->told_away;
  if (told.size() >= max_told_away) told.clear();
  if (!told.insert(from->arrival).second) return;
  chat_.out.reply(from, event::away{receiver.who(), true, receiver.extras->away});
}

void hub::promise_heartbeat(const asker& from, std::string_view text) {
  unsigned seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc{} || end != text.data() + text.size() || seconds > heartbeats::longest.count()) {
    return chat_.out.complain(from, problem::bad_argument, usage_of(verb::heartbeat));
  }
  user_extras& extras = from->more();
  extras.heartbeat = std::chrono::seconds(seconds);
  // An earlier look takes the place of the one that was due. It must be much earlier: a client that promises a second
  // less again and again must not fill the wheel.
  const bool due = extras.look_at != 0;
  if (seconds != 0 && chat_.options.dead_after > 0 && (!due || 2 * seconds <= extras.look_at - heartbeats_.now())) {
    extras.look_at = heartbeats_.look(from->session, extras.heartbeat);
  }
  chat_.out.reply(from, event::ok{});
}

}  // namespace confab::chat
