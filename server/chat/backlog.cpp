#include "server/chat/backlog.hpp"

#include <chrono>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "common/parse_number.hpp"
#include "server/chat/tags.hpp"

namespace confab::chat {

void backlog::restore_room(const store::room_ref& which, const std::vector<store::message>& last) {
  room* where = which.name.empty() ? &chat_.rooms.lobby() : chat_.rooms.find(which.name);
  if (where == nullptr) where = &chat_.rooms.add(which.name, which.generation);
  where->kept = true;
  for (const store::message& each : last) where->past.push_back(from_store(each, *where));
}

store::room_ref backlog::kept_as(const room& of) {
  if (of.number == rooms::lobby_number) return rooms::lobby_word;
  return {of.name, of.generation};
}

room* backlog::find(const store::room_ref& kept) {
  if (kept.name == rooms::lobby_word) return &chat_.rooms.lobby();
  room* const found = chat_.rooms.find(kept.name);
  return found != nullptr && found->generation == kept.generation ? found : nullptr;
}

void backlog::end_room(const room& gone, bool kept) {
  if (chat_.options.history && kept) chat_.requests.writes.emplace_back(store::room_end{kept_as(gone)});
}

// ---- keeping it

template <class Fact>
logged_message backlog::begin(const Fact& news) const {
  logged_message fresh;
  fresh.id = news.id;
  fresh.time = chat_.now.wall;
  fresh.said = chat_.now.steady;
  fresh.from_user = news.from.number;
  fresh.from_device = news.device;
  fresh.from = news.from.name;
  fresh.addr = news.from.addr;
  fresh.text = news.text;
  fresh.tag = news.tag;
  fresh.kind = news.kind;
  return fresh;
}

void backlog::add(const fact::said& news, room& where) {
  logged_message fresh = begin(news);
  fresh.room = where.number;
  fresh.room_id = where.room_id;
  chat_.rooms.note_activity(where);
  if (chat_.options.history) {
    where.kept = where.said_lately = true;
    store::message kept = to_keep(fresh, news.scope);
    kept.room = kept_as(where);
    chat_.requests.writes.emplace_back(std::move(kept));
  }
  // Also where there was more: what is shown must not lack something in its midst when there may be more again.
  if (chat_.options.replay > 0) where.past.push_back(fresh);
  while (where.past.size() > chat_.options.replay) where.past.pop_front();
  chat_.log.add(std::move(fresh));
}

void backlog::add(const fact::whispered& news) {
  logged_message fresh = begin(news);
  fresh.to_user = news.to.number;
  fresh.to = news.to.name;
  if (chat_.options.history) {
    store::message kept = to_keep(fresh, news.scope);
    kept.to = fresh.to;
    kept.to_key = person_key(fresh.to_user);
    chat_.requests.writes.emplace_back(std::move(kept));
  }
  chat_.log.add(std::move(fresh));
}

room* backlog::recall(const fact::recalled& news, logged_message* message) {
  if (message != nullptr) chat_.log.recall(*message);
  if (chat_.options.history) {
    store::recall gone;
    gone.id = news.id;
    gone.time = std::chrono::floor<std::chrono::milliseconds>(chat_.now.wall);
    gone.by = news.by.name;
    gone.by_addr = news.by.addr;
    chat_.requests.writes.emplace_back(std::move(gone));
  }
  if (message == nullptr || message->to_user != 0) return nullptr;
  room* const where = chat_.rooms.find(*message);
  if (where != nullptr) std::erase_if(where->past, [&](const logged_message& each) { return each.id == news.id; });
  return where;
}

store::message backlog::to_keep(const logged_message& fresh, std::uint64_t scope) const {
  store::message kept;
  kept.id = fresh.id;
  kept.time = std::chrono::floor<std::chrono::milliseconds>(fresh.time);
  kept.from = fresh.from;
  kept.addr = fresh.addr;
  kept.from_key = person_key(fresh.from_user);
  kept.text = fresh.text;
  kept.kind = fresh.kind;
  if (!fresh.tag.empty() && scope != 0) {
    kept.scope = scope;
    kept.tag = fresh.tag;
  }
  return kept;
}

// ---- showing it

logged_message backlog::from_store(const store::message& kept, const room& where) const {
  logged_message out;
  out.id = kept.id;
  out.time = kept.time;
  out.room = where.number;
  out.room_id = where.room_id;
  out.from = kept.from;
  out.addr = kept.addr;
  out.to = kept.to;
  out.text = kept.text;
  out.kind = kept.kind;
  out.from_user = number_of(kept.from_key);
  out.to_user = number_of(kept.to_key);
  out.tag = kept.tag;
  out.scope = kept.scope;
  return out;
}

// The number of the user with that key; 0 for one of an earlier run.
std::uint64_t backlog::number_of(std::string_view key) const {
  const std::string& instance = chat_.options.instance_id;
  if (!key.starts_with(instance) || !key.substr(instance.size()).starts_with('.')) return 0;
  key.remove_prefix(instance.size() + 1);
  return parse_number<std::uint64_t>(key).value_or(0);
}

std::string backlog::person_key(std::uint64_t number) const {
  return fmt::format("{}.{}", chat_.options.instance_id, number);
}

void backlog::show(const asker& to, const logged_message& what, std::string_view own_tag) {
  const std::string past = format_past(what.time);
  if (!what.to.empty()) {
    const event::whisper whisper{
        what.id,  {what.from, what.addr, what.from_user}, {what.to, {}, what.to_user}, what.text, past, false, own_tag,
        what.kind};
    if (what.to_user != to->user_id && what.from_user == to->user_id) {
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
                                      own_tag,
                                      what.kind});
  }
}

void backlog::replay(device& to, const room& of) {
  if (!to.shown_past) return;
  auto first = of.past.end();
  std::size_t left = chat_.options.replay;
  for (std::size_t bytes = 0; first != of.past.begin() && left > 0; --first, --left) {
    bytes += std::prev(first)->bytes();
    if (bytes > chat_.options.send_queue / 2) break;
  }
  for (auto each = first; each != of.past.end(); ++each) show({&to, {}}, *each, tags::own(to, *each));
}

}  // namespace confab::chat
