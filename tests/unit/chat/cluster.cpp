#include "tests/unit/chat/cluster.hpp"

#include <algorithm>
#include <utility>

namespace confab::test::cluster {
namespace {

constexpr std::size_t most_steps = 3000;
constexpr std::size_t people_at_a_node = 2;

}  // namespace

cluster_run::cluster_run(unsigned seed)
    : luck_(seed),
      options_(rules()),
      edges_(2 + luck_.pick(3)),
      wires_(luck_, {luck_.pick(40), luck_.pick(30), 1 + luck_.pick(8), luck_.pick(4)}, edges_.size()) {
  people_.resize(edges_.size() * people_at_a_node);
  cast_.resize(people_.size() * devices_each);
  for (std::size_t i = 0; i < cast_.size(); ++i) cast_[i].node = person_of(i) % edges_.size();
  for (std::size_t i = 0; i < edges_.size(); ++i) {
    nodes_.push_back(std::make_unique<node>(i, cast_, options_, i == 0));
  }
}

chat::hub_options cluster_run::rules() {
  chat::hub_options out;
  out.announce_limit = luck_.percent(50) ? 1 + luck_.pick(3) : 100'000;
  out.replay = 3;
  out.history = luck_.percent(50);  // rooms that something was said in stay, then
  out.max_rooms = luck_.percent(66) ? 2 + luck_.pick(2) : 1000;
  out.max_joined = 2 + luck_.pick(2);
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
  const bool asked = std::any_of(people_.begin(), people_.end(), [](const manner& each) {
    return each.waits || each.pending > 0 || each.read_all != nullptr;
  });
  return !asked &&
         std::all_of(edges_.begin() + 1, edges_.end(), [this](const edge& each) { return each.heard == log_.size(); });
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

// The decider hears it before anything else is decided.
void cluster_run::publish(const request& by, const any_fact& news) {
  const record& fresh = log_.emplace_back(record{log_.size() + 1, &by, keeper(words_)(news)});
  nodes_[0]->apply(fresh);
  edges_[0].heard = fresh.number;
  if (by.node == 0) done(by, fresh);
  for (std::size_t i = 1; i < edges_.size(); ++i) wires_.send(i, &fresh);
}

void cluster_run::reply(const request& by, std::optional<chat::refusal> no) {
  if (by.what != request::kind::handed) ++(no ? refused_ : repeated_);
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

// A request may become several facts.
void cluster_run::done(const request& of, const record& last) {
  using kind = request::kind;
  const auto is = [&](auto what) { return std::holds_alternative<decltype(what)>(last.news); };
  bool end = false;
  switch (of.what) {
    case kind::come: end = is(chat::fact::arrived{}); break;
    case kind::add: end = is(chat::fact::device_added{}); break;
    case kind::cut: end = is(chat::fact::broken{}); break;
    case kind::resume: end = is(chat::fact::resumed{}); break;
    case kind::give_up:
    case kind::quit: end = is(chat::fact::gone{}) || is(chat::fact::device_gone{}); break;
    case kind::say: end = is(chat::fact::said{}); break;
    case kind::whisper: end = is(chat::fact::whispered{}); break;
    case kind::rename: end = is(chat::fact::renamed{}); break;
    case kind::join: end = is(chat::fact::room_joined{}); break;
    case kind::leave: end = is(chat::fact::room_left{}); break;
    case kind::topic: end = is(chat::fact::topic{}); break;
    case kind::away:
    case kind::back: end = is(chat::fact::away{}); break;
    case kind::recall: end = is(chat::fact::recalled{}); break;
    default: break;  // answered when all has been decided
  }
  if (end) done(of);
  if (of.what == kind::resume) people_[person_of(of.device)].read_all = &cast_[of.device];
}

void cluster_run::done(const request& of) {
  edges_[of.node].answered[of.counter - 1] = true;
  if (of.is_nobodys()) return;
  manner& who = people_[person_of(of.device)];
  who.done.push_back(of.counter);
  who.waits = false;
  who.number = cast_[of.device].number;
}

}  // namespace confab::test::cluster
