#include "tests/unit/chat/cluster.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "common/names.hpp"

namespace confab::test::cluster {
namespace {

constexpr std::size_t busy_steps = 60;
constexpr std::size_t most_steps = 3000;
constexpr std::size_t people_at_a_node = 3;

}  // namespace

cluster_run::cluster_run(unsigned seed)
    : luck_(seed),
      options_(rules()),
      edges_(2 + luck_.pick(3)),
      wires_(luck_, {luck_.pick(40), luck_.pick(30), 1 + luck_.pick(8), luck_.pick(4)}, edges_.size()) {
  cast_.resize(edges_.size() * people_at_a_node);
  manners_.resize(cast_.size());
  for (std::size_t i = 0; i < cast_.size(); ++i) cast_[i].node = i % edges_.size();
  for (std::size_t i = 0; i < edges_.size(); ++i) {
    nodes_.push_back(std::make_unique<node>(i, cast_, options_, i == 0));
  }
}

chat::hub_options cluster_run::rules() {
  chat::hub_options out;
  out.announce_limit = 100'000;
  out.replay = 3;
  out.history = false;
  out.max_joined = 2;
  out.recent_bytes = 1 << 20;
  return out;
}

bool cluster_run::run() {
  while (wires_.now() < busy_steps || !quiet()) {
    if (wires_.now() == busy_steps) wires_.mend();
    if (wires_.now() > most_steps) return false;
    act();
    remind();
    wires_.step([this](std::size_t to, const network::payload& what) { deliver(to, what); });
  }
  return true;
}

bool cluster_run::quiet() const {
  const bool asked =
      std::any_of(manners_.begin(), manners_.end(), [](const manner& each) { return each.waits || each.pending > 0; });
  return !asked &&
         std::all_of(edges_.begin() + 1, edges_.end(), [this](const edge& each) { return each.heard == log_.size(); });
}

// ---- people

void cluster_run::act() {
  for (std::size_t i = 0; i < cast_.size(); ++i) {
    if (wires_.now() < busy_steps && luck_.percent(12) && !manners_[i].leaves) manners_[i].pending += 1 + luck_.pick(2);
    ask(i);
  }
}

void cluster_run::ask(std::size_t person) {
  manner& how = manners_[person];
  puppet& who = cast_[person];
  if (how.pending == 0 || how.waits || wires_.stands(who.node)) return;
  edge& by = edges_[who.node];
  request fresh;
  fresh.node = who.node;
  fresh.counter = by.asked.size() + 1;
  fresh.person = person;
  fresh.number = who.number;
  fresh.tag = "t" + std::to_string(++tags_);
  fill(fresh, who.number == 0 ? nullptr : nodes_[who.node]->chat.users.find_id(who.number));
  const request& asked = by.asked.emplace_back(std::move(fresh));
  by.answered.push_back(false);
  how.waits = true;
  --how.pending;
  if (asked.what == request::kind::say || asked.what == request::kind::whisper) how.said = &asked;
  if (asked.what == request::kind::quit) how.leaves = true, how.pending = 0;
  if (who.node == 0) {
    take(asked);
  } else {
    wires_.send(0, &asked);
  }
}

std::string cluster_run::somebody() {
  static const std::array<std::string, 8> names{"anna", "Anna", "ＡＮＮＡ", "bob", "Zoë", "Zoe\u0308", "张三", "-x"};
  return names[luck_.pick(names.size())];
}

// Where plain text goes and which rooms there are to leave is known here; all else is for the decider.
void cluster_run::fill(request& fresh, const chat::user* me) {
  if (me == nullptr) {
    fresh.word = "10.0." + std::to_string(fresh.node) + ".1:" + std::to_string(fresh.person + 1);
    return;
  }
  if (luck_.percent(10) && fill_again(fresh, manners_[fresh.person].said, *me)) return;
  node& here = *nodes_[fresh.node];
  const auto& mine = me->rooms;
  const std::size_t dice = luck_.pick(100);
  fresh.text = "text " + std::to_string(tags_);
  fresh.word = here.rooms.current_of(me->first()).name;
  fresh.what = request::kind::say;
  if (luck_.percent(20)) fresh.how = message_kind::emote;
  if (dice < 14) {
    fresh.what = request::kind::whisper;
    fresh.word = luck_.percent(50) ? somebody() : "@" + std::to_string(luck_.pick(cast_.size() + 2));
  } else if (dice < 28) {
    fresh.what = request::kind::rename;
    fresh.text = somebody();
  } else if (dice < 44) {
    static const std::array<std::string, 4> rooms{"den", "tea", "zoo", "-x"};
    const std::string& wanted = rooms[luck_.pick(rooms.size())];
    const chat::room* const known = here.room_of(wanted);
    if (known != nullptr && me->is_in(known->number)) return;
    fresh.what = request::kind::join;
    fresh.word = wanted;
  } else if (dice < 54) {
    if (mine.empty()) return;
    fresh.what = request::kind::leave;
    fresh.word = here.chat.rooms.at(mine[luck_.pick(mine.size())].room).name;
  } else if (dice < 60) {
    fresh.what = request::kind::topic;
    if (luck_.percent(20)) fresh.text = luck_.percent(50) ? "-" : std::string(max_note + 1, 'x');
  } else if (dice < 66) {
    fresh.what = request::kind::away;
    if (luck_.percent(20)) fresh.text.assign(max_note + 1, 'x');
  } else if (dice < 69) {
    fresh.what = request::kind::back;
  } else if (dice < 79) {
    fresh.what = request::kind::recall;
    fresh.text = std::to_string(here.chat.last_id + 1 - std::min<std::uint64_t>(here.chat.last_id, luck_.pick(6)));
  } else if (dice < 82) {
    fresh.what = request::kind::quit;
  }
}

// With the tag of before: the same, or something else.
bool cluster_run::fill_again(request& fresh, const request* before, const chat::user& me) {
  if (before == nullptr) return false;
  if (before->what == request::kind::say) {
    const chat::room* const in = nodes_[fresh.node]->room_of(before->word);
    if (in == nullptr || !me.is_in(in->number)) return false;
  }
  fresh.what = before->what;
  fresh.word = before->word;
  fresh.tag = before->tag;
  fresh.how = before->how;
  fresh.text = luck_.percent(70) ? before->text : "something else";
  return true;
}

// ---- messages

void cluster_run::deliver(std::size_t to, const network::payload& what) {
  if (const auto* asked = std::get_if<const request*>(&what)) return take(**asked);
  if (const auto* fact = std::get_if<const record*>(&what)) return receive(to, **fact);
  if (const auto* reply = std::get_if<const answer*>(&what)) return receive(to, **reply);
  send_again(std::get<again>(what));
}

// Every node sends again, now and then, what it has had no answer to, and says what it has heard.
void cluster_run::remind() {
  for (std::size_t i = 1; i < edges_.size(); ++i) {
    if ((wires_.now() + i) % 8 != 0 || wires_.stands(i)) continue;
    const edge& by = edges_[i];
    for (std::size_t at = 0; at < by.asked.size(); ++at) {
      if (!by.answered[at]) wires_.send(0, &by.asked[at]);
    }
    wires_.send(0, again{i, by.heard});
  }
}

// ---- the decider

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
  if (by.what == request::kind::come) return publish(by, here.arrivals.decide_arrived(here.seat(by)));
  chat::user& from = *here.user_of(by);
  chat::room* where = nullptr;
  switch (by.what) {
    case request::kind::say:
      if (here.tags.said_with(from.first(), by.tag).id != 0) return reply(by, {});
      return publish(by, here.talk.decide(from.first(), *here.room_of(by.word), command_of(by)));
    case request::kind::whisper: {
      if (here.tags.said_with(from.first(), by.tag).id != 0) return reply(by, {});
      const chat::user* const to = here.naming.find(by.word);
      if (to == nullptr) return reply(by, chat::refusal{problem::no_such_user});
      return publish(by, here.talk.decide(from.first(), *to, command_of(by)));
    }
    case request::kind::rename: {
      name chosen;
      if (const auto no = here.naming.decide(from, by.text, chosen)) return reply(by, no);
      const bool told = chosen.shown != from.name();
      return publish(by, chat::fact::renamed{from.name(), {chosen.shown, from.addr, from.user_id}, chosen.key, told});
    }
    case request::kind::join: {
      chat::fact::room_joined news;
      where = here.chat.rooms.find(by.word);
      if (const auto no = here.rooms.decide_join(from, by.word, name_key(by.word), where, news)) return reply(by, no);
      return publish(by, news);
    }
    case request::kind::leave: return publish(by, here.rooms.decide_left(from, *here.room_of(by.word)));
    case request::kind::topic: {
      chat::fact::topic news;
      const std::string_view room = by.word.empty() ? chat::rooms::lobby_word : std::string_view(by.word);
      if (const auto no = here.rooms.decide_topic(from, room, by.text, *here.room_of(room), news)) {
        return reply(by, no);
      }
      return publish(by, news);
    }
    case request::kind::away:
    case request::kind::back: {
      chat::fact::away news;
      const bool away = by.what == request::kind::away;
      const std::string_view text = away ? std::string_view(by.text) : std::string_view();
      if (const auto no = here.away.decide(from, away, text, news)) return reply(by, no);
      return publish(by, news);
    }
    case request::kind::recall: {
      chat::fact::recalled news;
      chat::logged_message* message = nullptr;
      if (const auto no = here.recalls.decide(from, by.text, news, message)) return reply(by, no);
      return publish(by, news);
    }
    default: break;
  }
  while (!from.rooms.empty()) {
    publish(by, here.rooms.decide_left(from, here.chat.rooms.at(from.rooms.back().room)));
  }
  publish(by, here.arrivals.decide_gone(from, leave_reason::quit, by.text));
}

// The decider hears it before anything else is decided.
void cluster_run::publish(const request& by, const any_fact& news) {
  const record& fresh = log_.emplace_back(record{log_.size() + 1, &by, keeper(words_)(news)});
  nodes_[0]->apply(fresh);
  edges_[0].heard = fresh.number;
  if (by.node == 0) done(by, fresh);
  for (std::size_t i = 1; i < edges_.size(); ++i) wires_.send(i, &fresh);
}

void cluster_run::reply(const request& by, std::optional<chat::refusal> no) {
  ++(no ? refused_ : repeated_);
  edge& to = edges_[by.node];
  const answer& fresh = to.answers.emplace_back(answer{&by, log_.size(), no});
  to.which.back() = to.answers.size();
  if (by.node == 0) return receive(0, fresh);
  wires_.send(by.node, &fresh);
}

void cluster_run::send_again(const again& from) {
  const std::size_t end = std::min<std::size_t>(log_.size(), from.heard + 16);
  for (std::size_t at = from.heard; at < end; ++at) wires_.send(from.node, &log_[at]);
}

// ---- the others

void cluster_run::receive(std::size_t at, const record& next) {
  edge& here = edges_[at];
  if (next.number <= here.heard) return;
  if (next.number > here.heard + 1) {
    if (std::exchange(here.missed_at, wires_.now()) + 4 <= wires_.now()) wires_.send(0, again{at, here.heard});
    return;
  }
  here.heard = next.number;
  nodes_[at]->apply(next);
  if (next.of->node == at) done(*next.of, next);
}

// One that comes too early is dropped: it will be asked for again.
void cluster_run::receive(std::size_t at, const answer& next) {
  edge& here = edges_[at];
  if (here.answered[next.of->counter - 1] || here.heard < next.after) return;
  nodes_[at]->apply(next);
  done(*next.of);
}

// A request to leave the chat becomes several facts, the last of which is that.
void cluster_run::done(const request& of, const record& last) {
  const bool more = of.what == request::kind::quit && !std::holds_alternative<chat::fact::gone>(last.news);
  if (!more) done(of);
}

void cluster_run::done(const request& of) {
  edges_[of.node].answered[of.counter - 1] = true;
  cast_[of.person].done.push_back(of.counter);
  manners_[of.person].waits = false;
}

}  // namespace confab::test::cluster
