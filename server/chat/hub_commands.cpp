// What each command does, but for rooms, history and resuming. The rest of the hub is in hub.cpp.
#include <charconv>
#include <utility>

#include "common/names.hpp"
#include "server/chat/hub.hpp"

namespace confab::chat {
namespace {

// So many are remembered to have been told that somebody is away; then they are told again.
constexpr std::size_t max_told_away = 1000;

}  // namespace

void hub::run(user& from, const command& wanted) {
  const session_ref session = from.session;  // `from` may be gone afterwards
  const std::size_t before = out_.bytes();
  effort_.add(1 + (wanted.word.size() + wanted.text.size()) / 64);
  out_.set_tag(wanted.tag);
  switch (wanted.is) {
    case command::kind::nothing: break;
    case command::kind::wanted: run_verb(from, wanted); break;
    case command::kind::refused:
      if (wanted.trouble == problem::line_too_long) {
        complain(from, wanted.trouble, std::to_string(options_.max_line));
      } else {
        complain(from, wanted.trouble, wanted.text);
      }
      break;
  }
  out_.set_tag({});
  pace(session, out_.bytes() - before);
}

void hub::run_verb(user& from, const command& wanted) {
  switch (wanted.what) {
    case verb::say: return say(from, wanted);
    case verb::who: return who(from, wanted);
    case verb::rename: return rename(from, wanted.text);
    case verb::whisper: return whisper(from, wanted);
    case verb::count: return out_.to(from, event::count{users_.size()});
    case verb::ping: return out_.to(from, event::pong{wanted.text});
    case verb::help: return help(from, wanted.text);
    case verb::json: return speak_as(from, wanted.text == "on" ? form::json : form::text);
    case verb::ids:
      if (from.speaks != form::json) out_.speak(from, wanted.text == "on" ? form::numbered : form::text);
      return out_.to(from, event::ok{});
    case verb::quit: return show_out(from, leave_reason::quit, wanted.text);
    case verb::join: return join_room(from, wanted.text);
    case verb::leave: return leave_room(from, wanted.text);
    case verb::rooms: return list_rooms(from);
    case verb::room: return talk_in(from, wanted.text);
    case verb::topic: return set_topic(from, wanted.word, wanted.text);
    case verb::history: return ask_history(from, wanted);
    case verb::search: return search(from, wanted);
    case verb::recall: return recall(from, wanted.text);
    case verb::away: return set_away(from, true, wanted.text);
    case verb::back: return set_away(from, false, {});
    case verb::heartbeat: return promise_heartbeat(from, wanted.text);
    case verb::resume: return resume(from, wanted.word, wanted.text);
    case verb::tag: return;  // read_command has put it into command::tag
  }
}

void hub::say(user& from, const command& wanted) {
  const room& where = rooms_.at(from.extras == nullptr ? rooms::lobby_number : from.extras->talks_in);
  if (const std::uint64_t before = id_of_tag(from, wanted.tag); before != 0) {
    const utterance* const known = recent_.find(before);
    const room* const said_in = known == nullptr ? nullptr : rooms_.find(*known);
    const bool forgotten = known == nullptr || known->recalled || known->to_user != 0;
    const std::string_view text = forgotten ? wanted.text : std::string_view(known->text);
    return out_.to(from, event::message{before, said_in == nullptr ? where.name : said_in->name, from.who(), text, {}});
  }
  const event::message news{++last_id_, where.name, from.who(), wanted.text, {}};
  const bool tagged = !wanted.tag.empty();
  if (where.number != rooms::lobby_number) {
    out_.to_room(where, tagged ? &from : nullptr, news);
  } else if (tagged) {
    out_.to_others(from, news);
  } else {
    out_.to_all(news);
  }
  if (tagged) out_.to(from, news);
  utterance fresh;
  fresh.room = where.number;
  fresh.text = wanted.text;
  remember(from, std::move(fresh));
  note_tag(from, wanted.tag, last_id_);
}

void hub::rename(user& from, std::string_view wanted) {
  auto parsed = parse_name(wanted);
  if (const auto* error = std::get_if<name_error>(&parsed)) return complain(from, to_problem(*error));
  auto& chosen = std::get<name>(parsed);
  if (const user* holder = users_.find_key(chosen.key); holder != nullptr && holder != &from) {
    return complain(from, problem::name_in_use);
  }
  const std::string old_name(from.name());
  users_.rename(from, std::move(chosen.shown), std::move(chosen.key));
  out_.to(from, event::you_renamed{old_name, from.who()});
  if (from.name() != old_name) out_.to_others(from, event::renamed{old_name, from.who()});
}

void hub::whisper(user& from, const command& wanted) {
  // Most names are their own key: only the others cost a normalisation.
  const std::string_view to = wanted.word;
  user* const receiver = is_plain_key(to) ? users_.find_key(to) : users_.find_key(name_key(to));
  const std::uint64_t before = id_of_tag(from, wanted.tag);
  const utterance* const known = recent_.find(before);
  if (known != nullptr && !known->recalled && (receiver != nullptr || name_key(known->to) == name_key(to))) {
    return out_.to(from, event::whispered{{before, from.name(), known->to, known->text, {}}});
  }
  if (before != 0 && (receiver != nullptr || known == nullptr)) {
    return out_.to(from, event::whispered{{before, from.name(), to, wanted.text, {}}});
  }
  if (receiver == nullptr) return complain(from, problem::no_such_user);
  const event::whisper news{++last_id_, from.name(), receiver->name(), wanted.text, {}};
  note_tag(from, wanted.tag, last_id_);
  if (receiver == &from) {
    out_.to(from, news);
  } else {
    out_.to(from, event::whispered{news});
    tell_away(from, *receiver);
    out_.set_tag({});
    if (!receiver->catching_up()) out_.to(*receiver, news);
  }
  utterance fresh;
  fresh.to_user = receiver->arrival;
  fresh.to = receiver->name();
  fresh.text = wanted.text;
  remember(from, std::move(fresh));
}

void hub::help(user& from, std::string_view topic) {
  if (topic.starts_with('/')) topic.remove_prefix(1);
  if (!topic.empty() && find_command(topic) == nullptr) return complain(from, problem::unknown_command, topic);
  for (const command_row& row : command_table()) {
    if (!topic.empty() && row.word != topic) continue;
    std::string line(row.usage);
    line.append(": ").append(out_.lang() == language::zh ? row.zh : row.en);
    out_.to(from, event::notice{line});
  }
}

void hub::speak_as(user& from, form as) {
  out_.speak(from, as);
  if (as == form::json && from.more().token.empty() && options_.resume_window.count() > 0 && options_.make_token) {
    from.extras->token = options_.make_token();
    from.extras->token_since = last_id_;
    by_token_.emplace(from.extras->token, &from);
  }
  welcome(from, false, true);
}

void hub::welcome(user& to, bool resumed, bool complete) {
  const std::string_view token = to.extras == nullptr ? std::string_view() : std::string_view(to.extras->token);
  out_.to(to, event::welcome{options_.server_name, to.who(), users_.size(), options_.max_line, max_name_length,
                             options_.idle_timeout, token, resumed, complete});
}

// ---- presence

void hub::set_away(user& from, bool is_away, std::string_view text) {
  if (text.size() > max_note) return complain(from, problem::note_too_long);
  user_extras& extras = from.more();
  extras.is_away = is_away;
  extras.away = text;
  extras.told_away.clear();
  out_.to(from, event::away{from.who(), is_away, text});
}

// Whoever whispers to somebody away is told so, once.
void hub::tell_away(user& from, const user& receiver) {
  if (receiver.extras == nullptr || !receiver.extras->is_away) return;
  auto& told = receiver.extras->told_away;
  if (told.size() >= max_told_away) told.clear();
  if (!told.insert(from.arrival).second) return;
  out_.to(from, event::away{receiver.who(), true, receiver.extras->away});
}

void hub::promise_heartbeat(user& from, std::string_view text) {
  unsigned seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc{} || end != text.data() + text.size() || seconds > heartbeats::longest.count()) {
    return complain(from, problem::heartbeat_seconds);
  }
  user_extras& extras = from.more();
  extras.heartbeat = std::chrono::seconds(seconds);
  // An earlier look takes the place of the one that was due. It must be much earlier: a client that promises a second
  // less again and again must not fill the wheel.
  const bool due = extras.look_at != 0;
  if (seconds != 0 && options_.dead_after > 0 && (!due || 2 * seconds <= extras.look_at - heartbeats_.now())) {
    extras.look_at = heartbeats_.look(from.session, extras.heartbeat);
  }
  out_.to(from, event::ok{});
}

void hub::complain(user& to, problem what, std::string_view detail) {
  out_.to(to, event::error{what, detail});
}

}  // namespace confab::chat
