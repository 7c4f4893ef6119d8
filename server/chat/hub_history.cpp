// What was said: keeping it, showing it again, taking it back. The rest of the hub is in hub.cpp.
#include <algorithm>
#include <charconv>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "common/utf8.hpp"
#include "server/chat/history_request.hpp"
#include "server/chat/hub.hpp"
#include "server/store/search_terms.hpp"

namespace confab::chat {
namespace {

store::moment to_store(std::chrono::system_clock::time_point time) {
  return std::chrono::floor<std::chrono::milliseconds>(time);
}

}  // namespace

utterance hub::from_store(const store::message& kept, const room& where) const {
  utterance out;
  out.id = kept.id;
  out.time = kept.time;
  out.room = where.number;
  out.room_serial = where.serial;
  out.from = kept.from;
  out.addr = kept.addr;
  out.to = kept.to;
  out.text = kept.text;
  out.from_user = number_of(kept.from_key);
  out.to_user = number_of(kept.to_key);
  out.tag = kept.tag;
  out.scope = kept.scope;
  return out;
}

// The number of the user with that key; 0 for one of an earlier run.
std::uint64_t hub::number_of(std::string_view key) const {
  if (!key.starts_with(options_.run) || !key.substr(options_.run.size()).starts_with('.')) return 0;
  key.remove_prefix(options_.run.size() + 1);
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), number);
  return error == std::errc{} && end == key.data() + key.size() ? number : 0;
}

void hub::restore(std::uint64_t last_id) {
  last_id_ = last_id;
}

bool hub::has_space_for_room() const noexcept {
  return rooms_.size() < options_.max_rooms;
}

void hub::restore_room(std::string_view name, const std::vector<store::message>& last) {
  room* where = name.empty() ? &rooms_.lobby() : rooms_.find(name);
  if (where == nullptr) where = &rooms_.add(std::string(name));
  where->kept = true;
  for (const store::message& each : last) where->past.push_back(from_store(each, *where));
}

// A user for good: unlike the name, nobody else can take it later.
std::string hub::person_key(const user& who) const {
  return fmt::format("{}.{}", options_.run, who.arrival);
}

// Called right after it was said, with the id that it got: for newcomers, for those who come back, for the history.
void hub::remember(user& from, utterance fresh) {
  fresh.id = last_id_;
  fresh.time = now_.wall;
  fresh.said = now_.steady;
  fresh.from_user = from.arrival;
  fresh.from = from.name();
  fresh.addr = from.addr;
  room* const where = fresh.to_user == 0 ? &rooms_.at(fresh.room) : nullptr;
  if (where != nullptr) {
    fresh.room_serial = where->serial;
    rooms_.note_life(*where);
  }
  if (options_.history) {
    store::message kept;
    kept.id = fresh.id;
    kept.time = to_store(fresh.time);
    kept.kind = where != nullptr ? store::message_kind::said : store::message_kind::whisper;
    if (where != nullptr) {
      kept.room = where->number == rooms::lobby_number ? "lobby" : where->name;
      where->kept = where->said_lately = true;
    }
    kept.from = fresh.from;
    kept.addr = fresh.addr;
    kept.from_key = person_key(from);
    kept.to = fresh.to;
    if (where == nullptr) kept.to_key = fmt::format("{}.{}", options_.run, fresh.to_user);
    kept.text = fresh.text;
    if (!fresh.tag.empty() && from.extras != nullptr && from.extras->scope != 0) {
      kept.scope = from.extras->scope;
      kept.tag = fresh.tag;
    }
    errands_.keep.emplace_back(std::move(kept));
  }
  if (where != nullptr && options_.replay > 0) {
    where->past.push_back(fresh);
    if (where->past.size() > options_.replay) where->past.pop_front();
  }
  recent_.add(std::move(fresh));
}

void hub::show_past(const user& to, const utterance& what, std::string_view tag, std::string_view own_tag) {
  const std::string past = format_past(what.time);
  out_.set_tag(tag);
  if (!what.to.empty()) {
    const event::whisper whisper{
        what.id, {what.from, what.addr, what.from_user}, {what.to, {}, what.to_user}, what.text, past, false, own_tag};
    if (what.to_user != to.arrival && what.from_user == to.arrival) {
      out_.to_at(to, what.time, event::whispered{whisper});
    } else {
      out_.to_at(to, what.time, whisper);
    }
  } else {
    out_.to_at(to, what.time,
               event::message{what.id,
                              rooms_.at(what.room).name,
                              {what.from, what.addr, what.from_user},
                              what.text,
                              past,
                              false,
                              own_tag});
  }
  out_.set_tag({});
}

// The newest that the outbox has room for.
void hub::replay(const user& to, const room& of) {
  if (!to.shown_past) return;
  auto first = of.past.end();
  for (std::size_t bytes = 0; first != of.past.begin(); --first) {
    bytes += std::prev(first)->bytes();
    if (bytes > options_.send_queue / 2) break;
  }
  for (auto each = first; each != of.past.end(); ++each) show_past(to, *each, {}, own_tag(to, *each));
}

// ---- asking

void hub::ask_history(user& from, const command& wanted) {
  const auto request = parse_history_request(wanted.text, now_.wall);
  if (!request) return complain(from, problem::history_arguments);
  std::uint32_t about = from.extras == nullptr ? rooms::lobby_number : from.extras->talks_in;
  if (!request->room.empty()) {
    const room* const where = find_room(from, request->room);
    if (where == nullptr) return;
    if (!from.is_in(where->number)) return complain(from, problem::not_in_room, request->room);
    about = where->number;
  }
  store::page_request page;
  page.room = about == rooms::lobby_number ? "lobby" : rooms_.at(about).name;
  page.where = request->where;
  page.id = request->id;
  page.time = request->time;
  page.limit = request->limit;
  ask(from, about, std::move(page));
}

void hub::search(user& from, const command& wanted) {
  store::search_request request = parse_search_request(wanted.text, now_.wall);
  if (store::search_words(request.words).empty()) return complain(from, problem::no_word_to_search);
  request.who.rooms.emplace_back("lobby");
  if (from.extras != nullptr) {
    for (const auto& joined : from.extras->rooms) request.who.rooms.push_back(rooms_.at(joined.room).name);
  }
  request.who.person = person_key(from);
  ask(from, rooms::lobby_number, std::move(request));
}

void hub::ask(user& from, std::uint32_t about, std::variant<store::page_request, store::search_request> wanted) {
  if (!options_.history) return complain(from, problem::no_history);
  if (short_) return complain(from, problem::history_failed);
  // What waits for the asker in slices is no more than what may wait in its outbox.
  std::visit([this](auto& each) { each.max_bytes = std::min(options_.send_queue, store::max_page_bytes); }, wanted);
  long_reply reply;
  reply.is = long_reply::kind::question;
  reply.question = ++questions_;
  reply.room = about;
  start_reply(from, std::move(reply));
  question asked{from.session, questions_, std::move(wanted)};
  fair_share& share = share_of(asked);
  if (auto now = share.ask(std::move(asked), now_.steady)) errands_.questions.push_back(std::move(*now));
}

fair_share& hub::share_of(const question& asked) noexcept {
  return std::holds_alternative<store::page_request>(asked.wanted) ? pages_ : searches_;
}

// Those whose asker has gone meanwhile are not asked at all.
void hub::ask_next(fair_share& from) {
  while (auto next = from.next()) {
    effort_.add(1);
    const user* const asker = users_.find(next->asker);
    if (asker == nullptr || asker->waits == nullptr || asker->waits->question != next->number) {
      from.answered();
      continue;
    }
    errands_.questions.push_back(std::move(*next));
  }
}

// Of those that wait for others: all that have since `before`.
void hub::give_up_questions(std::chrono::steady_clock::time_point before) {
  for (fair_share* const share : {&pages_, &searches_}) {
    while (const auto late = share->give_up(before)) {
      effort_.add(1);
      user* const asker = users_.find(late->asker);
      if (asker == nullptr || asker->waits == nullptr || asker->waits->question != late->number) continue;
      fail_question(*asker);
    }
  }
}

void hub::short_of_memory(bool is) {
  short_ = is;
  if (short_) give_up_questions(std::chrono::steady_clock::time_point::max());
}

// A disk that is nearly full takes some and refuses some: users hear of a failure at once, but that it is over only
// when that has been true for a while.
void hub::keeping(bool works) {
  works_ = works;
  works_since_ = now_.steady;
  tell_keeping();
}

void hub::tell_keeping() {
  if (works_ == keeps_ || (works_ && now_.steady - works_since_ < steady_again)) return;
  keeps_ = works_;
  out_.to_all(event::keeping{keeps_});
}

// ---- taking back

// Whose a message is, is a matter of who said it, not of what name they have now.
void hub::recall(user& from, std::string_view text) {
  std::uint64_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (error != std::errc{} || end != text.data() + text.size())
    return complain(from, problem::bad_argument, usage_of(verb::recall));
  utterance* const message = recent_.find(id);
  if (message == nullptr || now_.steady - message->said > options_.recall_window) {
    return complain(from, problem::no_such_message, text);
  }
  if (message->from_user != from.arrival) return complain(from, problem::not_your_message, text);
  if (message->recalled) return complain(from, problem::already_recalled, text);
  recent_.recall(*message);
  if (options_.history) {
    store::recall gone;
    gone.id = id;
    gone.time = to_store(now_.wall);
    gone.by = from.name();
    gone.by_addr = from.addr;
    errands_.keep.emplace_back(std::move(gone));
  }
  if (message->to_user != 0) {
    const event::recalled news{id, {}};
    undelivered_.forget(message->to_user, id);
    out_.to(from, news);
    out_.set_tag({});
    user* const receiver = users_.find_arrival(message->to_user);
    if (receiver != nullptr && receiver != &from) out_.to(*receiver, news);
    return;
  }
  room* const where = rooms_.find(*message);
  if (where == nullptr) return out_.to(from, event::recalled{id, {}});
  std::erase_if(where->past, [id](const utterance& each) { return each.id == id; });
  const event::recalled news{id, where->name};
  if (where->number == rooms::lobby_number) {
    out_.to_others(from, news);
  } else {
    out_.to_room(*where, &from, news);
  }
  out_.to(from, news);
}

}  // namespace confab::chat
