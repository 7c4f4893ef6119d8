// What each command does, but for rooms, history and resuming. The rest of the hub is in hub.cpp.
#include <algorithm>
#include <charconv>
#include <utility>

#include "common/names.hpp"
#include "server/chat/hub.hpp"

namespace confab::chat {
namespace {

// Users in one slice of a list: about 12 KB of text, so that a long list holds up nobody else.
constexpr std::size_t slice_size = 256;

}  // namespace

void hub::run(user& from, const command& wanted) {
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
    const std::string_view text = known == nullptr ? wanted.text : std::string_view(known->text);
    return out_.to(from, event::message{before, where.name, from.who(), text, {}});
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
  if (known != nullptr && (receiver != nullptr || name_key(known->to) == name_key(to))) {
    return out_.to(from, event::whispered{{before, from.name(), known->to, known->text, {}}});
  }
  if (receiver == nullptr) return complain(from, problem::no_such_user);
  if (before != 0) return out_.to(from, event::whispered{{before, from.name(), receiver->name(), wanted.text, {}}});
  const event::whisper news{++last_id_, from.name(), receiver->name(), wanted.text, {}};
  note_tag(from, wanted.tag, last_id_);
  if (receiver == &from) {
    out_.to(from, news);
  } else {
    out_.to(from, event::whispered{news});
    tell_away(from, *receiver);
    out_.set_tag({});
    out_.to(*receiver, news);
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
  if (std::find(told.begin(), told.end(), from.arrival) != told.end()) return;
  told.push_back(from.arrival);
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
  if (seconds != 0 && (!due || 2 * seconds <= extras.look_at - heartbeats_.now())) {
    extras.look_at = heartbeats_.look(from.session, extras.heartbeat);
  }
  out_.to(from, event::ok{});
}

void hub::complain(user& to, problem what, std::string_view detail) {
  out_.to(to, event::error{what, detail});
}

// ---- lists and other long replies

void hub::who(user& from, const command& wanted) {
  long_reply list;
  list.until = users_.newest();
  if (!wanted.text.empty()) {
    const room* const of = find_room(from, wanted.text);
    if (of == nullptr) return;
    list.room = of->number;
    list.serial = of->serial;
  }
  if (list_slice(from, list)) return;
  long_reply& under_way = start_long_reply(from, wanted.tag);
  under_way.after = list.after;
  under_way.until = list.until;
  under_way.room = list.room;
  under_way.serial = list.serial;
  out_.drain(from);
}

// Says the next slice; true when that was the last. `after` moves to the last user listed.
bool hub::list_slice(user& to, long_reply& list) {
  slice_.clear();
  const room* const of = rooms_.find(list.room, list.serial);
  if (of == nullptr) {  // the last member has left since
    out_.to(to, event::users{{}, slice_, users_.size(), true});
    return true;
  }
  auto at = users_.after(list.after);
  for (; at.get() != nullptr && at.get()->arrival <= list.until && slice_.size() < slice_size; at.advance()) {
    const user& listed = *at.get();
    list.after = listed.arrival;
    if (!listed.is_in(list.room) || !listed.announced) continue;
    const bool is_away = listed.extras != nullptr && listed.extras->is_away;
    slice_.push_back({listed.who(), is_away, is_away ? std::string_view(listed.extras->away) : std::string_view(),
                      listed.seen.wall,
                      std::chrono::duration_cast<std::chrono::seconds>(now_.steady - listed.seen.steady)});
  }
  const bool end = at.get() == nullptr || at.get()->arrival > list.until;
  out_.to(to, event::users{of->name, slice_, users_.size(), end});
  return end;
}

long_reply& hub::start_long_reply(user& from, std::string_view tag) {
  from.waits = std::make_unique<long_reply>();
  from.waits->tag = tag;
  out_.hold(from);
  return *from.waits;
}

void hub::drained(session_ref session) {
  user* const to = users_.find(session);
  if (to != nullptr && to->waits != nullptr && to->waits->question == 0) continue_list(*to);
}

void hub::continue_list(user& to) {
  out_.set_tag(to.waits->tag);
  const bool end = list_slice(to, *to.waits);
  out_.set_tag({});
  if (!end) return out_.drain(to);
  end_long_reply(to);
}

// The reply is through: now what the asker sent meanwhile.
void hub::end_long_reply(user& to) {
  const std::unique_ptr<long_reply> done = std::move(to.waits);
  out_.resume(to);
  const session_ref session = to.session;
  for (const kept_command& next : done->later) {
    // Any of these may start another long reply, or end the session.
    user* const still = users_.find(session);
    if (still == nullptr) return;
    if (still->waits != nullptr) {
      still->waits->later.push_back(next);
    } else {
      run(*still, next.get());
    }
  }
  if (done->ended) leave(session, leave_reason::eof);
}

}  // namespace confab::chat
