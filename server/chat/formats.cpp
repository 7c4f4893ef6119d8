#include "server/chat/formats.hpp"

#include <vector>

#include "common/names.hpp"
#include "server/chat/history_request.hpp"

namespace confab::chat {

void formats::json(const asker& from, bool on) {
  chat_.out.set_format(*from.on, on ? wire_format::json : wire_format::text);
  if (on) tokens_.give(*from.on);
  welcome(from, false, true);
}

void formats::adorn(const asker& from, bool ids, bool times) {
  if (from.on->format != wire_format::json) chat_.out.set_format(*from.on, text_format(ids, times));
  chat_.out.reply(from, event::ok{});
}

void formats::replay(const asker& from, bool on) {
  from.on->shown_past = on;
  chat_.out.reply(from, event::ok{});
}

void formats::whoami(const asker& from) {
  const device& here = *from.on;
  chat_.out.reply(from, event::whoami{here.who(), chat_.rooms.at(here.current_room()).name, here.secure});
}

void formats::welcome_fresh(const asker& to) {
  tokens_.give(*to.on);
  welcome(to, false, true);
}

void formats::welcome(const asker& to, bool resumed, bool complete) {
  event::welcome news{chat_.options.server_name,
                      to.on->who(),
                      arrivals_.online_for(*to),
                      to.on->max_line,
                      max_name_length,
                      to.on->idle_timeout,
                      to.on->secure,
                      {},
                      resumed,
                      complete,
                      {},
                      {},
                      {},
                      max_history,
                      chat_.options.max_joined,
                      chat_.options.recall_window,
                      chat_.options.resume_window};
  if (!resumed) news.motd = chat_.options.motd;
  std::vector<std::string_view> joined;
  for (const membership& each : to->rooms) joined.push_back(chat_.rooms.at(each.room).name);
  if (to.on->extras != nullptr) {
    news.token = to.on->extras->token;
    news.room = chat_.rooms.at(to.on->extras->current_room).name;
  }
  news.rooms = joined;
  chat_.out.reply(to, news);
}

}  // namespace confab::chat
