#include "tests/unit/chat/cluster_model.hpp"

#include <optional>
#include <variant>

#include "common/commands.hpp"
#include "common/names.hpp"
#include "server/chat/history_request.hpp"
#include "tests/unit/chat/cluster_model_writing.hpp"

namespace confab::test::cluster {

slow_chat::slow_chat(std::size_t devices, const chat::hub_options& options, chat::moment now)
    : options_(options), wall_(now.wall), time_(format_time(now.wall)), screens_(devices) {
  rooms_[""] = {};
}

void slow_chat::take(const request& by) {
  if (by.what == request::kind::second) return tell_crowds();
  if (by.what == request::kind::tidy) return tidy();
  tag_ = by.tag;
  at_ = &screens_.at(by.device);
  if (by.what == request::kind::come) return come(by.word);
  me_ = &humans_.at(by.number);
  switch (by.what) {
    case request::kind::add: return add(by.word);
    case request::kind::cut: return cut();
    case request::kind::resume: return resume(std::stoull(by.text));
    case request::kind::handed: return settle(*me_, true, at_->since);
    case request::kind::give_up: return end(leave_reason::error, {});
    case request::kind::say: return say(by);
    case request::kind::whisper: return whisper(by);
    case request::kind::rename: return rename(by.text);
    case request::kind::join: return join(by.word);
    case request::kind::leave: return leave(by.word);
    case request::kind::topic: return topic(by.word, by.text);
    case request::kind::away: return away(true, by.text);
    case request::kind::back: return away(false, {});
    case request::kind::recall: return recall(by.text);
    default: return end(leave_reason::quit, by.text);
  }
}

// ---- who is here

bool slow_chat::admit(announcer& of, bool arrival) const {
  if (of.told < options_.announce_limit) return ++of.told, true;
  ++(arrival ? of.joined : of.left);
  return false;
}

bool slow_chat::admit(room& to, bool arrival) {
  if (!std::exchange(to.stirred, true)) stirred_.emplace_back(to.name, to.incarnation);
  return admit(to.comings, arrival);
}

bool slow_chat::is_connected(const human& who) {
  bool any = false;
  for_each_screen(who, [&](const screen& each) { any = any || each.is == state::live; });
  return any;
}

std::size_t slow_chat::devices_of(const human& who) {
  std::size_t count = 0;
  for_each_screen(who, [&](const screen&) { ++count; });
  return count;
}

slow_chat::human* slow_chat::find(std::string_view text) {
  for (auto& [number, each] : humans_) {
    const bool same = text.front() == '@' ? text.substr(1) == std::to_string(number) : name_key(text) == each.key;
    if (same) return &each;
  }
  return nullptr;
}

void slow_chat::come(const std::string& addr) {
  const std::uint64_t number = ++numbers_;
  human& fresh = humans_[number];
  fresh.number = number;
  fresh.addr = fresh.name = fresh.key = addr;
  *at_ = {state::live, number, number, addr, {}, {}, messages_.size(), {}, {}, {}, wire_format::json};
  const event::joined news{who(fresh), online()};
  if (admit(comings_, true)) to_others(fresh, rooms_[""], news);
  tell(*at_, news);
}

void slow_chat::add(const std::string& addr) {
  *at_ = {state::live, me_->number, ++numbers_,       addr, {}, {}, messages_.size(), {},
          {},          {},          wire_format::text};  // until it speaks JSON
  tell_fates(*at_);
  at_->as = wire_format::json;
}

void slow_chat::cut() {
  tell(*at_, event::bye{leave_reason::error, options_.idle_timeout});
  at_->is = state::broken;
}

void slow_chat::resume(std::uint64_t last_id) {
  tell(*at_, event::bye{leave_reason::resumed, options_.idle_timeout});  // if the old connection is there still
  at_->is = state::live;
  const std::string token = token_of(at_->device_id);
  std::vector<std::string_view> joined;
  for (const auto& [name, since] : me_->rooms) joined.push_back(name);
  event::welcome news{options_.server_name,
                      sender(),
                      online(),
                      options_.max_line,
                      max_name_length,
                      options_.idle_timeout,
                      false,
                      token,
                      true,
                      true,
                      joined,
                      at_->talks_in,
                      {},
                      chat::max_history,
                      options_.max_joined,
                      options_.recall_window,
                      options_.resume_window};
  confirm(news);
  show_missed(std::max(last_id, at_->since));
  show_recalled(last_id);
  tell_fates(*at_);
}

void slow_chat::show_missed(std::uint64_t after) {
  for (std::uint64_t id = after + 1; id <= messages_.size(); ++id) {
    const message& each = messages_[id - 1];
    if (each.recalled) continue;
    bool concerns = each.to == 0 ? each.room == 0 : each.to == me_->number || each.from == me_->number;
    for (const auto& [name, since] : me_->rooms) {
      concerns = concerns || (each.to == 0 && rooms_.at(name).incarnation == each.room && id > since);
    }
    if (concerns) show(each, id, true);
  }
}

void slow_chat::show_recalled(std::uint64_t until) {
  for (const std::uint64_t id : recalled_) {
    const message& each = messages_[id - 1];
    if (id > until) continue;
    if (each.to != 0) {
      if (each.to == me_->number || each.from == me_->number) tell(*at_, event::recalled{id, {}});
      continue;
    }
    for (const auto& [name, in] : rooms_) {
      if (in.incarnation == each.room && me_->is_in(name)) tell(*at_, event::recalled{id, name});
    }
  }
}

void slow_chat::end(leave_reason reason, const std::string& words) {
  if (devices_of(*me_) > 1) {
    confirm(event::bye{reason, options_.idle_timeout});
    at_->is = state::gone;
    return;
  }
  settle(*me_, false, 0);
  confirm(event::bye{reason, options_.idle_timeout});
  at_->is = state::gone;
  while (!me_->rooms.empty()) {
    const std::string name = me_->rooms.back().first;
    part_room(*me_, name);
    drop_if_unused(name);
  }
  const human gone = std::move(*me_);
  humans_.erase(gone.number);
  if (admit(comings_, false)) to_others(gone, rooms_[""], event::left{who(gone), reason, words, online()});
}

// A share for each sender, in the order of their first.
void slow_chat::settle(human& receiver, bool delivered, std::uint64_t after) {
  std::vector<event::delivery> shares;
  std::vector<std::uint64_t> senders;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> others;
  for (const auto& [sender, id] : receiver.awaiting) {
    if (id <= after) {
      others.emplace_back(sender, id);
      continue;
    }
    const auto at = std::find(senders.begin(), senders.end(), sender);
    if (at == senders.end()) {
      senders.push_back(sender);
      const auto is = delivered ? event::delivery::state::delivered : event::delivery::state::lost;
      shares.push_back({is, who(receiver), 1, id, {}});
    } else {
      event::delivery& share = shares[static_cast<std::size_t>(at - senders.begin())];
      ++share.messages;
      share.id = id;
    }
  }
  receiver.awaiting = others;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    const auto sender = humans_.find(senders[i]);
    if (sender == humans_.end()) continue;
    if (is_connected(sender->second)) {
      tell(sender->second, shares[i]);
      continue;
    }
    shares[i].who.name = sender->second.words.emplace_back(shares[i].who.name);
    shares[i].who.addr = sender->second.words.emplace_back(shares[i].who.addr);
    sender->second.fates.push_back(shares[i]);
  }
}

void slow_chat::tell_fates(screen& to) {
  for (const event::delivery& each : std::exchange(me_->fates, {})) tell(to, each);
}

void slow_chat::tell_crowds() {
  const announcer all = std::exchange(comings_, {});
  if (all.joined + all.left > 0) {
    for (auto& [number, each] : humans_) tell(each, event::crowd{all.joined, all.left, online()});
  }
  for (const auto& [name, incarnation] : std::exchange(stirred_, {})) {
    const auto found = rooms_.find(name);
    if (found == rooms_.end() || found->second.incarnation != incarnation) continue;
    room& in = found->second;
    in.stirred = false;
    const announcer some = std::exchange(in.comings, {});
    if (some.joined + some.left == 0) continue;
    for (const std::uint64_t number : in.members) {
      tell(humans_.at(number), event::room_crowd{name, some.joined, some.left, in.members.size()});
    }
  }
}

void slow_chat::tidy() {
  for (auto each = rooms_.begin(); each != rooms_.end();) {
    const auto next = std::next(each);
    if (!std::exchange(each->second.said_lately, false)) {
      each->second.kept = false;
      drop_if_unused(std::string(each->first));
    }
    each = next;
  }
}

}  // namespace confab::test::cluster
