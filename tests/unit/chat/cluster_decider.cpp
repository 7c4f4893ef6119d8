// How the node that decides does that, with the halves of the features that are for it.
#include "common/names.hpp"
#include "tests/unit/chat/cluster.hpp"

namespace confab::test::cluster {

// Exactly once: only the next counter of each node is taken.
void cluster_run::take(const request& by) {
  edge& from = edges_[by.node];
  if (by.counter > from.taken + 1) return;
  if (by.counter <= from.taken) {
    const std::size_t place = from.which[by.counter - 1];
    if (place != 0) wires_.send(by.node, &from.answers[place - 1]);
    return;
  }
  from.taken = by.counter;
  from.which.push_back(0);
  taken_.push_back(&by);
  decide(by);
}

void cluster_run::decide(const request& by) {
  node& here = *nodes_[0];
  if (by.is_nobodys()) return decide_second(by);
  if (by.what == request::kind::come) return publish(by, here.rules.arrivals.decide_arrived(here.seat(by)));
  chat::user& from = *here.user_of(by);
  if (by.what == request::kind::add) return publish(by, *here.rules.lifecycle.decide_device(from, by.word));
  decide_for(by, from, *here.device_of(by));
}

void cluster_run::decide_for(const request& by, chat::user& from, chat::device& on) {
  node& here = *nodes_[0];
  switch (by.what) {
    case request::kind::cut: return publish(by, chat::fact::broken{from.user_id, on.device_id, leave_reason::error});
    case request::kind::resume: {
      chat::fact::resumed news;
      chat::device* back = nullptr;
      if (const auto no = here.rules.resume.decide(nullptr, by.word, by.text, news, back)) return reply(by, no);
      return publish(by, news);
    }
    case request::kind::handed: settle(by, from, true, on.extras->token_since); return reply(by, {});
    case request::kind::give_up: return decide_end(by, from, leave_reason::error);
    case request::kind::quit: return decide_end(by, from, leave_reason::quit);
    case request::kind::say: {
      chat::room* const where = room_to_talk_in(by, from);
      if (where == nullptr) return;
      if (here.rules.tags.said_with(on, by.tag).id != 0) return reply(by, {});
      return publish(by, here.rules.talk.decide(on, *where, command_of(by)));
    }
    case request::kind::whisper: {
      if (here.rules.tags.said_with(on, by.tag).id != 0) return reply(by, {});
      const chat::user* const to = here.rules.naming.find(by.word);
      if (to == nullptr) return reply(by, chat::refusal{problem::no_such_user});
      return publish(by, here.rules.talk.decide(on, *to, command_of(by)));
    }
    case request::kind::rename: {
      name chosen;
      if (const auto no = here.rules.naming.decide(from, by.text, chosen)) return reply(by, no);
      const bool told = chosen.shown != from.name();
      return publish(by, chat::fact::renamed{from.name(), {chosen.shown, from.addr, from.user_id}, chosen.key, told});
    }
    case request::kind::join: return decide_join(by, from);
    case request::kind::leave: {
      chat::room* const where = room_to_talk_in(by, from);
      return where == nullptr ? void() : let_go(by, from, *where);
    }
    case request::kind::topic: {
      chat::fact::topic news;
      const chat::room* const where = room_to_talk_in(by, from);
      if (where == nullptr) return;
      if (const auto no = here.rules.rooms.decide_topic(from, by.word, by.text, *where, news)) return reply(by, no);
      return publish(by, news);
    }
    case request::kind::away:
    case request::kind::back: {
      chat::fact::away news;
      const bool away = by.what == request::kind::away;
      const std::string_view text = away ? std::string_view(by.text) : std::string_view();
      if (const auto no = here.rules.away.decide(from, away, text, news)) return reply(by, no);
      return publish(by, news);
    }
    default: {
      chat::fact::recalled news;
      chat::logged_message* message = nullptr;
      if (const auto no = here.rules.recalls.decide(from, by.text, news, message)) return reply(by, no);
      return publish(by, news);
    }
  }
}

// Null: it has been refused.
chat::room* cluster_run::room_to_talk_in(const request& by, const chat::user& from) {
  chat::room* const where = nodes_[0]->room_of(by.word);
  if (where != nullptr && from.is_in(where->number)) return where;
  reply(by, chat::refusal{where == nullptr ? problem::no_such_room : problem::not_in_room, by.word});
  return nullptr;
}

void cluster_run::decide_join(const request& by, chat::user& from) {
  node& here = *nodes_[0];
  chat::room* where = here.chat.rooms.find(by.word);
  if (const auto no = here.rules.rooms.check_join(from, by.word, name_key(by.word), where)) return reply(by, no);
  if (where == nullptr && !here.chat.has_space_for_room()) {
    chat::room* const gone = here.rules.rooms.decide_way(from);
    if (gone == nullptr) return reply(by, chat::refusal{problem::too_many_rooms});
    while (!gone->members.empty()) {
      publish(by, here.rules.rooms.decide_left(*gone->members.begin()->second, *gone));
    }
    publish(by, here.rules.rooms.decide_dropped(*gone));
  }
  publish(by, here.rules.rooms.decide_join(from, name_key(by.word), where));
}

void cluster_run::let_go(const request& by, chat::user& who, chat::room& from) {
  publish(by, nodes_[0]->rules.rooms.decide_left(who, from));
  if (chat::room_rules::is_unused(from)) publish(by, chat::room_rules::decide_dropped(from));
}

void cluster_run::decide_end(const request& by, chat::user& from, leave_reason reason) {
  node& here = *nodes_[0];
  if (from.has_several_devices()) return publish(by, chat::fact::device_gone{from.user_id, by.device_id, reason});
  settle(by, from, false, 0);
  while (!from.rooms.empty()) let_go(by, from, here.chat.rooms.at(from.rooms.back().room));
  const std::string_view words = reason == leave_reason::quit ? std::string_view(by.text) : std::string_view();
  publish(by, here.rules.arrivals.decide_gone(from, reason, words));
}

void cluster_run::settle(const request& by, const chat::user& receiver, bool delivered, std::uint64_t after) {
  for (const auto& each : nodes_[0]->rules.delivery_reports.decide_settled(receiver, delivered, after)) {
    publish(by, each);
  }
}

void cluster_run::decide_second(const request& by) {
  node& here = *nodes_[0];
  if (by.what == request::kind::tidy) {
    for (const chat::room* const each : here.rules.rooms.decide_unused({})) {
      publish(by, chat::room_rules::decide_dropped(*each));
    }
  } else {
    if (const auto crowd = here.rules.arrivals.decide_crowd()) publish(by, *crowd);
    for (const auto& each : here.rules.rooms.decide_crowds()) publish(by, each);
  }
  done(by);
}

}  // namespace confab::test::cluster
