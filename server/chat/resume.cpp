#include "server/chat/resume.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "common/commands.hpp"
#include "common/parse_number.hpp"
#include "server/chat/tags.hpp"

namespace confab::chat {
namespace {

// Messages or recalls looked at for one page: many of them may not be told.
constexpr std::uint64_t page_steps = 4096;

}  // namespace

// ---- coming back

device* resume::come_back(const asker& from, std::string_view token, std::string_view last_id) {
  fact::resumed news;
  device* back = nullptr;
  if (const auto no = decide(from.on, token, last_id, news, back)) {
    refuse(from, no->why, no->detail);
    return nullptr;
  }
  ++chat_.counted.resumed;
  apply(news, {from.on->session, from.tag, from.on}, *back);
  with_.broken.settle(*back->owner, false, std::max(news.last_id, back->extras->token_since), chat_.log.forgotten());
  return back;
}

std::optional<refusal> resume::decide(device* from, std::string_view token, std::string_view last_id,
                                      fact::resumed& news, device*& back) {
  const auto id = parse_number<std::uint64_t>(last_id);
  if (!id) return refusal{problem::bad_argument, usage_of(verb::resume)};
  back = with_.secrets.find(token);
  if (back == nullptr && from != nullptr) tokens::note_earlier(*from, token);
  if (back == nullptr || back == from) return refusal{problem::cannot_resume};
  news = {back->who(), back->device_id, *id};
  return std::nullopt;
}

void resume::apply(const fact::resumed& news, const newcomer& with, device& back) {
  command_queue rest;  // what it said before its connection broke, and has not had its turn
  if (back.has_pending && with_.pages.of(back).is == paged_reply::kind::line)
    rest = std::move(with_.pages.of(back).later);
  with_.life.take_over(back);
  back.max_line = static_cast<std::uint16_t>(chat_.options.max_line);
  back.secure = false;
  back.idle_timeout = chat_.options.idle_timeout;
  if (with.seat != nullptr) {
    back.max_line = with.seat->max_line;
    back.secure = with.seat->secure;
    back.idle_timeout = with.seat->idle_timeout;
    with_.life.absorb(*with.seat);
  }
  chat_.users.attach(back, with.session);
  back.format = wire_format::json;
  with_.alive.restart(back);
  const std::uint64_t from_id = std::max(news.last_id, back.extras->token_since);
  with_.spoken.welcome({&back, with.tag}, true, chat_.log.reaches_back_to(from_id));
  paged_reply missed;
  missed.is = paged_reply::kind::missed;
  missed.after = std::max(from_id, chat_.log.forgotten());
  missed.until = news.last_id;
  with_.pages.start({&back, {}}, std::move(missed)).later = std::move(rest);
}

void resume::refuse(const asker& from, problem why, std::string_view detail) {
  const bool new_to_it = from.on->format != wire_format::json;
  if (!from->announced) {
    from.on->format = wire_format::json;
  } else if (new_to_it) {
    chat_.out.set_format(*from.on, wire_format::json);
  }
  chat_.out.reply_error(from, why, detail);
  if (!from->announced) {
    with_.life.admit(*from.on, false, true);
  } else if (new_to_it) {
    with_.spoken.welcome_fresh({from.on, {}});
  }
}

// ---- what was missed

// What was said since, and then what was taken back of what came before it. Nobody knows which recalls it has heard of,
// so it may hear of one again. From the last page on it hears what all hear.
bool resume::missed_page(device& back, paged_reply& reply) {
  const bool end = tell_missed(back, reply) && tell_recalled(back, reply);
  if (!end) {
    reply.until = std::max(reply.until, reply.after);
    return false;
  }
  subscribe(back);
  if (!with_.broken.any_for(*back.owner)) return true;
  reply.is = paged_reply::kind::handed;
  back.catching_up = false;
  return false;
}

// Looks at nothing but what concerns the user.
bool resume::tell_missed(device& back, paged_reply& reply) {
  const std::size_t begin = chat_.out.bytes();
  const std::uint64_t steps = chat_.spent.steps();
  const std::uint64_t from = std::max(reply.after, back.extras->token_since);
  std::vector<message_log::source> sources{{false, chat_.rooms.lobby().room_id, from},
                                           {true, back.owner->user_id, from}};
  for (const membership& joined : back.owner->rooms) {
    sources.push_back({false, chat_.rooms.at(joined.room).room_id, std::max(reply.after, joined.since)});
  }
  bool end = true;
  chat_.log.for_each_of(sources, [&](const logged_message& each) {
    end = chat_.out.bytes() - begin < with_.budget.page_bytes() && chat_.spent.steps() - steps < page_steps;
    reply.after = end ? each.id : each.id - 1;
    if (end && !each.recalled) with_.past.show({&back, tags::own(back, each)}, each, {});
    return end;
  });
  return end;
}

// In the order of the recalls: one of something that was told in an earlier page comes behind all those.
bool resume::tell_recalled(device& back, paged_reply& reply) {
  const std::size_t begin = chat_.out.bytes();
  const std::uint64_t steps = chat_.spent.steps();
  bool end = true;
  reply.recalls = chat_.log.for_each_recalled(reply.recalls, [&](const logged_message& each) {
    end = chat_.out.bytes() - begin < with_.budget.page_bytes() && chat_.spent.steps() - steps < page_steps;
    if (end && each.id <= reply.until && concerns(*back.owner, each)) {
      chat_.out.tell(back,
                     event::recalled{each.id, each.to_user != 0 ? std::string_view() : chat_.rooms.at(each.room).name});
    }
    return end;
  });
  return end;
}

// Whether `who` hears what is said there.
bool resume::concerns(const user& who, const logged_message& what) {
  if (what.to_user != 0) return what.to_user == who.user_id || what.from_user == who.user_id;
  return chat_.rooms.find(what) != nullptr && who.is_in(what.room);
}

void resume::subscribe(device& back) {
  chat_.out.enter(back);
  for (const membership& joined : back.owner->rooms) chat_.out.enter_room(back, chat_.rooms.at(joined.room));
  with_.kept.tell(back);
  with_.broken.tell_fates(back);
}

}  // namespace confab::chat
