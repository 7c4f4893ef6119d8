// Who has to go when there is no memory, when it is asked for again, and what is said about it.

#include "server/net/relief.hpp"

#include <new>
#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/deadline.hpp"
#include "tests/support/text.hpp"
#include "tests/unit/net/allocations.hpp"
#include "tests/unit/net/house.hpp"
#include "tests/unit/net/kernel.hpp"

using namespace confab;
using namespace confab::test;
using namespace std::chrono_literals;
using lines = std::vector<std::string>;

namespace {

constexpr std::size_t kib = 1024;

/// A desk whose kernel takes nothing, so that what is said waits.
struct crowded_desk {
  crowded_desk() {
    for (std::uint32_t i = 0; i < 5; ++i) peers.push_back(table.user({i}));
    calls.send = calls.sendmsg = [](std::size_t) -> ssize_t { return -EAGAIN; };
  }
  void owe(std::uint32_t slot, std::size_t bytes) { table.deliver(script().to({slot}, std::string(bytes, 'x'))); }

  kernel calls;
  desk table;
  std::vector<far_end> peers;
};

/// Somebody says so much to each of `users` people who do not read; then there is no memory.
struct hard_times {
  explicit hard_times(std::size_t shards, std::size_t users)
      : all(shards, house::options(), house::small(), &reserve), talker(all.user(0, "t")) {
    fake_clock::freeze();
    for (std::size_t i = 0; i < users; ++i) slow.push_back(all.user((i + 1) % shards, "s" + std::to_string(i)));
    talker.read();
  }
  void whisper(std::size_t to, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      talker.send("to s" + std::to_string(to) + ' ' + std::string(4000, letter(to)) + "\n/ping said\n");
      all.wait_for(talker, "pong said\n");
    }
  }
  /// The next allocation finds none, and there is none until this is called with true.
  static void memory(bool is) {
    set_memory(is);
    if (!is) std::get_new_handler()();
  }
  void ask(const char* line) {
    talker.send(std::string(line) + "\n/ping done\n");
    answer = all.wait_for(talker, "pong done\n");
  }
  /// Looks again until the reserve is whole.
  void until_whole() {
    for (const deadline until; reserve.touched() && !until.passed();) ask("/ping again");
    REQUIRE_FALSE(reserve.touched());
  }
  std::size_t gone() {
    std::size_t count = 0;
    for (far_end& each : slow) {
      each.read();
      count += each.ended() ? 1U : 0U;
    }
    return count;
  }

  net::memory_reserve reserve{malloc_if_any};
  house all;
  far_end talker;
  std::vector<far_end> slow;
  std::string answer;
};

}  // namespace

TEST_CASE("shard: without memory those go that hold most, until enough was held", "[shard]") {
  crowded_desk one;
  one.owe(0, 30 * kib);
  one.owe(1, 100 * kib);
  one.owe(2, 15 * kib);
  one.owe(3, 60 * kib);
  const auto [bytes, who] = GENERATE(table<std::size_t, lines>({
      {0, {}},
      {1, {"leave 1/1 slow"}},
      {100 * kib, {"leave 1/1 slow"}},
      {105 * kib, {"leave 1/1 slow", "leave 3/1 slow"}},
      {180 * kib, {"leave 1/1 slow", "leave 3/1 slow", "leave 0/1 slow"}},
      {100'000 * kib, {"leave 1/1 slow", "leave 3/1 slow", "leave 0/1 slow"}},
  }));
  CAPTURE(bytes);
  CHECK(one.table.shard.shed(bytes) == who.size());
  CHECK(one.table.heard() == who);
  CHECK(one.table.shard.size() == 5 - who.size());
}

TEST_CASE("shard: without memory half a line that is long counts as well, and is held by nobody afterwards",
          "[shard]") {
  desk table;
  const far_end quiet = table.user({0});
  const far_end half = table.user({1});
  const far_end less = table.user({2});
  half.send(std::string(3000, 'x'));
  table.run();
  CHECK(table.shard.shed(1) == 0);
  auto how = desk::options();
  how.max_line = 60'000;
  desk longer(how);
  const far_end other = longer.user({0});
  const far_end long_half = longer.user({1});
  for (int i = 0; i < 20; ++i) {
    long_half.send(std::string(1000, 'x'));
    longer.run();
  }
  CHECK(longer.shard.shed(1) == 1);
  CHECK(longer.heard() == lines{"leave 1/1 slow"});
  CHECK(longer.shard.shed(1) == 0);
}

TEST_CASE("relief: while there is memory nobody is looked at", "[relief]") {
  hard_times now(1, 3);
  now.whisper(0, 30);
  now.ask("who");
  CHECK(now.gone() == 0);
  CHECK(now.all.shortages.empty());
  CHECK(now.all.log().empty());
}

TEST_CASE("relief: those who do not read go, those who do stay, and it is said once", "[relief]") {
  const std::size_t shards = GENERATE(as<std::size_t>{}, 1, 2);
  CAPTURE(shards);
  hard_times now(shards, 4);
  far_end reader = now.all.user(shards - 1, "r");
  now.talker.read();
  now.whisper(0, 30);
  now.whisper(2, 20);
  hard_times::memory(false);
  now.ask("hello");
  now.all.until([&] { return now.all.log().find("out of memory") != std::string::npos && now.gone() == 2; },
                "two to go");
  CHECK(now.all.wait_for(reader, "hello\n").find("[t]t: hello\n") != std::string::npos);
  CHECK(now.all.shortages == std::vector<bool>{true});
  // There is still none: nobody holds much any more, so nobody else goes, and the history is not asked.
  now.ask("/history");
  CHECK(now.answer.find("pong done") != std::string::npos);
  CHECK(now.answer.find("The history cannot be read at the moment") != std::string::npos);
  CHECK(now.gone() == 2);
  // Now there is; but the shortage is over only when that has been so for a while.
  hard_times::memory(true);
  now.until_whole();
  fake_clock::forward(net::relief::calm - 1ms);
  now.ask("two");
  CHECK(now.all.shortages == std::vector<bool>{true});
  fake_clock::forward(1ms);
  now.ask("three");
  CHECK(now.all.shortages == std::vector<bool>{true, false});
  CHECK(count_of(now.all.log(), "out of memory") == 1);
  CHECK(count_of(now.all.log(), "there is memory again; 2 connections were ended") == 1);
  CHECK(count_of(now.all.log(), "\n") == 2);
  CHECK(now.gone() == 2);
}

TEST_CASE("relief: a shortage that is made good at once ends nobody", "[relief]") {
  hard_times now(1, 2);
  now.whisper(0, 30);
  hard_times::memory(false);
  hard_times::memory(true);
  now.until_whole();
  CHECK(now.gone() == 0);
  CHECK(now.all.shortages == std::vector<bool>{true});
}

TEST_CASE("relief: a second shortage is seen like the first", "[relief]") {
  hard_times now(1, 2);
  for (std::size_t round = 0; round < 2; ++round) {
    now.whisper(round, 30);
    hard_times::memory(false);
    now.ask("hello");
    now.all.until([&] { return now.gone() == round + 1; }, "one to go");
    hard_times::memory(true);
    now.until_whole();
    fake_clock::forward(net::relief::calm);
    now.ask("hello");
  }
  CHECK(now.all.shortages == std::vector<bool>{true, false, true, false});
  CHECK(count_of(now.all.log(), "; 1 connections were ended") == 2);
}
