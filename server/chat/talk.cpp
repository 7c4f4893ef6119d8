#include "server/chat/talk.hpp"

namespace confab::chat {
namespace {

std::uint64_t scope_of_tags(const device& from) noexcept {
  return from.extras == nullptr ? 0 : from.extras->scope;
}

}  // namespace

void talk::say(const asker& from, const command& wanted) {
  say(from, rooms_.current_of(*from.on), wanted);
}

void talk::say_in(const asker& from, const command& wanted) {
  if (room* const where = rooms_.find_joined(from, wanted.word)) say(from, *where, wanted);
}

void talk::say(const asker& from, room& where, const command& wanted) {
  if (const tags::prior before = tags_.said_with(*from.on, wanted.tag); before.id != 0) {
    return tags_.repeat_said(from, where, wanted, before);
  }
  arrivals_.make_known(*from);
  apply(decide(*from.on, where, wanted), from, where);
}

fact::said talk::decide(const device& from, const room& where, const command& wanted) {
  ++chat_.counted.said[static_cast<std::size_t>(wanted.how)];
  return {++chat_.last_id, where.name,          from.who(), wanted.text,
          wanted.tag,      scope_of_tags(from), wanted.how, from.device_id};
}

void talk::apply(const fact::said& news, const asker& from, room& where) {
  chat_.last_id = news.id;
  const event::message line{news.id, news.room, news.from, news.text, {}, false, {}, news.kind};
  // Its other devices get it as all do, and without the tag.
  const bool answered = from.on != nullptr && !news.tag.empty();
  chat_.out.say_in(where, answered ? from.on : nullptr, line);
  if (answered) chat_.out.reply(from, line);
  backlog_.add(news, where);
  tags_.note(news.device, news.tag, news.id);
}

void talk::whisper(const asker& from, const command& wanted) {
  user* const receiver = naming_.find(wanted.word);
  if (const tags::prior before = tags_.said_with(*from.on, wanted.tag); before.id != 0) {
    return tags_.repeat_whisper(from, receiver, wanted, before);
  }
  if (receiver == nullptr) return chat_.out.reply_error(from, problem::no_such_user);
  if (receiver != from.who()) {
    arrivals_.make_known(*from);
    arrivals_.make_known(*receiver);  // or the whisper would be lost without a word if that breaks off now
  }
  apply(decide(*from.on, *receiver, wanted), from, receiver);
}

fact::whispered talk::decide(const device& from, const user& receiver, const command& wanted) {
  ++chat_.counted.whispered;
  const bool tell_away = from.owner != &receiver && away_.decide_telling(*from.owner, receiver);
  const std::string_view away = tell_away ? away_.text_of(receiver) : std::string_view();
  fact::whispered news{++chat_.last_id,     from.who(), receiver.who(), wanted.text, wanted.tag,
                       scope_of_tags(from), tell_away,  away,           wanted.how,  from.device_id};
  if (from.owner != &receiver) delivery_reports_.decide_wait(*from.owner, receiver, news);
  return news;
}

// To the devices of somebody, but for one. Those which are sent what they missed get it among that.
template <class Event>
void talk::tell_whisper(const user& to, const device* except, const Event& line) {
  to.for_each_device([&](const device& each) {
    if (&each != except && !each.catching_up) chat_.out.tell(each, line);
  });
}

void talk::apply(const fact::whispered& news, const asker& from, const user* receiver) {
  chat_.last_id = news.id;
  const event::whisper line{news.id, news.from, news.to, news.text, {}, false, {}, news.kind};
  tags_.note(news.device, news.tag, news.id);
  const bool to_itself = news.from.number == news.to.number;
  if (from.on != nullptr && to_itself) {
    chat_.out.reply(from, line);
    tell_whisper(*from, from.on, line);
  } else if (from.on != nullptr) {
    const event::whispered copy{line};
    chat_.out.reply(from, copy);
    tell_whisper(*from, from.on, copy);
    if (news.tell_away) chat_.out.reply(from, event::away{news.to, true, news.away});
    if (news.waiting != 0) {
      chat_.out.reply(from,
                      event::delivery{event::delivery::state::waiting, news.to, news.waiting, news.id, news.left});
    }
  }
  if (receiver != nullptr && !to_itself) tell_whisper(*receiver, nullptr, line);
  backlog_.add(news);
}

}  // namespace confab::chat
