#include "server/chat/away.hpp"

namespace confab::chat {
namespace {

// At most this many are remembered to have been told that somebody is away; then they are told again.
constexpr std::size_t max_told_away = 1000;

}  // namespace

void away::set(const asker& from, bool is_away, std::string_view text) {
  fact::away news;
  if (const auto no = decide(*from, is_away, text, news)) return chat_.out.reply_error(from, no->why, no->detail);
  apply(news, from);
}

std::optional<refusal> away::decide(const user& from, bool is_away, std::string_view text, fact::away& news) const {
  if (text.size() > max_note) return refusal{problem::note_too_long};
  news = {from.who(), is_away, text};
  return std::nullopt;
}

void away::apply(const fact::away& news, const asker& from) {
  if (from.on == nullptr) return;  // whoever whispers to it is told where that is decided
  all_.erase(news.who.number);
  if (news.is_away) all_[news.who.number].text = news.text;
  from->is_away = news.is_away;
  chat_.out.reply_on_all(from, event::away{news.who, news.is_away, news.text});
}

std::string_view away::text_of(const user& who) const {
  const auto found = all_.find(who.user_id);
  return found == all_.end() ? std::string_view() : found->second.text;
}

bool away::decide_telling(const user& from, const user& receiver) {
  if (!receiver.is_away) return false;
  auto& told = all_.at(receiver.user_id).told;
  if (told.size() >= max_told_away) told.clear();
  return told.insert(from.user_id).second;
}

void away::forget(const user& gone) {
  if (gone.is_away) all_.erase(gone.user_id);
}

}  // namespace confab::chat
