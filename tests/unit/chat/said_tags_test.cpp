// Which messages were said with which tags: against a slow model, at each limit, and how the cost grows.

#include "server/chat/said_tags.hpp"

#include <deque>
#include <map>
#include <random>
#include <string>

#include "tests/support/catch.hpp"

using namespace confab;
using namespace std::chrono_literals;
using chat::said_tags;

namespace {

constexpr said_tags::time_point start{1000h};
constexpr std::size_t kibibyte = 1024;

/// A tag as long as it may be.
std::string long_tag(std::size_t number) {
  std::string out = std::to_string(number);
  return std::string(64 - out.size(), '0') + out;
}

void remember_tags(said_tags& all, std::uint64_t who, std::size_t count, said_tags::time_point when = start) {
  for (std::size_t i = 0; i < count; ++i) all.add(who, long_tag(i), i + 1, when);
}

/// Of one user, as simply as can be.
struct model {
  struct entry {
    std::string tag;
    std::uint64_t id;
    said_tags::time_point when;
  };
  std::deque<entry> all;

  std::uint64_t find(const std::string& tag, said_tags::time_point now) const {
    for (const entry& each : all) {
      if (each.tag == tag && now - each.when <= 60s) return each.id;
    }
    return 0;
  }
  void add(const std::string& tag, std::uint64_t id, said_tags::time_point now) {
    all.push_back({tag, id, now});
    if (all.size() > said_tags::most_of_one) all.pop_front();
  }
};

}  // namespace

TEST_CASE("said tags: the last 1,024 of each user are known", "[tag]") {
  chat::effort spent;
  said_tags all(60s, spent);
  const std::size_t count = GENERATE(as<std::size_t>{}, 1023, 1024, 1025, 3000);
  CAPTURE(count);
  remember_tags(all, 7, count);
  all.add(8, "mine", 99, start);
  const std::size_t forgotten = count > 1024 ? count - 1024 : 0;
  for (std::size_t i = 0; i < count; ++i) {
    const auto known = all.find(7, long_tag(i), start);
    REQUIRE(known.has_value() == (i >= forgotten));
    if (known) REQUIRE(known->id == i + 1);
    REQUIRE_FALSE(all.find(8, long_tag(i), start));
  }
  CHECK(all.find(8, "mine", start)->id == 99);
  CHECK_FALSE(all.find(7, "mine", start));
  CHECK_FALSE(all.find(9, "mine", start));
  all.forget(8);
  CHECK_FALSE(all.find(8, "mine", start));
  CHECK(all.bytes() == all.bytes_of(7));
}

TEST_CASE("said tags: one user's take at most 80 KiB, a few take little", "[tag]") {
  chat::effort spent;
  said_tags all(60s, spent);
  CHECK(all.bytes() == 0);
  all.add(1, "a", 1, start);
  CHECK(all.bytes() <= kibibyte);
  remember_tags(all, 2, 5000);
  CHECK(all.bytes_of(2) <= 80 * kibibyte);
  CHECK(all.bytes() == all.bytes_of(1) + all.bytes_of(2));
}

TEST_CASE("said tags: what nobody can come back to is not known, and its memory is given back", "[tag]") {
  chat::effort spent;
  said_tags all(60s, spent);
  remember_tags(all, 1, 700);
  remember_tags(all, 2, 600);
  all.add(2, "late", 9, start + 30s);
  const auto wait = GENERATE(60s - 1ns, std::chrono::nanoseconds(60s), 60s + 1ns);
  const bool over = wait > 60s;
  const auto now = start + wait;
  SECTION("by asking") {
    CHECK(all.find(2, "late", now)->id == 9);
    CHECK(all.find(1, long_tag(0), now).has_value() == !over);
    CHECK(all.find(2, long_tag(599), now).has_value() == !over);
    // The same tag is another message's by then.
    if (over) {
      all.add(1, long_tag(0), 77, now);
      CHECK(all.find(1, long_tag(0), now)->id == 77);
    }
  }
  SECTION("by time alone") {
    const std::size_t before = all.bytes();
    all.expire(now);
    CHECK((all.bytes_of(1) == 0) == over);
    CHECK((all.bytes() < before) == over);
    if (over) CHECK(all.bytes() <= kibibyte);
    CHECK(all.find(2, "late", now)->id == 9);
    all.expire(start + 90s + 1ns);
    CHECK(all.bytes() == 0);
  }
}

TEST_CASE("said tags: much is forgotten in parts", "[tag]") {
  chat::effort spent;
  said_tags all(60s, spent);
  for (std::uint64_t who = 1; who <= 300; ++who) {
    remember_tags(all, who, 1024);
    all.add(who, "late", 9, start + 1s);  // so each has to be looked through
  }
  const auto now = start + 60s + 1ns;
  std::size_t calls = 0;
  for (std::size_t last = all.bytes() + 1; all.bytes() < last; ++calls) {
    last = all.bytes();
    const auto before = spent.steps();
    all.expire(now);
    CHECK(spent.steps() - before < 60'000);
  }
  CHECK(calls > 2);
  CHECK(all.bytes() <= 300 * kibibyte);
  for (std::uint64_t who = 1; who <= 300; ++who) CHECK(all.find(who, "late", now)->id == 9);
}

TEST_CASE("said tags: over the limit of all, whoever has most loses the oldest", "[tag]") {
  chat::effort spent;
  said_tags all(60s, spent, 100 * kibibyte);
  all.add(1, "one", 5, start);
  remember_tags(all, 2, 100);
  for (std::uint64_t who = 3; who <= 6; ++who) {
    remember_tags(all, who, 1024);
    CHECK(all.bytes() <= 100 * kibibyte);
  }
  CHECK(all.find(1, "one", start)->id == 5);
  for (std::size_t i = 0; i < 100; ++i) REQUIRE(all.find(2, long_tag(i), start)->id == i + 1);
  std::size_t halved = 0;
  for (std::uint64_t who = 3; who <= 6; ++who) {
    CHECK(all.find(who, long_tag(1023), start)->id == 1024);
    halved += all.find(who, long_tag(0), start) ? 0U : 1U;
  }
  CHECK(halved >= 1);
  CHECK(halved < 4);
  SECTION("also when all have as few as can be") {
    said_tags tiny(60s, spent, kibibyte);
    for (std::uint64_t who = 1; who <= 100; ++who) {
      tiny.add(who, "x", who, start);
      REQUIRE(tiny.bytes() <= kibibyte);
    }
    CHECK(tiny.find(1, "x", start)->id == 1);
  }
}

TEST_CASE("said tags: like a plain list, whatever is said and however long it takes", "[tag]") {
  std::mt19937 random(GENERATE(1U, 2U, 3U));
  chat::effort spent;
  said_tags all(60s, spent);
  std::map<std::uint64_t, model> plain;
  auto now = start;
  std::size_t found = 0;
  std::uint64_t id = 0;
  for (int i = 0; i < 20'000; ++i) {
    const std::uint64_t who = 1 + random() % 3;
    const std::string tag = std::to_string(random() % (who == 1 ? 2500U : 40U));
    now += std::chrono::milliseconds(random() % 60);
    if (random() % 2000 == 0) now += 50s;
    if (random() % 500 == 0) all.expire(now);
    if (random() % 5000 == 0) {
      all.forget(who);
      plain.erase(who);
    }
    const auto known = all.find(who, tag, now);
    REQUIRE((known ? known->id : 0) == plain[who].find(tag, now));
    found += known ? 1U : 0U;
    if (known) continue;
    all.add(who, tag, ++id, now);
    plain[who].add(tag, id, now);
  }
  CHECK(found > 1000);
}

TEST_CASE("said tags: with no time to come back nothing is kept", "[tag]") {
  chat::effort spent;
  said_tags all(0s, spent);
  all.add(1, "a", 1, start);
  CHECK(all.bytes() == 0);
  CHECK_FALSE(all.find(1, "a", start));
}
