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
  std::size_t made_way = 0;
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
  std::vector<std::vector<std::uint64_t>> asked(run.person_count());
  for (std::size_t i = 0; i < run.node_count(); ++i) {
    for (const request& each : run.asked_at(i)) {
      if (!each.is_nobodys()) asked[cluster_run::person_of(each.device)].push_back(each.counter);
    }
  }
  for (std::size_t i = 0; i < asked.size(); ++i) {
    if (run.done_by(i) != asked[i]) FAIL("a request was answered twice, or not in its turn");
  }
}

void check_ids(cluster_run& run) {
  std::uint64_t last = 0;
  std::set<std::pair<std::uint64_t, std::string>> tags;
  const auto note = [&](std::uint64_t id, std::uint64_t device, std::string_view tag) {
    if (id != ++last) FAIL("an id was given twice, or left out");
    if (!tags.insert({device, std::string(tag)}).second) FAIL("something was said twice");
  };
  for (const auto& each : run.log()) {
    if (const auto* said = std::get_if<chat::fact::said>(&each.news)) note(said->id, said->device, said->tag);
    if (const auto* to = std::get_if<chat::fact::whispered>(&each.news)) note(to->id, to->device, to->tag);
  }
  for (std::size_t i = 0; i < run.node_count(); ++i) {
    if (run.at(i).chat.last_id != last) FAIL("a node goes on with another id");
  }
}

// The first line that two texts do not have in common, as each has it.
void check_same(const std::string& real, const std::string& plain) {
  if (real == plain) return;
  const auto at = std::mismatch(real.begin(), real.end(), plain.begin(), plain.end());
  const auto line = [](const std::string& of, std::string::const_iterator where) {
    const auto begin = static_cast<std::size_t>(where - of.begin());
    const std::size_t first = begin == 0 ? 0 : of.rfind('\n', begin - 1) + 1;
    return of.substr(first, of.find('\n', begin) - first);
  };
  FAIL("read: " << line(real, at.first) << "\ninstead of: " << line(plain, at.second));
}

void check_read(const puppet& real, const slow_chat::screen& plain) {
  if (real.number != plain.owner || real.device_id != plain.device_id) FAIL("somebody has another number");
  check_same(real.heard, plain.heard);
  check_same(real.answers, plain.answers);
  if (real.heard_before.size() != plain.heard_before.size()) FAIL("an answer is missing");
  for (std::size_t i = 0; i < real.heard_before.size(); ++i) {
    if (real.heard_before[i] < plain.heard_before[i]) FAIL("an answer came before what it was decided after");
  }
}

// The devices of one user, on a node that knows it.
void check_devices(cluster_run& run, const slow_chat& plain, std::size_t index, const chat::user& user) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < run.cast().size(); ++i) {
    const slow_chat::screen& each = plain.at(i);
    if (each.owner != user.user_id || each.is == slow_chat::state::gone) continue;
    ++count;
    const chat::device* const real = run.at(index).chat.users.find_device(user.user_id, each.device_id);
    if (real == nullptr) FAIL("a device is missing");
    if (real->detached != (each.is == slow_chat::state::broken)) FAIL("a connection is broken, or is not");
    if (real->addr() != each.addr) FAIL("a device has another address");
    if (index != run.cast()[i].node) continue;
    if (run.at(index).rules.rooms.current_of(*real).name != each.talks_in) FAIL("another room");
    const puppet::connection& last = run.cast()[i].connections.back();
    if (last.closed != real->detached) FAIL("a connection is closed, or is not");
  }
  if (user.device_count() != count) FAIL("a device too many");
}

// The decider knows everybody, the other nodes those who are there.
void check_people(cluster_run& run, const slow_chat& plain, std::size_t index) {
  node& here = run.at(index);
  std::set<std::string> keys;
  std::size_t expected = 0;
  for (std::size_t i = 0; i < run.cast().size(); ++i) {
    const std::uint64_t number = plain.at(i).owner;
    const auto human = plain.humans().find(number);
    const bool known = human != plain.humans().end() && (index == 0 || run.cast()[i].node == index);
    const chat::user* const user = number == 0 ? nullptr : here.chat.users.find_id(number);
    if ((user != nullptr) != known) FAIL("somebody is here who should not be, or the other way round");
    if (user == nullptr || plain.at(i).device_id != number) continue;  // once a user
    ++expected;
    if (user->name() != human->second.name || user->key() != human->second.key) FAIL("somebody has another name");
    if (!keys.insert(std::string(user->key())).second) FAIL("two have the same name");
    if (here.chat.users.find_key(human->second.key) != user) FAIL("somebody is not found by name");
    if (user->is_away != human->second.away || here.rules.away.text_of(*user) != human->second.note)
      FAIL("somebody is away, or is not");
    for (const auto& [name, since] : human->second.rooms) {
      const chat::room* const room = here.room_of(name);
      const chat::membership* const in = room == nullptr ? nullptr : user->membership_of(room->number);
      if (in == nullptr || in->since != since) FAIL("somebody is not in its room");
    }
    if (user->rooms.size() != human->second.rooms.size()) FAIL("too many rooms");
    check_devices(run, plain, index, *user);
    if (here.rules.arrivals.online_for(*user) != plain.humans().size()) FAIL("another number is online");
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
    if (index == 0 && room->kept != expected.kept) FAIL("a room is kept, or is not");
    std::set<std::uint64_t> members;
    std::size_t devices = 0;
    for (std::size_t i = 0; i < run.cast().size(); ++i) {
      const slow_chat::screen& each = plain.at(i);
      const bool known = index == 0 || run.cast()[i].node == index;
      if (!known || each.is == slow_chat::state::gone || expected.members.count(each.owner) == 0) continue;
      members.insert(each.owner);
      ++devices;
    }
    if (room->devices != devices) FAIL("other devices of members");
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
  all.made_way += plain.made_way();
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
  CHECK(all.made_way > seeds / 10);
  CHECK(all.facts.size() == std::variant_size_v<test::cluster::any_fact>);
}
