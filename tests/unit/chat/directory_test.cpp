#include "server/chat/directory.hpp"

#include <random>
#include <string>
#include <vector>

#include "server/chat/presence.hpp"
#include "tests/support/catch.hpp"

using namespace confab::chat;
using strings = std::vector<std::string>;

namespace {

/// The addresses of all, in order of arrival.
strings order(const directory& users, std::uint64_t after = 0) {
  strings out;
  for (auto at = users.after(after); at.get() != nullptr; at.advance()) out.push_back(at.get()->addr);
  return out;
}

/// The numbers of all, the most silent first; the way back must be the same.
strings silent_first(const presence& all) {
  strings out;
  const device* last = nullptr;
  for (const device* who = all.quietest(); who != nullptr; who = who->livelier) {
    CHECK(who->quieter == last);
    out.push_back(std::to_string(who->device_id));
    last = who;
  }
  return out;
}

}  // namespace

TEST_CASE("directory: users are found by session, by name and by arrival", "[directory]") {
  effort spent;
  directory users(2, spent);
  user& a = users.add({0, 0, 1}, "a", {});
  user& b = users.add({1, 5, 7}, "b", {});
  CHECK(users.size() == 2);
  CHECK(users.find({0, 0, 1}) == &a.first());
  CHECK(users.find({1, 5, 7}) == &b.first());
  CHECK(users.find({1, 5, 6}) == nullptr);
  CHECK(users.find({1, 5, 8}) == nullptr);
  CHECK(users.find({1, 4, 7}) == nullptr);
  CHECK(users.find({0, 5, 7}) == nullptr);
  CHECK(users.find({0, 1000, 1}) == nullptr);
  CHECK(users.find_key("a") == &a);
  CHECK(users.find_key("b") == &b);
  CHECK(users.find_key("c") == nullptr);
  CHECK(users.find_id(a.user_id) == &a);
  CHECK(users.find_id(b.user_id) == &b);
  CHECK(users.newest() == b.user_id);
}

TEST_CASE("directory: lookalikes of chosen names are found, by both of their looks, and forgotten with them",
          "[directory]") {
  effort spent;
  directory users(1, spent);
  user& a = users.add({0, 0, 1}, "1.1.1.1:1", {});
  user& b = users.add({0, 1, 1}, "1.1.1.1:2", {});
  CHECK(users.find_lookalike(looks_of("1.1.1.1:1"), b) == nullptr);  // an address is no choice
  users.rename(a, "alice", "alice");
  CHECK(users.find_lookalike(looks_of("aIice"), b) == &a);
  CHECK(users.find_lookalike(looks_of("ALlCE"), b) == &a);
  CHECK(users.find_lookalike(looks_of("aIice"), a) == nullptr);
  CHECK(users.find_lookalike(looks_of("bob"), b) == nullptr);
  users.rename(b, "小明", "小明");
  CHECK(users.find_lookalike(looks_of("小明"), a) == &b);
  users.rename(a, "carol", "carol");
  CHECK(users.find_lookalike(looks_of("aIice"), b) == nullptr);
  CHECK(users.find_lookalike(looks_of("caroI"), b) == &a);
  users.remove(a);
  CHECK(users.find_lookalike(looks_of("caroI"), b) == nullptr);
  CHECK(users.find_lookalike(looks_of("小明"), *users.find({0, 1, 1})->owner) == nullptr);
}

TEST_CASE("directory: a renamed user is found by the new name only", "[directory]") {
  effort spent;
  directory users(1, spent);
  user& a = users.add({0, 0, 1}, "a:1", {});
  users.rename(a, "Anna", "anna");
  CHECK(users.find_key("a:1") == nullptr);
  CHECK(users.find_key("Anna") == nullptr);
  CHECK(users.find_key("anna") == &a);
  CHECK(a.name() == "Anna");
  CHECK(a.addr == "a:1");
  users.rename(a, "ANNA", "anna");
  CHECK(users.find_key("anna") == &a);
  CHECK(a.name() == "ANNA");
  CHECK(users.size() == 1);
}

TEST_CASE("directory: who is removed is handed back and found no more", "[directory]") {
  effort spent;
  directory users(1, spent);
  user& a = users.add({0, 0, 1}, "a", {});
  users.add({0, 1, 1}, "b", {});
  const auto gone = users.remove(a);
  REQUIRE(gone.get() == &a);
  CHECK(gone->addr == "a");
  CHECK(users.size() == 1);
  CHECK(users.find({0, 0, 1}) == nullptr);
  CHECK(users.find_key("a") == nullptr);
  CHECK(users.find_id(gone->user_id) == nullptr);
  user& again = users.add({0, 0, 2}, "a", {});
  CHECK(users.find({0, 0, 2}) == &again.first());
  CHECK(users.find({0, 0, 1}) == nullptr);
  CHECK(again.user_id > gone->user_id);
}

TEST_CASE("directory: the order of arrival holds through any coming and going", "[directory]") {
  std::mt19937 random(1);
  effort spent;
  directory users(3, spent);
  std::vector<user*> model;
  std::uint32_t next = 0;
  for (int step = 0; step < 3000; ++step) {
    const bool grow = model.empty() || random() % 100 < (step / 500 % 2 == 0 ? 60U : 40U);
    if (grow) {
      const std::uint32_t number = next++;
      model.push_back(&users.add({number % 3, number, 1}, "u" + std::to_string(number), {}));
    } else {
      const auto which = static_cast<std::ptrdiff_t>(random() % model.size());
      users.remove(*model[static_cast<std::size_t>(which)]);
      model.erase(model.begin() + which);
    }
    REQUIRE(users.size() == model.size());
    if (step % 50 != 0) continue;
    strings expected;
    for (const user* each : model) expected.push_back(each->addr);
    REQUIRE(order(users) == expected);
    if (model.empty()) continue;
    const std::size_t middle = model.size() / 2;
    REQUIRE(order(users, model[middle]->user_id) ==
            strings(expected.begin() + static_cast<std::ptrdiff_t>(middle) + 1, expected.end()));
    REQUIRE(users.find_id(model[middle]->user_id) == model[middle]);
  }
}

TEST_CASE("directory: an empty one has nobody", "[directory]") {
  effort spent;
  const directory users(1, spent);
  CHECK(users.size() == 0);
  CHECK(users.newest() == 0);
  CHECK(order(users).empty());
  CHECK(users.find({0, 0, 0}) == nullptr);
  CHECK(users.find_key("") == nullptr);
}

TEST_CASE("directory: a detached user keeps its name and order, and its slot is free", "[directory]") {
  effort spent;
  directory users(2, spent);
  user& a = users.add({0, 0, 1}, "a", {});
  user& b = users.add({0, 1, 1}, "b", {});
  users.detach(a.first());
  CHECK(a.first().detached);
  CHECK(users.find({0, 0, 1}) == nullptr);
  CHECK(users.find_key("a") == &a);
  CHECK(users.size() == 2);
  CHECK(order(users) == strings{"a", "b"});
  user& c = users.add({0, 0, 2}, "c", {});
  CHECK(users.find({0, 0, 2}) == &c.first());
  users.attach(a.first(), {1, 0, 1});
  CHECK_FALSE(a.first().detached);
  CHECK(users.find({1, 0, 1}) == &a.first());
  CHECK(order(users) == strings{"a", "b", "c"});
  users.detach(b.first());
  CHECK(users.remove(b)->addr == "b");
  CHECK(order(users) == strings{"a", "c"});
}

TEST_CASE("presence: who shows a sign of life moves to the back", "[presence]") {
  presence all;
  CHECK(all.quietest() == nullptr);
  std::vector<device> users(4);
  for (std::size_t i = 0; i < users.size(); ++i) {
    users[i].device_id = i;
    all.touch(users[i], {});
  }
  CHECK(silent_first(all) == strings{"0", "1", "2", "3"});
  all.touch(users[1], {});  // from the middle
  CHECK(silent_first(all) == strings{"0", "2", "3", "1"});
  all.touch(users[0], {});  // from the front
  CHECK(silent_first(all) == strings{"2", "3", "1", "0"});
  all.touch(users[0], {});  // from the back
  CHECK(silent_first(all) == strings{"2", "3", "1", "0"});
}

TEST_CASE("presence: a sign of life is noted and ends a warning", "[presence]") {
  presence all;
  device who;
  who.warned = true;
  const std::chrono::steady_clock::time_point now{std::chrono::seconds(5)};
  all.touch(who, now);
  CHECK(who.last_active == now);
  CHECK_FALSE(who.warned);
}

TEST_CASE("presence: who is taken out is out, and taking out twice does nothing", "[presence]") {
  presence all;
  std::vector<device> users(4);
  for (std::size_t i = 0; i < users.size(); ++i) {
    users[i].device_id = i;
    all.touch(users[i], {});
  }
  all.remove(users[1]);
  all.remove(users[1]);
  CHECK(silent_first(all) == strings{"0", "2", "3"});
  all.remove(users[3]);
  CHECK(silent_first(all) == strings{"0", "2"});
  all.remove(users[0]);
  all.remove(users[3]);
  CHECK(silent_first(all) == strings{"2"});
  all.remove(users[2]);
  CHECK(all.quietest() == nullptr);
  all.remove(users[2]);
  all.touch(users[3], {});
  CHECK(silent_first(all) == strings{"3"});
}

TEST_CASE("directory: an address that somebody has gets a number, which is not used again while anybody has one",
          "[directory]") {
  effort spent;
  directory users(1, spent);
  std::uint32_t slot = 0;
  const auto come = [&](const std::string& addr) -> user& { return users.add({0, slot++, 1}, addr, {}); };
  const std::string base = GENERATE("1.2.3.4:5", "1.2.3.4", "[::1]:5", "unix");
  user& a = come(base);
  CHECK(a.addr == base);
  CHECK(a.own_addr() == base);
  user& b = come(base);
  user& c = come(base);
  CHECK(b.addr == base + ".2");
  CHECK(c.addr == base + ".3");
  CHECK(c.own_addr() == base);
  // One whose address is by itself what another would get.
  user& d = come(base + ".4");
  CHECK(d.addr == base + ".4");
  CHECK(come(base).addr == base + ".5");
  users.rename(a, "ann", "ann");
  user& e = come(base);
  CHECK(e.addr == base + ".6");
  CHECK(users.find_key(base) == nullptr);
  CHECK(users.find_key(base + ".2") == &b);
  users.remove(b);
  CHECK(come(base).addr == base + ".7");
  users.remove(a);
  CHECK(come(base).addr == base);
  for (const char* const number : {".3", ".5", ".6", ".7"}) users.remove(*users.find_key(base + number));
  CHECK(come(base).addr == base + ".2");
  users.clear();
  CHECK(come(base).addr == base);
}

TEST_CASE("directory: many with one address cost as much each as few", "[directory][growth]") {
  effort spent;
  directory users(1, spent);
  for (std::uint32_t i = 0; i < 3000; ++i) users.add({0, i, 1}, "unix", {});
  CHECK(spent.steps() < 3 * 3000);
  CHECK(users.find_key("unix.3000") != nullptr);
}

TEST_CASE("directory: devices of a user are found by session and number, and go one by one or with it",
          "[directory][devices]") {
  effort spent;
  directory users(2, spent);
  user& a = users.add({0, 0, 1}, "a", {});
  device& second = users.add_device(a, {1, 0, 1}, "x", {});
  user& b = users.add({0, 1, 1}, "b", {});
  device& third = users.add_device(a, {0, 2, 1}, "y", {});
  CHECK(users.size() == 2);
  CHECK(users.device_count() == 4);
  CHECK(order(users) == strings{"a", "b"});
  CHECK(users.find({1, 0, 1}) == &second);
  CHECK(users.find({0, 2, 1}) == &third);
  CHECK(a.first().device_id == a.user_id);
  CHECK(users.find_device(a.user_id, third.device_id) == &third);
  CHECK(users.find_device(b.user_id, third.device_id) == nullptr);
  CHECK(users.find_id(second.device_id) == nullptr);
  CHECK(b.user_id > second.device_id);
  CHECK(users.newest() == third.device_id);
  CHECK(users.find_key("x") == nullptr);  // it is no name
  CHECK(second.addr() == "x");
  CHECK(a.first().addr() == "a");
  CHECK(third.who().addr == "y");
  CHECK(third.who().number == a.user_id);
  users.detach(second);
  CHECK(users.find({1, 0, 1}) == nullptr);
  CHECK(users.find_device(a.user_id, second.device_id) == &second);
  CHECK(a.is_connected());
  users.attach(second, {1, 3, 1});
  CHECK(users.find({1, 3, 1}) == &second);
  const std::uint64_t first_id = a.first().device_id;
  users.remove_device(a.first());
  CHECK(users.find({0, 0, 1}) == nullptr);
  CHECK(users.find_device(a.user_id, first_id) == nullptr);
  CHECK(&a.first() == &second);
  CHECK(a.addr == "a");
  CHECK(users.find_key("a") == &a);
  users.remove_device(third);
  CHECK_FALSE(a.has_several_devices());
  CHECK(users.find({0, 2, 1}) == nullptr);
  users.add_device(a, {0, 5, 1}, "z", {});
  CHECK(a.device_count() == 2);
  users.remove(a);
  CHECK(users.find({1, 3, 1}) == nullptr);
  CHECK(users.find({0, 5, 1}) == nullptr);
  CHECK(users.size() == 1);
  CHECK(users.device_count() == 1);
}

TEST_CASE("directory: a device's address is nobody else's while it is there", "[directory][devices]") {
  effort spent;
  directory users(1, spent);
  user& a = users.add({0, 0, 1}, "unix", {});
  device& second = users.add_device(a, {0, 1, 1}, "unix", {});
  CHECK(second.addr() == "unix.2");
  CHECK(second.own_addr() == "unix");
  CHECK(users.add({0, 2, 1}, "unix", {}).addr == "unix.3");
  CHECK(users.add({0, 3, 1}, "unix.2", {}).addr == "unix.2.2");
  users.rename(a, "ann", "ann");
  CHECK(users.add({0, 4, 1}, "unix", {}).addr == "unix.4");
  users.remove_device(second);
  CHECK(users.add({0, 5, 1}, "unix.2", {}).addr == "unix.2");
  users.remove_device(users.add_device(a, {0, 6, 1}, "alone", {}));
  CHECK(users.add({0, 7, 1}, "alone", {}).addr == "alone");
  users.remove(a);
  CHECK(users.add({0, 8, 1}, "unix", {}).addr == "unix");
}
