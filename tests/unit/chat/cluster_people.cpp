// What people do in a simulated cluster, and what happens to their connections.
#include <algorithm>
#include <array>
#include <utility>

#include "tests/unit/chat/cluster.hpp"

namespace confab::test::cluster {

void cluster_run::act() {
  const bool busy = wires_.now() < busy_steps;
  if (busy) pass_time();
  for (std::size_t i = 0; i < people_.size(); ++i) {
    if (busy && luck_.percent(14)) people_[i].pending += 1 + luck_.pick(2);
    ask(i);
  }
}

// The decider's own clock.
void cluster_run::pass_time() {
  if (wires_.stands(0) || !luck_.percent(15)) return;
  request fresh;
  fresh.what = luck_.percent(8) ? request::kind::tidy : request::kind::second;
  send(std::move(fresh));
}

void cluster_run::ask(std::size_t person) {
  manner& how = people_[person];
  const std::size_t at = cast_[person * devices_each].node;
  if ((how.pending == 0 && how.read_all == nullptr) || how.waits || wires_.stands(at)) return;
  request fresh;
  fresh.node = at;
  fresh.number = how.number;
  fresh.tag = "t" + std::to_string(++tags_);
  if (!fill(fresh, person)) {
    how.pending = 0;  // it is gone
    return;
  }
  if (how.number != 0 && fresh.device_id == 0 && fresh.what != request::kind::add) {
    --how.pending;  // it waits
    return;
  }
  how.waits = true;
  how.pending -= std::min<std::size_t>(how.pending, 1);
  send(std::move(fresh));
}

void cluster_run::send(request fresh) {
  edge& by = edges_[fresh.node];
  fresh.counter = by.asked.size() + 1;
  const request& asked = by.asked.emplace_back(std::move(fresh));
  by.answered.push_back(false);
  if (asked.what == request::kind::say || asked.what == request::kind::whisper) {
    people_[person_of(asked.device)].said[asked.device % devices_each] = &asked;
  }
  if (asked.node == 0) {
    take(asked);
  } else {
    wires_.send(0, &asked);
  }
}

std::string cluster_run::somebody() {
  static const std::array<std::string, 8> names{"anna", "Anna", "ＡＮＮＡ", "bob", "Zoë", "Zoe\u0308", "张三", "-x"};
  return names[luck_.pick(names.size())];
}

// False: the user has gone.
bool cluster_run::fill(request& fresh, std::size_t person) {
  manner& how = people_[person];
  fresh.device = person * devices_each + (how.number == 0 ? 0 : luck_.pick(devices_each));
  chat::directory& users = nodes_[fresh.node]->chat.users;
  const chat::user* const me = users.find_id(how.number);
  if (how.number != 0 && me == nullptr) return how.read_all = nullptr, false;
  if (how.number == 0 || cast_[fresh.device].device_id == 0) {
    fresh.what = how.number == 0 ? request::kind::come : request::kind::add;
    fresh.word = "10.0." + std::to_string(fresh.node) + ".1:" + std::to_string(fresh.device + 1);
    return true;
  }
  if (how.read_all != nullptr) {
    fresh.device = static_cast<std::size_t>(how.read_all - cast_.data());
    fresh.device_id = std::exchange(how.read_all, nullptr)->device_id;
    fresh.what = request::kind::handed;
    return true;
  }
  const chat::device* on = users.find_device(how.number, cast_[fresh.device].device_id);
  if (on == nullptr) {  // the other, then
    on = &me->first();
    while (cast_[fresh.device].device_id != on->device_id) {
      fresh.device = person * devices_each + (fresh.device + 1) % devices_each;
    }
  }
  fresh.device_id = on->device_id;
  if (on->detached && luck_.percent(60)) {
    if (!me->is_connected()) return fresh.device_id = 0, true;  // it waits
    me->for_each_device([&](const chat::device& each) {
      if (!each.detached) on = &each;
    });
    while (cast_[fresh.device].device_id != on->device_id) {
      fresh.device = person * devices_each + (fresh.device + 1) % devices_each;
    }
    fresh.device_id = on->device_id;
  }
  if (fill_return(fresh, *on)) return true;
  fill_words(fresh, *on);
  return true;
}

// What becomes of its connection.
bool cluster_run::fill_return(request& fresh, const chat::device& on) {
  const std::size_t dice = luck_.pick(100);
  if (on.detached && dice < 10) return fresh.what = request::kind::give_up, true;
  if (on.detached || dice < 3) {
    const std::uint64_t last = nodes_[fresh.node]->chat.last_id;
    fresh.what = request::kind::resume;
    fresh.word = token_of(on.device_id);
    fresh.text = std::to_string(last - std::min<std::uint64_t>(last, luck_.pick(luck_.percent(70) ? 4 : 20)));
    return true;
  }
  if (dice < 15) return fresh.what = request::kind::cut, true;
  if (dice < 18) {
    fresh.what = request::kind::quit;
    fresh.text = "bye " + std::to_string(tags_);
    return true;
  }
  return false;
}

// Where plain text goes and which rooms there are to leave is known here; all else is for the decider.
void cluster_run::fill_words(request& fresh, const chat::device& on) {
  const chat::user& me = *on.owner;
  const manner& how = people_[person_of(fresh.device)];
  if (luck_.percent(10) && fill_again(fresh, how.said[fresh.device % devices_each], me)) return;
  node& here = *nodes_[fresh.node];
  const auto& mine = me.rooms;
  const std::size_t dice = luck_.pick(82);
  fresh.text = "text " + std::to_string(tags_);
  fresh.word = here.rules.rooms.current_of(on).name;
  fresh.what = request::kind::say;
  if (luck_.percent(20)) fresh.how = message_kind::emote;
  if (dice < 22) {
    fresh.what = request::kind::whisper;
    fresh.word = luck_.percent(20) ? somebody() : "@" + std::to_string(people_[luck_.pick(people_.size())].number);
  } else if (dice < 29) {
    fresh.what = request::kind::rename;
    fresh.text = somebody();
  } else if (dice < 52) {
    static const std::array<std::string, 6> rooms{"den", "tea", "zoo", "pub", "bar", "-x"};
    const std::string& wanted = rooms[luck_.pick(rooms.size())];
    const chat::room* const known = here.room_of(wanted);
    if (known != nullptr && me.is_in(known->number)) return;
    fresh.what = request::kind::join;
    fresh.word = wanted;
  } else if (dice < 63) {
    if (mine.empty()) return;
    fresh.what = request::kind::leave;
    fresh.word = here.chat.rooms.at(mine[luck_.pick(mine.size())].room).name;
  } else if (dice < 66) {
    fresh.what = request::kind::topic;
    if (luck_.percent(20)) fresh.text = luck_.percent(50) ? "-" : std::string(max_note + 1, 'x');
  } else if (dice < 70) {
    fresh.what = request::kind::away;
    if (luck_.percent(20)) fresh.text.assign(max_note + 1, 'x');
  } else if (dice < 72) {
    fresh.what = request::kind::back;
  } else if (dice < 80) {
    fresh.what = request::kind::recall;
    fresh.text = std::to_string(here.chat.last_id + 1 - std::min<std::uint64_t>(here.chat.last_id, luck_.pick(6)));
  }
}

// With the tag of before: the same, or something else. Where rooms make way, not in a room: an answer that only its
// node hears has no place among the facts, so that the room may be gone by then.
bool cluster_run::fill_again(request& fresh, const request* before, const chat::user& me) {
  if (before == nullptr) return false;
  if (before->what == request::kind::say && !before->word.empty()) {
    const chat::room* const in = nodes_[fresh.node]->room_of(before->word);
    if (in == nullptr || !me.is_in(in->number) || options_.max_rooms < 1000) return false;
  }
  fresh.what = before->what;
  fresh.word = before->word;
  fresh.tag = before->tag;
  fresh.how = before->how;
  fresh.text = luck_.percent(70) ? before->text : "something else";
  return true;
}

}  // namespace confab::test::cluster
