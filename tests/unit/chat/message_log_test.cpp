#include "server/chat/message_log.hpp"

#include <algorithm>
#include <chrono>
#include <deque>
#include <random>
#include <string>
#include <vector>

#include "tests/support/catch.hpp"

using namespace confab::chat;
using namespace std::chrono_literals;
using ids = std::vector<std::uint64_t>;
using time_point = std::chrono::steady_clock::time_point;

namespace {

logged_message said_in(std::uint64_t id, std::uint64_t room, std::string text = "x") {
  logged_message out;
  out.id = id;
  out.room_id = room;
  out.from_user = 1;
  out.text = std::move(text);
  return out;
}

logged_message whispered(std::uint64_t id, std::uint64_t from, std::uint64_t to) {
  logged_message out = said_in(id, 0);
  out.from_user = from;
  out.to_user = to;
  return out;
}

ids read(message_log& from, const std::vector<message_log::source>& sources, std::size_t most = SIZE_MAX) {
  ids out;
  from.for_each_of(sources, [&](const logged_message& each) {
    if (out.size() == most) return false;
    out.push_back(each.id);
    return true;
  });
  return out;
}

ids recalled(message_log& from, std::uint64_t first = 0) {
  ids out;
  from.for_each_recalled(first, [&](const logged_message& each) {
    out.push_back(each.id);
    return true;
  });
  return out;
}

}  // namespace

TEST_CASE("message log: several sources are read in the order of ids, each from where it is wanted", "[message_log]") {
  effort spent;
  message_log all(1 << 20, 10s, spent);
  all.add(said_in(1, 0));
  all.add(said_in(2, 7));
  all.add(whispered(3, 5, 6));
  all.add(said_in(5, 0));
  all.add(whispered(6, 6, 6));
  all.add(said_in(9, 7));
  CHECK(read(all, {{false, 0, 0}}) == ids{1, 5});
  CHECK(read(all, {{false, 0, 1}, {false, 7, 2}}) == ids{5, 9});
  CHECK(read(all, {{false, 0, 4}, {false, 7, 1}}) == ids{2, 5, 9});
  CHECK(read(all, {{true, 5, 0}}) == ids{3});
  CHECK(read(all, {{true, 6, 0}, {false, 0, 0}}) == ids{1, 3, 5, 6});
  CHECK(read(all, {{true, 6, 3}}) == ids{6});
  CHECK(read(all, {{true, 7, 0}, {false, 8, 0}}).empty());
  CHECK(read(all, {{false, 0, 0}, {false, 7, 0}}, 2) == ids{1, 2});
}

TEST_CASE("message log: reading costs what is read, however much else was said", "[message_log]") {
  const std::size_t others = GENERATE(std::size_t{0}, std::size_t{10'000});
  effort spent;
  message_log all(1 << 26, 10s, spent);
  std::uint64_t id = 0;
  for (std::size_t i = 0; i < others; ++i) all.add(i % 2 == 0 ? said_in(++id, 3) : whispered(++id, 8, 9));
  for (int i = 0; i < 10; ++i) {
    all.add(said_in(++id, 0));
    if (others != 0) all.add(said_in(++id, 3));
  }
  const auto before = spent.steps();
  CHECK(read(all, {{false, 0, 0}, {true, 5, 0}}).size() == 10);
  CHECK(spent.steps() - before == 12);
}

TEST_CASE("message log: what was taken back is told in the order of that, and costs only itself", "[message_log]") {
  effort spent;
  message_log all(1 << 26, 10s, spent);
  for (std::uint64_t id = 1; id <= 1000; ++id) all.add(said_in(id, 0, "text"));
  for (const std::uint64_t id : ids{500, 3, 999}) all.recall(*all.find(id));
  CHECK(recalled(all) == ids{500, 3, 999});
  CHECK(recalled(all, 1) == ids{3, 999});
  CHECK(recalled(all, 3).empty());
  const auto before = spent.steps();
  recalled(all);
  CHECK(spent.steps() - before < 10);
  std::uint64_t next = all.for_each_recalled(0, [](const logged_message&) { return false; });
  CHECK(next == 0);
  next = all.for_each_recalled(0, [](const logged_message& each) { return each.id == 500; });
  CHECK(next == 1);
  CHECK(all.find(3)->text.empty());
}

TEST_CASE("message log: by age it forgets what is older than it may be, by the clock that nobody sets",
          "[message_log]") {
  effort spent;
  message_log all(1 << 20, 10s, spent);
  for (std::uint64_t id = 1; id <= 3; ++id) {
    logged_message fresh = said_in(id, 0);
    fresh.said = time_point(std::chrono::seconds(id));
    all.add(fresh);
  }
  all.recall(*all.find(1));
  all.forget(time_point(11s));
  CHECK(read(all, {{false, 0, 0}}) == ids{1, 2, 3});
  CHECK(recalled(all) == ids{1});
  all.forget(time_point(11s + 1ms));
  CHECK(read(all, {{false, 0, 0}}) == ids{2, 3});
  CHECK(recalled(all).empty());
  CHECK(all.forgotten() == 1);
  CHECK_FALSE(all.reaches_back_to(0));
  CHECK(all.reaches_back_to(1));
  all.forget(time_point(60s));
  CHECK(read(all, {{false, 0, 0}}).empty());
  CHECK(all.find(3) == nullptr);
}

TEST_CASE("message log: whatever is said, forgotten and taken back, it is like looking at all of it", "[message_log]") {
  std::mt19937 random(3);
  effort spent;
  const std::size_t one = said_in(1, 0).bytes() + 16;
  message_log real(50 * one, 60s, spent);
  std::deque<logged_message> plain;
  ids taken_back;
  std::uint64_t forgotten = 0;
  std::uint64_t id = 0;
  std::size_t read_in_all = 0;
  for (int i = 0; i < 3000; ++i) {
    id += 1 + random() % 3;
    logged_message fresh =
        random() % 3 == 0 ? whispered(id, 1 + random() % 3, 1 + random() % 3) : said_in(id, random() % 4);
    fresh.said = time_point(std::chrono::seconds(i));
    if (random() % 50 == 0) fresh.text.assign(10 * one, 'y');
    plain.push_back(fresh);
    real.add(fresh);
    if (random() % 5 == 0) {
      logged_message& gone = plain[random() % plain.size()];
      if (!gone.recalled && real.find(gone.id) != nullptr) {
        real.recall(*real.find(gone.id));
        gone.recalled = true;
        gone.text.clear();
        taken_back.push_back(gone.id);
      }
    }
    if (random() % 20 == 0) real.forget(time_point(std::chrono::seconds(i + 30)));
    while (!plain.empty() && real.find(plain.front().id) == nullptr) {
      forgotten = plain.front().id;
      plain.pop_front();
    }
    REQUIRE(plain.size() <= 51);
    REQUIRE(real.forgotten() == forgotten);
    const std::uint64_t user = 1 + random() % 3;
    const std::vector<message_log::source> sources{{false, 0, random() % (id + 2)},
                                                   {false, 1 + random() % 3, random() % (id + 2)},
                                                   {true, user, random() % (id + 2)}};
    ids expected;
    for (const logged_message& each : plain) {
      const bool whisper = each.to_user != 0;
      const bool wanted = std::any_of(sources.begin(), sources.end(), [&](const message_log::source& from) {
        if (each.id <= from.after || from.whispers != whisper) return false;
        return whisper ? each.from_user == from.key || each.to_user == from.key : each.room_id == from.key;
      });
      if (wanted) expected.push_back(each.id);
    }
    REQUIRE(read(real, sources) == expected);
    read_in_all += expected.size();
    ids gone;
    for (const std::uint64_t each : taken_back) {
      if (each > forgotten) gone.push_back(each);
    }
    REQUIRE(recalled(real) == gone);
  }
  CHECK(read_in_all > 5000);
  CHECK(taken_back.size() > 200);
}
