#include "client/ui/transcript.hpp"

#include <algorithm>
#include <ctime>
#include <utility>

#include <fmt/format.h>

#include "client/ui/mention.hpp"
#include "client/ui/ui_messages.hpp"

namespace confab::client {
namespace {

std::tm local_time(transcript::time_point time) {
  const std::time_t seconds = std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
  std::tm parts{};
  ::localtime_r(&seconds, &parts);
  return parts;
}

std::string clock_of(transcript::time_point time) {
  const std::tm parts = local_time(time);
  return fmt::format("{:02}:{:02}", parts.tm_hour, parts.tm_min);
}

ui_message weekday_message(int weekday) noexcept {  // 0 = Sunday, as in std::tm
  constexpr ui_message days[] = {ui_message::sunday,   ui_message::monday, ui_message::tuesday, ui_message::wednesday,
                                 ui_message::thursday, ui_message::friday, ui_message::saturday};
  return days[weekday % 7];
}

/// Whether we said it ourselves. Numbers tell; a name alone only of what is said now, for before us it may have been
/// somebody else's. A server without numbers leaves nothing but the name.
template <typename Message>
bool is_ours(const Message& said, const self& me) {
  if (!said.own_tag.empty()) return true;
  if (me.user != 0 && (said.user != 0 || said.past)) return said.user == me.user;
  return said.from == me.name;
}

/// What somebody said, or, of an emote, does.
std::string speech(std::string_view who, message_kind kind, std::string_view text) {
  return kind == message_kind::emote ? fmt::format("* {} {}", who, text) : fmt::format("{}: {}", who, text);
}

bool is_for_us(const whisper& said, const self& me) {
  if (me.user != 0 && said.to_user != 0) return said.to_user == me.user;
  return said.to == me.name;
}

}  // namespace

std::vector<shown_line> transcript::show(const event& said, const self& me, time_point now) {
  lines out;
  now_ = now;
  id_ = said.id;
  const time_point time = said.time.value_or(now);
  std::visit([&](const auto& what) { show_one(out, what, me, time); }, said.body);
  if (const auto when = digest_.due(); when && *when <= now) settle(out);
  return out;
}

std::vector<shown_line> transcript::remark(line_kind kind, std::string_view text, time_point now) {
  lines out;
  now_ = now;
  add(out, kind, paint_.dim(fmt::format("*** {}", text)), now);
  return out;
}

std::vector<shown_line> transcript::waiting(std::string_view text, std::string_view partner, std::string_view room,
                                            time_point now) {
  lines out;
  now_ = now;
  std::string who = paint_.own(text_of(lang_, ui_message::me));
  if (!partner.empty()) who += " → " + paint_.name(partner);
  add(out, line_kind::notice,
      fmt::format("{} {}: {} {}", tag(!partner.empty(), partner.empty() ? room : std::string_view()), who, text,
                  text_of(lang_, ui_message::waiting)),
      now);
  return out;
}

std::vector<shown_line> transcript::overdue(time_point now) {
  lines out;
  now_ = now;
  settle(out);
  return out;
}

/// What waits to be shown comes before anything newer. It has the time of what it tells, not of being told; only what
/// was held back for a moment does not step back behind the line before it.
void transcript::settle(lines& out) {
  const auto line = digest_.take(lang_, now_);
  if (!line) return;
  time_point time = digest_.happened();
  if (time < last_time_ && last_time_ - time <= presence_digest::gap + presence_digest::naming) time = last_time_;
  add(out, line_kind::notice, paint_.dim(fmt::format("*** {}", *line)), time);
}

void transcript::add(lines& out, line_kind kind, std::string text, time_point time, concern about) {
  settle(out);
  add_day(out, time);
  last_time_ = time;
  out.push_back({kind, fmt::format("{} {}", paint_.dim(clock_of(time)), text), about});
}

void transcript::add_day(lines& out, time_point time) {
  const std::tm parts = local_time(time);
  const std::chrono::year_month_day day{std::chrono::year(parts.tm_year + 1900),
                                        std::chrono::month(static_cast<unsigned>(parts.tm_mon + 1)),
                                        std::chrono::day(static_cast<unsigned>(parts.tm_mday))};
  if (day_ == day) return;
  day_ = day;
  out.push_back({line_kind::notice,
                 paint_.dim(fmt::format("── {:04}-{:02}-{:02} {} ──", parts.tm_year + 1900, parts.tm_mon + 1,
                                        parts.tm_mday, text_of(lang_, weekday_message(parts.tm_wday)))),
                 concern::none});
}

std::string transcript::tag(bool personal, std::string_view room) const {
  if (!room.empty()) return fmt::format("[#{}]", room);
  return std::string(text_of(lang_, personal ? ui_message::tag_private : ui_message::tag_public));
}

std::string transcript::speaker(std::string_view name, bool ours) const {
  return ours ? paint_.own(text_of(lang_, ui_message::me)) : paint_.name(name);
}

bool transcript::has_shown(std::uint64_t id) const noexcept {
  return std::ranges::any_of(remembered_, [id](const remembered& each) { return each.id == id && each.shown; });
}

void transcript::add_message(lines& out, const label& front, std::string text, time_point time, concern about) {
  settle(out);
  add_day(out, time);
  std::string clock = clock_of(time);
  if (!front.past) last_time_ = time;
  if (front.past) clock = fmt::format("({})", clock);  // said before we came, and shown again
  if (ids_ && front.id != 0) clock += fmt::format(" {}", front.id);
  out.push_back({line_kind::message, fmt::format("{} {} {}", paint_.dim(clock), front.place, text), about});
}

void transcript::remark_now(lines& out, std::string_view text, time_point time) {
  add(out, line_kind::notice, paint_.dim(fmt::format("*** {}", text)), time);
}

void transcript::show_one(lines& out, const joined& what, const self& me, time_point now) {
  if (!what.room.empty()) {
    digest_.spoke(what.name);
    remark_now(out, format(lang_, ui_message::entered_room, what.name, what.room, what.online), now);
  } else if (what.name != me.name && what.name == what.addr) {
    digest_.came_nameless(what.name, what.online, now_, now);
  } else if (what.name != me.name) {
    digest_.came(what.name, what.online, now);
  }
}

void transcript::show_one(lines& out, const left& what, const self& me, time_point now) {
  if (!what.room.empty()) {
    remark_now(out, format(lang_, ui_message::left_room, what.name, what.room, what.online), now);
  } else if (what.name != me.name) {
    digest_.went(what.name, what.online, now);
  }
}

void transcript::show_one(lines& /*out*/, const crowd& what, const self& /*me*/, time_point now) {
  digest_.many(what.joined, what.left, what.online, now);
}

void transcript::show_one(lines& out, const room_crowd& what, const self& /*me*/, time_point now) {
  remark_now(out, format(lang_, ui_message::room_crowd, what.room, what.joined, what.left, what.members), now);
}

void transcript::show_one(lines& out, const delivery& what, const self& /*me*/, time_point now) {
  switch (what.now) {
    case delivery::state::waiting:
      return remark_now(out, format(lang_, ui_message::whisper_waits, what.name, what.seconds), now);
    case delivery::state::delivered: {
      const ui_message told = what.messages > 1 ? ui_message::whispers_delivered : ui_message::whisper_delivered;
      return remark_now(out, format(lang_, told, what.name, what.messages), now);
    }
    case delivery::state::lost: {
      const ui_message told = what.messages > 1 ? ui_message::whispers_lost : ui_message::whisper_lost;
      return remark_now(out, format(lang_, told, what.name, what.messages), now);
    }
    case delivery::state::unknown: break;
  }
}

void transcript::show_one(lines& out, const message& what, const self& me, time_point now) {
  digest_.spoke(what.from);
  const bool ours = is_ours(what, me);
  remember(what.from, ours, now);
  const bool mentioned = !ours && mentions(what.text, me.name);
  const std::string who = mentioned ? paint_.mention(fmt::format("*{}", what.from)) : speaker(what.from, ours);
  concern about = mentioned ? concern::mention : concern::message;
  if (what.past || ours) about = concern::none;
  add_message(out, {tag(false, what.room), what.past, id_}, speech(who, what.kind, what.text), now, about);
}

/// Past ones concern us: they are what we missed while we were not connected.
void transcript::show_one(lines& out, const whisper& what, const self& me, time_point now) {
  digest_.spoke(what.from);
  const bool ours = is_ours(what, me);
  remember(what.from, ours, now);
  const concern about = ours ? concern::none : concern::personal;
  const std::string who = speaker(what.from, ours);
  const std::string partners = fmt::format("{} → {}", who, speaker(what.to, is_for_us(what, me)));
  const std::string text = what.kind == message_kind::plain ? what.text : speech(who, what.kind, what.text);
  add_message(out, {tag(true), what.past, id_}, speech(partners, message_kind::plain, text), now, about);
}

void transcript::show_one(lines& out, const client::renamed& what, const self& me, time_point now) {
  if (what.old_name != me.name && digest_.renamed(what.old_name, what.name, now)) return;
  remark_now(out,
             what.old_name == me.name ? format(lang_, ui_message::renamed_me, what.name)
                                      : format(lang_, ui_message::renamed, what.old_name, what.name),
             now);
}

void transcript::show_one(lines& out, const client::notice& what, const self& /*me*/, time_point now) {
  remark_now(out, what.text, now);
}

void transcript::show_one(lines& out, const room_changed& what, const self& /*me*/, time_point now) {
  std::string text = what.room.empty() ? std::string(text_of(lang_, ui_message::text_goes_to_lobby))
                                       : format(lang_, ui_message::text_goes_to, what.room);
  if (!what.topic.empty()) text = format(lang_, ui_message::topic_is, text, what.topic);
  remark_now(out, text, now);
}

void transcript::show_one(lines& out, const topic& what, const self& /*me*/, time_point now) {
  digest_.spoke(what.name);
  const bool none = what.text.empty();
  if (what.name.empty()) {  // we asked
    return remark_now(
        out, format(lang_, none ? ui_message::topic_none : ui_message::topic_is_alone, what.room, what.text), now);
  }
  remark_now(out,
             format(lang_, none ? ui_message::topic_cleared : ui_message::topic_set, what.name, what.room, what.text),
             now);
}

void transcript::show_one(lines& out, const client::recalled& /*what*/, const self& /*me*/, time_point now) {
  remembered& what = recollect(id_);
  if (std::exchange(what.recalled, true)) return;
  if (!what.shown) return remark_now(out, format(lang_, ui_message::recalled, id_), now);
  const std::string clock = clock_of(what.time);
  std::string text = what.ours ? format(lang_, ui_message::recalled_mine, clock)
                               : format(lang_, ui_message::recalled_known, what.from, clock);
  if (ids_) text = format(lang_, ui_message::numbered, text, id_);
  remark_now(out, text, now);
}

transcript::remembered& transcript::recollect(std::uint64_t id) {
  // From the newest on: what is taken back was mostly said just now.
  const auto found =
      std::find_if(remembered_.rbegin(), remembered_.rend(), [id](const remembered& each) { return each.id == id; });
  if (found != remembered_.rend()) return *found;
  if (remembered_.size() == most_remembered) remembered_.pop_front();
  return remembered_.emplace_back(remembered{.id = id, .from = {}, .time = {}});
}

void transcript::remember(std::string_view from, bool ours, time_point time) {
  if (id_ == 0) return;
  remembered& what = recollect(id_);
  what.from = from;
  what.time = time;
  what.ours = ours;
  what.shown = true;
}

void transcript::show_one(lines& out, const away& what, const self& /*me*/, time_point now) {
  digest_.spoke(what.name);
  const ui_message is = what.text.empty() ? ui_message::is_away_silent : ui_message::is_away;
  remark_now(out, format(lang_, is, what.name, what.text), now);
}

void transcript::show_one(lines& out, const back& what, const self& /*me*/, time_point now) {
  remark_now(out, format(lang_, ui_message::is_back, what.name), now);
}

}  // namespace confab::client
