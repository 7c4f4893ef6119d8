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

// ---- asking

void hub::ask_history(const asker& from, const command& wanted) {
  const auto request = parse_history_request(wanted.text, chat_.now.wall);
  if (!request) return chat_.out.complain(from, problem::history_arguments);
  std::uint32_t about = from->extras == nullptr ? rooms::lobby_number : from->extras->talks_in;
  if (!request->room.empty()) {
    const room* const where = rooms_.find(from, request->room);
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
  request.who.person = backlog_.person_key(from->arrival);
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
