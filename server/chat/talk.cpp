#include "server/chat/talk.hpp"

namespace confab::chat {
namespace {

std::uint64_t scope_of_tags(const user& from) noexcept {
  return from.extras == nullptr ? 0 : from.extras->scope;
}

}  // namespace

void talk::say(const asker& from, const command& wanted) {
  say(from, rooms_.current_of(*from), wanted);
}

void talk::say_in(const asker& from, const command& wanted) {
  if (room* const where = rooms_.find_joined(from, wanted.word)) say(from, *where, wanted);
}

void talk::say(const asker& from, room& where, const command& wanted) {
  if (const tags::prior before = tags_.said_with(*from, wanted.tag); before.id != 0) {
    return tags_.repeat_said(from, where, wanted, before);
  }
  arrivals_.make_known(*from);
  apply(decide(*from, where, wanted), from, where);
}

fact::said talk::decide(const user& from, const room& where, const command& wanted) {
  return {++chat_.last_id, where.name, from.who(), wanted.text, wanted.tag, scope_of_tags(from), wanted.how};
}

void talk::apply(const fact::said& news, const asker& from, room& where) {
  chat_.last_id = news.id;
  const event::message line{news.id, news.room, news.from, news.text, {}, false, {}, news.kind};
  const bool answered = from.who != nullptr && !news.tag.empty();
  chat_.out.say_in(where, answered ? from.who : nullptr, line);
  if (answered) chat_.out.reply(from, line);
  backlog_.add(news, where);
  tags_.note(news.from.number, news.tag, news.id);
}

void talk::whisper(const asker& from, const command& wanted) {
  user* const receiver = naming_.find(wanted.word);
  if (const tags::prior before = tags_.said_with(*from, wanted.tag); before.id != 0) {
    return tags_.repeat_whisper(from, receiver, wanted, before);
  }
  if (receiver == nullptr) return chat_.out.reply_error(from, problem::no_such_user);
  if (receiver != from.who) {
    arrivals_.make_known(*from);
    arrivals_.make_known(*receiver);  // or the whisper would be lost without a word if that breaks off now
  }
  apply(decide(*from, *receiver, wanted), from, receiver);
}

fact::whispered talk::decide(const user& from, const user& receiver, const command& wanted) {
  const bool tell_away = &from != &receiver && away_.decide_telling(from, receiver);
  const std::string_view away = tell_away ? away_.text_of(receiver) : std::string_view();
  return {++chat_.last_id,     from.who(), receiver.who(), wanted.text, wanted.tag,
          scope_of_tags(from), tell_away,  away,           wanted.how};
}

void talk::apply(const fact::whispered& news, const asker& from, const user* receiver) {
  chat_.last_id = news.id;
  const event::whisper line{news.id, news.from, news.to, news.text, {}, false, {}, news.kind};
  tags_.note(news.from.number, news.tag, news.id);
  const bool to_itself = news.from.number == news.to.number;
  if (from.who != nullptr && to_itself) {
    chat_.out.reply(from, line);
  } else if (from.who != nullptr) {
    chat_.out.reply(from, event::whispered{line});
    if (news.tell_away) chat_.out.reply(from, event::away{news.to, true, news.away});
    if (receiver != nullptr) delivery_reports_.wait(from, *receiver, news.id);
  }
  if (receiver != nullptr && !to_itself && !receiver->catching_up) chat_.out.tell(*receiver, line);
  backlog_.add(news);
}

}  // namespace confab::chat
