#include "client/ui/presence_digest.hpp"

#include <algorithm>
#include <utility>

#include "client/ui/ui_messages.hpp"

namespace confab::client {
namespace {

std::string describe(language lang, const std::vector<std::string>& names, std::uint64_t unnamed, ui_message one,
                     ui_message nameless) {
  if (names.empty()) return format(lang, nameless, unnamed);
  std::string list;
  for (const std::string& name : names) {
    if (!list.empty()) list += text_of(lang, ui_message::list_separator);
    list += name;
  }
  if (unnamed > 0) list = format(lang, ui_message::and_more, list, unnamed);
  return format(lang, one, list);
}

}  // namespace

void presence_digest::group::add(std::string_view name) {
  if (names.size() < most_names) {
    names.emplace_back(name);
  } else {
    ++unnamed;
  }
}

void presence_digest::tell(const moment& when) noexcept {
  waiting_ = std::max(waiting_, when.time);
  if (when.order > latest_.order) latest_ = when;
}

void presence_digest::came(std::string_view name, std::uint64_t online, time_point time) {
  came_.add(name);
  tell(next(online, time));
}

void presence_digest::came_nameless(std::string_view addr, std::uint64_t online, time_point now, time_point time) {
  if (held_.size() == most_held) let_go(held_.begin());
  held_.push_back({std::string(addr), now, next(online, time)});
}

bool presence_digest::renamed(std::string_view old_name, std::string_view name, time_point time) {
  if (const auto found = std::ranges::find(held_, old_name, &nameless::addr); found != held_.end()) {
    found->addr = name;
    found->when.time = std::max(found->when.time, time);
    let_go(found);
    return true;
  }
  const auto waiting = std::ranges::find(came_.names, old_name);
  if (waiting == came_.names.end()) return false;
  *waiting = name;
  return true;
}

void presence_digest::spoke(std::string_view name) {
  if (const auto found = std::ranges::find(held_, name, &nameless::addr); found != held_.end()) let_go(found);
}

void presence_digest::let_go(std::vector<nameless>::iterator who) {
  came_.add(who->addr);
  tell(who->when);
  held_.erase(who);
}

void presence_digest::went(std::string_view name, std::uint64_t online, time_point time) {
  spoke(name);  // gone without a name: came and left
  went_.add(name);
  tell(next(online, time));
}

void presence_digest::many(std::uint64_t came, std::uint64_t went, std::uint64_t online, time_point time) {
  came_.unnamed += came;
  went_.unnamed += went;
  tell(next(online, time));
}

std::optional<presence_digest::time_point> presence_digest::due() const noexcept {
  const time_point next = shown_ ? *shown_ + gap : time_point::min();
  if (!came_.empty() || !went_.empty()) return next;
  if (held_.empty()) return std::nullopt;
  return std::max(next, held_.front().since + naming);
}

std::optional<std::string> presence_digest::take(language lang, time_point now) {
  // A clock that was set back would hold them for long.
  const auto waits = [now](const nameless& who) { return who.since <= now && now < who.since + naming; };
  while (!held_.empty() && !waits(held_.front())) let_go(held_.begin());
  if (came_.empty() && went_.empty()) return std::nullopt;
  std::string line;
  if (!came_.empty()) line = describe(lang, came_.names, came_.unnamed, ui_message::came, ui_message::crowd_came);
  if (!went_.empty()) {
    if (!line.empty()) line += text_of(lang, ui_message::group_separator);
    line += describe(lang, went_.names, went_.unnamed, ui_message::went, ui_message::crowd_went);
  }
  if (latest_.online != 0) line += format(lang, ui_message::now_online, latest_.online);
  happened_ = std::exchange(waiting_, {});
  came_ = {};
  went_ = {};
  shown_ = now;
  return line;
}

}  // namespace confab::client
