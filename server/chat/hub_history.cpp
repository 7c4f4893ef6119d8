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
  if (!key.starts_with(chat_.options.run) || !key.substr(chat_.options.run.size()).starts_with('.')) return 0;
  key.remove_prefix(chat_.options.run.size() + 1);
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), number);
  return error == std::errc{} && end == key.data() + key.size() ? number : 0;
}

void hub::restore(std::uint64_t last_id) {
  chat_.last_id = last_id;
}

bool hub::has_space_for_room() const noexcept {
  return chat_.rooms.size() < chat_.options.max_rooms;
}

void hub::restore_room(std::string_view name, const std::vector<store::message>& last) {
  room* where = name.empty() ? &chat_.rooms.lobby() : chat_.rooms.find(name);
  if (where == nullptr) where = &chat_.rooms.add(std::string(name));
  where->kept = true;
  for (const store::message& each : last) where->past.push_back(from_store(each, *where));
}

// A user for good: unlike the name, nobody else can take it later.
std::string hub::person_key(const user& who) const {
  return fmt::format("{}.{}", chat_.options.run, who.arrival);
}

// Called right after it was said, with the id that it got: for newcomers, for those who come back, for the history.
void hub::remember(user& from, utterance fresh) {
  fresh.id = chat_.last_id;
  fresh.time = chat_.now.wall;
  fresh.said = chat_.now.steady;
  fresh.from_user = from.arrival;
  fresh.from = from.name();
  fresh.addr = from.addr;
  room* const where = fresh.to_user == 0 ? &chat_.rooms.at(fresh.room) : nullptr;
  if (where != nullptr) {
    fresh.room_serial = where->serial;
    chat_.rooms.note_life(*where);
  }
  if (chat_.options.history) {
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
    if (where == nullptr) kept.to_key = fmt::format("{}.{}", chat_.options.run, fresh.to_user);
    kept.text = fresh.text;
    if (!fresh.tag.empty() && from.extras != nullptr && from.extras->scope != 0) {
      kept.scope = from.extras->scope;
      kept.tag = fresh.tag;
    }
    chat_.errands.keep.emplace_back(std::move(kept));
  }
  if (where != nullptr && chat_.options.replay > 0) {
    where->past.push_back(fresh);
    if (where->past.size() > chat_.options.replay) where->past.pop_front();
  }
  chat_.recent.add(std::move(fresh));
}

void hub::show_past(const asker& to, const utterance& what, std::string_view own_tag) {
  const std::string past = format_past(what.time);
  if (!what.to.empty()) {
    const event::whisper whisper{
        what.id, {what.from, what.addr, what.from_user}, {what.to, {}, what.to_user}, what.text, past, false, own_tag};
    if (what.to_user != to->arrival && what.from_user == to->arrival) {
      chat_.out.reply_at(to, what.time, event::whispered{whisper});
    } else {
      chat_.out.reply_at(to, what.time, whisper);
    }
  } else {
    chat_.out.reply_at(to, what.time,
                       event::message{what.id,
                                      chat_.rooms.at(what.room).name,
                                      {what.from, what.addr, what.from_user},
                                      what.text,
                                      past,
                                      false,
                                      own_tag});
  }
}

// The newest that the outbox has room for.
void hub::replay(user& to, const room& of) {
  if (!to.shown_past) return;
  auto first = of.past.end();
  for (std::size_t bytes = 0; first != of.past.begin(); --first) {
    bytes += std::prev(first)->bytes();
    if (bytes > chat_.options.send_queue / 2) break;
  }
  for (auto each = first; each != of.past.end(); ++each) show_past({&to, {}}, *each, tags::own(to, *each));
}

// ---- asking

void hub::ask_history(const asker& from, const command& wanted) {
  const auto request = parse_history_request(wanted.text, chat_.now.wall);
  if (!request) return chat_.out.complain(from, problem::history_arguments);
  std::uint32_t about = from->extras == nullptr ? rooms::lobby_number : from->extras->talks_in;
  if (!request->room.empty()) {
    const room* const where = find_room(from, request->room);
    if (where == nullptr) return;
    if (!from->is_in(where->number)) return chat_.out.complain(from, problem::not_in_room, request->room);
    about = where->number;
  }
  store::page_request page;
  page.room = about == rooms::lobby_number ? "lobby" : chat_.rooms.at(about).name;
  page.where = request->where;
  page.id = request->id;
  page.time = request->time;
  page.limit = request->limit;
  ask(from, about, std::move(page));
}

void hub::search(const asker& from, const command& wanted) {
  store::search_request request = parse_search_request(wanted.text, chat_.now.wall);
  if (store::search_words(request.words).empty()) return chat_.out.complain(from, problem::no_word_to_search);
  request.who.rooms.emplace_back("lobby");
  if (from->extras != nullptr) {
    for (const auto& joined : from->extras->rooms) request.who.rooms.push_back(chat_.rooms.at(joined.room).name);
  }
  request.who.person = person_key(*from);
  ask(from, rooms::lobby_number, std::move(request));
}

void hub::ask(const asker& from, std::uint32_t about, std::variant<store::page_request, store::search_request> wanted) {
  if (!chat_.options.history) return chat_.out.complain(from, problem::no_history);
  if (short_) return chat_.out.complain(from, problem::history_failed);
  // What waits for the asker in slices is no more than what may wait in its outbox.
  std::visit([this](auto& each) { each.max_bytes = std::min(chat_.options.send_queue, store::max_page_bytes); },
             wanted);
  long_reply reply;
  reply.is = long_reply::kind::question;
  reply.question = ++questions_;
  reply.room = about;
  paging_.start(from, std::move(reply));
  question asked{from->session, questions_, std::move(wanted)};
  fair_share& share = share_of(asked);
  if (auto now = share.ask(std::move(asked), chat_.now.steady)) chat_.errands.questions.push_back(std::move(*now));
}

fair_share& hub::share_of(const question& asked) noexcept {
  return std::holds_alternative<store::page_request>(asked.wanted) ? pages_ : searches_;
}

// Those whose asker has gone meanwhile are not asked at all.
void hub::ask_next(fair_share& from) {
  while (auto next = from.next()) {
    chat_.spent.add(1);
    const user* const by = chat_.users.find(next->asker);
    if (paging_.waiting_for(by, next->number) == nullptr) {
      from.answered();
      continue;
    }
    chat_.errands.questions.push_back(std::move(*next));
  }
}

// Of those that wait for others: all that have since `before`.
void hub::give_up_questions(std::chrono::steady_clock::time_point before) {
  for (fair_share* const share : {&pages_, &searches_}) {
    while (const auto late = share->give_up(before)) {
      chat_.spent.add(1);
      user* const by = chat_.users.find(late->asker);
      if (paging_.waiting_for(by, late->number) == nullptr) continue;
      fail_question(*by);
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
  works_since_ = chat_.now.steady;
  tell_keeping();
}

void hub::tell_keeping() {
  if (works_ == keeps_ || (works_ && chat_.now.steady - works_since_ < steady_again)) return;
  keeps_ = works_;
  chat_.out.to_all(event::keeping{keeps_});
}

// ---- taking back

// Whose a message is, is a matter of who said it, not of what name they have now.
void hub::recall(const asker& from, std::string_view text) {
  std::uint64_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (error != std::errc{} || end != text.data() + text.size())
    return chat_.out.complain(from, problem::bad_argument, usage_of(verb::recall));
  utterance* const message = chat_.recent.find(id);
  if (message == nullptr || chat_.now.steady - message->said > chat_.options.recall_window) {
    return chat_.out.complain(from, problem::no_such_message, text);
  }
  if (message->from_user != from->arrival) return chat_.out.complain(from, problem::not_your_message, text);
  if (message->recalled) return chat_.out.complain(from, problem::already_recalled, text);
  chat_.recent.recall(*message);
  if (chat_.options.history) {
    store::recall gone;
    gone.id = id;
    gone.time = to_store(chat_.now.wall);
    gone.by = from->name();
    gone.by_addr = from->addr;
    chat_.errands.keep.emplace_back(std::move(gone));
  }
  if (message->to_user != 0) {
    const event::recalled news{id, {}};
    deliveries_.recalled(message->to_user, id);
    chat_.out.reply(from, news);
    user* const receiver = chat_.users.find_arrival(message->to_user);
    if (receiver != nullptr && receiver != from.who) chat_.out.tell(*receiver, news);
    return;
  }
  room* const where = chat_.rooms.find(*message);
  if (where == nullptr) return chat_.out.reply(from, event::recalled{id, {}});
  std::erase_if(where->past, [id](const utterance& each) { return each.id == id; });
  const event::recalled news{id, where->name};
  chat_.out.say_in(*where, from.who, news);
  chat_.out.reply(from, news);
}

}  // namespace confab::chat
