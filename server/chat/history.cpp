#include "server/chat/history.hpp"

#include <algorithm>
#include <string_view>
#include <utility>
#include <variant>

#include "server/chat/history_request.hpp"
#include "server/chat/tags.hpp"
#include "server/history/search_terms.hpp"

namespace confab::chat {

history::history(chat_state& chat, const turn_budget& budget, paging& pages, backlog& past, room_rules& rooms,
                 const naming& names)
    : chat_(chat),
      budget_(budget),
      paging_(pages),
      backlog_(past),
      rooms_(rooms),
      naming_(names),
      pages_(std::max<std::size_t>(chat.options.answer_bytes / store::max_page_bytes, 1)),
      searches_(std::max<std::size_t>(chat.options.answer_bytes / store::max_page_bytes, 1)) {}

// ---- asking

void history::page(const asker& from, const command& wanted) {
  const auto request = parse_history_request(wanted.text, chat_.now.wall);
  if (!request) return chat_.out.reply_error(from, problem::history_arguments);
  if (!request->with.empty()) return whispers(from, *request);
  const room* about = &rooms_.current_of(*from.on);
  if (!request->room.empty()) {
    about = rooms_.find_joined(from, request->room);
    if (about == nullptr) return;
  }
  store::page_request page;
  page.room = backlog::kept_as(*about);
  page.where = request->where;
  page.id = request->id;
  page.time = request->time;
  page.limit = request->limit;
  ask(from, about->number, std::move(page));
}

// What the history has between two people; of somebody who has gone by the number.
void history::whispers(const asker& from, const history_request& request) {
  const std::uint64_t with = naming_.number_of(request.with);
  if (with == 0) return chat_.out.reply_error(from, problem::no_such_user);
  store::search_request search;
  search.who.person = backlog_.person_key(from->user_id);
  search.with = backlog_.person_key(with);
  search.limit = request.limit;
  if (request.where == store::page_request::from::before_id) search.before = request.id;
  if (request.where == store::page_request::from::before_time) search.before_time = request.time;
  if (paged_reply* const reply = ask(from, rooms::lobby_number, std::move(search))) reply->with = with;
}

void history::search(const asker& from, const command& wanted) {
  store::search_request request = parse_search_request(wanted.text, chat_.now.wall);
  if (store::search_words(request.words).empty()) return chat_.out.reply_error(from, problem::no_word_to_search);
  request.who.rooms.emplace_back(rooms::lobby_word);
  for (const membership& joined : from->rooms) {
    request.who.rooms.push_back(backlog::kept_as(chat_.rooms.at(joined.room)));
  }
  request.who.person = backlog_.person_key(from->user_id);
  ask(from, rooms::lobby_number, std::move(request));
}

// Null: it was refused.
paged_reply* history::ask(const asker& from, std::uint32_t about, inquiry wanted) {
  if (!chat_.options.history || short_) {
    chat_.out.reply_error(from, chat_.options.history ? problem::history_failed : problem::no_history);
    return nullptr;
  }
  // What waits for the asker in pages is no more than what may wait in its outbox.
  std::visit([this](auto& each) { each.max_bytes = std::min(chat_.options.send_queue, store::max_page_bytes); },
             wanted);
  paged_reply reply;
  reply.is = paged_reply::kind::query;
  reply.query = ++queries_;
  reply.room = about;
  paged_reply& waiting = paging_.start(from, std::move(reply));
  query asked{from.on->session, queries_, std::move(wanted)};
  fair_share& share = share_of(asked);
  if (auto now = share.ask(std::move(asked), chat_.now.steady)) chat_.requests.queries.push_back(std::move(*now));
  return &waiting;
}

fair_share& history::share_of(const query& asked) noexcept {
  return std::holds_alternative<store::page_request>(asked.wanted) ? pages_ : searches_;
}

// Those whose asker has gone meanwhile are not asked at all.
void history::ask_next(fair_share& from) {
  while (auto next = from.next()) {
    chat_.spent.add(1);
    const device* const by = chat_.users.find(next->asker);
    if (paging_.waiting_for(by, next->number) == nullptr) {
      from.answered();
      continue;
    }
    chat_.requests.queries.push_back(std::move(*next));
  }
}

device* history::give_up(std::chrono::steady_clock::time_point before) {
  for (fair_share* const share : {&pages_, &searches_}) {
    while (const auto late = share->give_up(before)) {
      chat_.spent.add(1);
      device* const by = chat_.users.find(late->asker);
      paged_reply* const reply = paging_.waiting_for(by, late->number);
      if (reply == nullptr) continue;
      fail(*by, *reply);
      return by;
    }
  }
  return nullptr;
}

void history::fail(device& from, paged_reply& reply) {
  chat_.out.reply_error({&from, reply.tag}, problem::history_failed);
  reply.is = paged_reply::kind::pause;
}

// ---- what the history answers

device* history::answer(const query& asked, const store::page& found) {
  fair_share& share = share_of(asked);
  share.answered();
  ask_next(share);
  device* const to = chat_.users.find(asked.asker);
  paged_reply* const reply = paging_.waiting_for(to, asked.number);
  if (reply == nullptr) return nullptr;
  if (!found.error.empty()) {
    fail(*to, *reply);
    return to;
  }
  reply->is = paged_reply::kind::past;
  reply->searched = std::holds_alternative<store::search_request>(asked.wanted) && reply->with == 0;
  // A search that gave up has not seen everything.
  reply->more = found.more || !found.complete;
  for (const store::message& each : found.messages) {
    const room* const where = backlog_.find(each.room);
    if (!each.is_whisper() && where == nullptr) continue;
    reply->past.push_back(backlog_.from_store(each, where == nullptr ? chat_.rooms.lobby() : *where));
  }
  return to;
}

bool history::next_page(const asker& to, paged_reply& reply) {
  const std::size_t begin = chat_.out.bytes();
  while (!reply.past.empty()) {
    if (chat_.out.bytes() - begin >= budget_.page_bytes()) return false;
    const logged_message next = std::move(reply.past.front());
    reply.past.pop_front();
    // It may have been taken back since it was read, or the history could not be told so; its room may have gone.
    const logged_message* const known = chat_.log.find(next.id);
    if (known != nullptr && known->recalled) continue;
    if (next.to.empty() && chat_.rooms.find(next) == nullptr) continue;
    backlog_.show(to, next, tags::own(*to.on, next));
    ++reply.shown;
  }
  const room& about = chat_.rooms.at(reply.room);
  chat_.out.reply(to,
                  event::found{reply.searched ? "search" : "history", about.name, reply.shown, reply.more, reply.with});
  return true;
}

}  // namespace confab::chat
