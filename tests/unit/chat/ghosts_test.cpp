#include "server/chat/ghosts.hpp"

#include <algorithm>
#include <list>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "server/chat/user.hpp"
#include "tests/support/catch.hpp"

using namespace confab::chat;

namespace {

/// Another device of that user; its first one has no address of its own.
device& device_of(user& owner) {
  std::unique_ptr<device>* last = &owner.devices;
  while (*last != nullptr) last = &(*last)->next;
  *last = std::make_unique<device>();
  (*last)->owner = &owner;
  return **last;
}

}  // namespace

TEST_CASE("ghosts: an address is counted without its port", "[ghosts]") {
  CHECK(without_port("127.0.0.1:80") == "127.0.0.1");
  CHECK(without_port("[::1]:80") == "[::1]");
  CHECK(without_port("[fe80::1%eth0]:80") == "[fe80::1%eth0]");
  CHECK(without_port("127.0.0.1:80.2") == "127.0.0.1");
  CHECK(without_port("[::1]") == "[::1]");
  CHECK(without_port("unix") == "unix");
  CHECK(without_port("").empty());
}

TEST_CASE("ghosts: over a budget it is the oldest of the address with the most, of equals the older", "[ghosts]") {
  std::list<user> all;
  const auto ghost = [&](const char* addr) -> device& {
    all.emplace_back().addr = addr;
    return device_of(all.back());
  };
  ghosts some(4, 3);
  device& b1 = ghost("2.2.2.2:1");
  device& a1 = ghost("1.1.1.1:1");
  device& a2 = ghost("1.1.1.1:2");
  some.add(b1);
  some.add(a1);
  some.add(a2);
  CHECK(some.oldest() == &b1);
  device& b2 = ghost("2.2.2.2:2");
  some.add(b2);
  CHECK(some.surplus() == nullptr);  // four of four
  device& c1 = ghost("3.3.3.3:1");
  some.add(c1);
  CHECK(some.surplus() == &b1);
  some.remove(b1);
  CHECK(some.surplus() == nullptr);
  CHECK(some.oldest() == &a1);
  some.remove(c1);
  some.remove(c1);
  some.remove(b1);
  device& a3 = ghost("1.1.1.1:3");
  some.add(a3);
  CHECK(some.surplus() == nullptr);  // three of three
  some.remove(b2);
  device& a4 = ghost("1.1.1.1:4");
  some.add(a4);
  CHECK(some.surplus() == &a1);
  CHECK(some.size() == 4);
  some.clear();
  CHECK(some.size() == 0);
  CHECK(some.oldest() == nullptr);
  CHECK(some.surplus() == nullptr);
}

TEST_CASE("ghosts: whoever comes and goes, it is like looking at all of them", "[ghosts]") {
  std::mt19937 random(5);
  std::list<user> users;
  for (int i = 0; i < 40; ++i) {
    users.emplace_back().addr = std::to_string(i % 5) + ".0.0.1:" + std::to_string(i);
    device_of(users.back());
  }
  std::vector<device*> plain;  // the oldest first
  ghosts real(12, 5);
  std::size_t gone = 0;
  for (int i = 0; i < 4000; ++i) {
    device& one = std::next(users.begin(), static_cast<std::ptrdiff_t>(random() % users.size()))->first();
    if (const auto in = std::find(plain.begin(), plain.end(), &one); in != plain.end()) {
      plain.erase(in);
      real.remove(one);
    } else {
      plain.push_back(&one);
      real.add(one);
    }
    for (;;) {
      std::map<std::string_view, std::vector<device*>> by_address;
      for (device* const each : plain) by_address[without_port(each->addr())].push_back(each);
      device* expected = nullptr;
      std::size_t most = 0;
      for (device* const each : plain) {  // the oldest first: of equals the first counts
        const auto& of = by_address[without_port(each->addr())];
        if (of.size() > most && of.front() == each) most = of.size(), expected = each;
      }
      if (plain.size() <= 12 && most <= 5) expected = nullptr;
      REQUIRE(real.surplus() == expected);
      REQUIRE(real.size() == plain.size());
      REQUIRE(real.users() == plain.size());
      REQUIRE(real.oldest() == (plain.empty() ? nullptr : plain.front()));
      if (expected == nullptr) break;
      std::erase(plain, expected);
      real.remove(*expected);
      ++gone;
    }
  }
  CHECK(gone > 300);
}

TEST_CASE("ghosts: a user counts when it has no other devices", "[ghosts][devices]") {
  user ann;
  ann.addr = "1.1.1.1:1";
  device& first = device_of(ann);
  device& second = device_of(ann);
  ghosts some(9, 9);
  some.add(first);
  CHECK(some.size() == 1);
  CHECK(some.users() == 0);
  some.add(second);
  CHECK(some.users() == 1);
  device_of(ann);  // one with a connection
  some.count(ann);
  CHECK(some.users() == 0);
  second.next.reset();
  some.count(ann);
  CHECK(some.users() == 1);
  some.remove(first);
  some.remove(first);
  CHECK(some.users() == 0);
  CHECK(some.size() == 1);
}
