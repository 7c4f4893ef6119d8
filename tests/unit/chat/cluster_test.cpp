// Several nodes, one of which decides, over a network that loses, doubles and reorders what it carries: whatever people
// do, each of them reads what one slow server would have told it, and afterwards all nodes agree.

#include "tests/unit/chat/cluster.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "common/names.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/deadline.hpp"

using namespace confab;
using confab::test::cluster::cluster_run;
using confab::test::cluster::node;
using confab::test::cluster::puppet;
using confab::test::cluster::request;
using confab::test::cluster::slow_chat;

namespace {

/// What all runs together have seen, so that none of it was left out.
struct seen {
  std::size_t requests = 0;
  std::size_t refused = 0;
  std::size_t repeated = 0;
  std::size_t lost = 0;
  std::size_t doubled = 0;
  std::map<std::size_t, std::size_t> facts;  // by kind
};

slow_chat replayed(cluster_run& run) {
  slow_chat plain(run.cast().size(), run.options(), run.at(0).chat.now);
  for (const request* each : run.taken()) plain.take(*each);
  return plain;
}

// Each node's requests were taken once each and in order.
void check_taken(cluster_run& run) {
  std::vector<std::uint64_t> last(run.node_count());
  for (const request* each : run.taken()) {
    if (each->counter != ++last[each->node]) FAIL("a request was taken twice, or not in its turn");
  }
  for (std::size_t i = 0; i < run.node_count(); ++i) {
    if (last[i] != run.asked_at(i).size()) FAIL("a request was never taken");
    if (run.heard_at(i) != run.log().size()) FAIL("a fact was not heard");
  }
}

void check_answered(cluster_run& run) {
  std::vector<std::vector<std::uint64_t>> asked(run.cast().size());
  for (std::size_t i = 0; i < run.node_count(); ++i) {
    for (const request& each : run.asked_at(i)) asked[each.person].push_back(each.counter);
  }
  for (std::size_t i = 0; i < asked.size(); ++i) {
    if (run.cast()[i].done != asked[i]) FAIL("a request was answered twice, or not in its turn");
  }
}

void check_ids(cluster_run& run) {
  std::uint64_t last = 0;
  std::set<std::pair<std::uint64_t, std::string>> tags;
  const auto note = [&](std::uint64_t id, const person& from, std::string_view tag) {
    if (id != ++last) FAIL("an id was given twice, or left out");
    if (!tags.insert({from.number, std::string(tag)}).second) FAIL("something was said twice");
  };
  for (const auto& each : run.log()) {
    if (const auto* said = std::get_if<chat::fact::said>(&each.news)) note(said->id, said->from, said->tag);
    if (const auto* to = std::get_if<chat::fact::whispered>(&each.news)) note(to->id, to->from, to->tag);
  }
  for (std::size_t i = 0; i < run.node_count(); ++i) {
    if (run.at(i).chat.last_id != last) FAIL("a node goes on with another id");
  }
}

void check_read(const puppet& real, const slow_chat::human& plain) {
  if (real.number != plain.number) FAIL("somebody has another number");
  if (real.heard != plain.heard) REQUIRE(real.heard == plain.heard);
  if (real.answers != plain.answers) REQUIRE(real.answers == plain.answers);
  if (real.heard_before.size() != plain.heard_before.size()) FAIL("an answer is missing");
  for (std::size_t i = 0; i < real.heard_before.size(); ++i) {
    if (real.heard_before[i] < plain.heard_before[i]) FAIL("an answer came before what it was decided after");
  }
}

std::size_t online(const cluster_run& run, const slow_chat& plain) {
  std::size_t sum = 0;
  for (std::size_t i = 0; i < run.cast().size(); ++i) {
    if (plain.at(i).number != 0 && plain.at(i).here) ++sum;
  }
  return sum;
}

// The decider knows everybody, the other nodes those who are there.
void check_people(cluster_run& run, const slow_chat& plain, std::size_t index) {
  node& here = run.at(index);
  std::set<std::string> keys;
  std::size_t expected = 0;
  for (std::size_t i = 0; i < run.cast().size(); ++i) {
    const slow_chat::human& human = plain.at(i);
    const bool is_in = human.number != 0 && human.here;
    const bool known = is_in && (index == 0 || run.cast()[i].node == index);
    const chat::user* const user = human.number == 0 ? nullptr : here.chat.users.find_id(human.number);
    if ((user != nullptr) != known) FAIL("somebody is here who should not be, or the other way round");
    if (user == nullptr) continue;
    ++expected;
    if (user->name() != human.name || user->key() != human.key) FAIL("somebody has another name");
    if (!keys.insert(std::string(user->key())).second) FAIL("two have the same name");
    if (here.chat.users.find_key(human.key) != user) FAIL("somebody is not found by name");
    if (user->is_away != human.away || here.away.text_of(*user) != human.note) FAIL("somebody is away, or is not");
    for (const std::string& name : human.rooms) {
      const chat::room* const room = here.room_of(name);
      if (room == nullptr || !user->is_in(room->number)) FAIL("somebody is not in its room");
    }
    if (user->rooms.size() != human.rooms.size()) FAIL("too many rooms");
    if (index == run.cast()[i].node && here.rooms.current_of(user->first()).name != human.talks_in)
      FAIL("another room");
    if (here.arrivals.online_for(*user) != online(run, plain)) FAIL("another number is online");
  }
  if (here.chat.users.size() != expected) FAIL("there is somebody whom nobody knows");
}

void check_rooms(cluster_run& run, const slow_chat& plain, std::size_t index) {
  node& here = run.at(index);
  if (here.chat.rooms.size() + 1 != plain.rooms().size()) FAIL("another number of rooms");
  for (const auto& [name, expected] : plain.rooms()) {
    const chat::room* const room = here.room_of(name);
    if (room == nullptr) FAIL("a room is missing");
    if (room->topic != expected.topic) FAIL("another topic");
    if (room->generation != run.at(0).room_of(name)->generation) FAIL("another room of that name");
    std::vector<std::uint64_t> past;
    for (const chat::logged_message& each : room->past) past.push_back(each.id);
    if (!std::equal(past.begin(), past.end(), expected.past.begin(), expected.past.end())) FAIL("another past");
    std::set<std::uint64_t> members;
    for (std::size_t i = 0; i < run.cast().size(); ++i) {
      const bool known = index == 0 || run.cast()[i].node == index;
      if (known && expected.members.count(plain.at(i).number) != 0) members.insert(plain.at(i).number);
    }
    std::set<std::uint64_t> real;
    for (const auto& [number, user] : room->members) real.insert(number);
    if (real != members) FAIL("other members");
  }
}

void check_messages(cluster_run& run, const slow_chat& plain, std::size_t index) {
  std::uint64_t id = 0;
  for (const slow_chat::message& each : plain.messages()) {
    const chat::logged_message* const real = run.at(index).chat.log.find(++id);
    if (real == nullptr) FAIL("a message is missing");
    if (real->recalled != each.recalled) FAIL("a message is there although it was taken back, or the other way round");
    if (real->text != (each.recalled ? std::string() : each.text)) FAIL("a message says something else");
    if (real->from_user != each.from || real->to_user != each.to) FAIL("a message is somebody else's");
  }
}

void check(cluster_run& run, seen& all) {
  if (!run.run()) FAIL("it has no end");
  check_taken(run);
  check_answered(run);
  check_ids(run);
  const slow_chat plain = replayed(run);
  for (std::size_t i = 0; i < run.cast().size(); ++i) {
    CAPTURE(i);
    check_read(run.cast()[i], plain.at(i));
  }
  for (std::size_t i = 0; i < run.node_count(); ++i) {
    CAPTURE(i);
    check_people(run, plain, i);
    check_rooms(run, plain, i);
    check_messages(run, plain, i);
  }
  all.requests += run.taken().size();
  all.refused += run.refused();
  all.repeated += run.repeated();
  all.lost += run.wires().lost();
  all.doubled += run.wires().doubled();
  for (const auto& each : run.log()) ++all.facts[each.news.index()];
}

}  // namespace

TEST_CASE("cluster: whatever the network does, each reads what one server says, and all nodes agree", "[model]") {
  constexpr unsigned seeds = test::sanitized ? 200 : 2000;
  seen all;
  for (unsigned seed = 1; seed <= seeds; ++seed) {
    CAPTURE(seed);
    cluster_run run(seed);
    check(run, all);
  }
  CHECK(all.requests > seeds * 20);
  CHECK(all.refused > seeds);
  CHECK(all.repeated > seeds / 2);
  CHECK(all.lost > seeds);
  CHECK(all.doubled > seeds);
  CHECK(all.facts.size() == std::variant_size_v<test::cluster::any_fact>);
}
