// Places, turns, limits of reading, rooms and the end of a shard. The hub is the test.

#include <algorithm>
#include <cerrno>
#include <string>
#include <vector>

#include <asio/post.hpp>
#include <asio/steady_timer.hpp>

#include "tests/support/catch.hpp"
#include "tests/unit/net/allocations.hpp"
#include "tests/unit/net/desk.hpp"
#include "tests/unit/net/kernel.hpp"

using namespace confab;
using namespace confab::test;
using namespace std::chrono_literals;
using lines = std::vector<std::string>;

// ---- places

TEST_CASE("shard: a place is used again, and what was for the one before is not heard by the next", "[shard]") {
  desk table;
  far_end first = table.user({0});
  far_end witness = table.user({1});
  first.close();
  table.until([&] { return !table.hub.heard.empty(); }, "the first to go");
  table.deliver(script().close({0}));
  CHECK(table.shard.size() == 1);
  far_end next = table.user({0, 2});
  table.deliver(script().to({0, 1}, "for the first\n").to({0, 2}, "for the next\n").to({0, 3}, "for nobody yet\n"));
  CHECK(next.read() == "for the next\n");
  table.deliver(script().exit({0, 1}).to_all("all\n"));
  CHECK(next.read() == "all\n");
  table.deliver(script().hold({0, 1}).close({0, 1}));
  next.send("hello\n");
  table.until([&] { return !table.hub.heard.empty(); }, "the next one's line");
  CHECK(table.heard() == lines{"say 0/2 hello"});
  CHECK(witness.read() == "all\n");
}

TEST_CASE("shard: places that are free are taken first, and counted", "[shard]") {
  desk table;
  std::vector<far_end> peers;
  for (std::uint32_t i = 0; i < 5; ++i) peers.push_back(table.user({i}));
  CHECK(table.shard.size() == 5);
  table.deliver(script().close({1}).close({3}));
  peers[1].close();
  peers[3].close();
  table.until([&] { return table.shard.size() == 3; }, "two to go");
  const far_end a = table.connect();
  const far_end b = table.connect();
  const far_end c = table.connect();
  for (const far_end* const each : {&a, &b, &c}) each->send("x\n");
  table.until([&] { return table.hub.heard.size() >= 6; }, "three more");
  lines joined;
  for (const std::string& each : table.heard())
    if (each.starts_with("join")) joined.push_back(each.substr(5, 3));
  std::sort(joined.begin(), joined.end());
  CHECK(joined == lines{"1/2", "3/2", "5/1"});
  CHECK(table.shard.size() == 6);
}

TEST_CASE("shard: who cannot be watched was never there", "[shard]") {
  kernel calls;
  desk table;
  const far_end before = table.user({0});
  calls.epoll_ctl = [](int) { return -ENOSPC; };
  far_end unlucky = table.connect();
  unlucky.read();
  CHECK(unlucky.ended());
  calls.epoll_ctl = nullptr;
  before.send("hello\n");
  table.until([&] { return !table.hub.heard.empty(); }, "a turn");
  CHECK(table.heard() == lines{"say 0/1 hello"});
  CHECK(table.shard.size() == 1);
  const far_end next = table.user({1, 2});
}

TEST_CASE("shard: who could not be watched ends once, also when the shard stops at once", "[shard]") {
  kernel calls;
  desk table;
  const far_end before = table.user({0});
  calls.epoll_ctl = [](int) { return -ENOSPC; };
  const far_end unlucky = table.connect();
  table.shard.stop();
  CHECK(table.shard.size() == 0);
}

TEST_CASE("shard: who ended while reading is not written to in the same turn", "[shard]") {
  kernel calls;
  desk table;
  const far_end gone = table.user({0});
  far_end there = table.user({1});
  bool first = true;
  calls.recv = [&](std::size_t size) -> ssize_t {
    return std::exchange(first, false) ? -ECONNRESET : static_cast<ssize_t>(size);
  };
  calls.send = [](std::size_t size) { return static_cast<ssize_t>(size); };
  table.on_batch = [&] { table.deliver(script().to_all("hello\n").to({0}, "late\n").to_room(1, "no\n")); };
  gone.send("x\n");
  there.send("y\n");
  table.until([&] { return table.shard.size() == 1; }, "one to go");
  table.on_batch = nullptr;
  CHECK(table.heard() == lines{"leave 0/1 error", "say 1/1 y"});
  CHECK(there.read() == "hello\n");
  CHECK(calls.calls.send == 1);
  CHECK(table.log().empty());
}

TEST_CASE("shard: two ends in one turn free each place once", "[shard]") {
  kernel calls;
  desk table;
  std::vector<far_end> peers;
  for (std::uint32_t i = 0; i < 4; ++i) peers.push_back(table.user({i}));
  calls.send = [](std::size_t) -> ssize_t { return -EPIPE; };
  table.deliver(script().to_all("hello\n"));
  CHECK(table.shard.size() == 0);
  CHECK(table.heard() == lines{"leave 0/1 error", "leave 1/1 error", "leave 2/1 error", "leave 3/1 error"});
  table.deliver(script().to_all("hello\n").close({0}).close({3}));
  CHECK(table.shard.size() == 0);
  calls.send = nullptr;
  for (const std::uint32_t slot : {3U, 2U, 1U, 0U}) peers[slot] = table.user({slot, 2});
}

// ---- batches

TEST_CASE("shard: with a batch under way nothing is read, and nothing is lost", "[shard]") {
  kernel calls;
  calls.recv = [](std::size_t size) { return static_cast<ssize_t>(size); };
  desk table;
  const far_end a = table.user({0});
  const far_end b = table.user({1});
  table.deals_at_once = false;
  a.send("one\n");
  table.until([&] { return table.owed == 1; }, "a batch");
  CHECK(table.heard() == lines{"say 0/1 one"});
  const std::size_t reads = calls.calls.recv;
  a.send("two\n");
  b.send("three\n");
  CHECK(table.heard() == lines{});
  CHECK(calls.calls.recv == reads);
  CHECK(table.owed == 1);
  // The rest of its work goes on.
  table.deliver(script().to({0}, "reply\n").drain({1}));
  CHECK(table.heard() == lines{"drained 1/1"});
  table.owed = 0;
  table.shard.acknowledge(2);
  table.until([&] { return table.hub.heard.size() >= 2; }, "what waited");
  auto rest = table.heard();
  std::sort(rest.begin(), rest.end());
  CHECK(rest == lines{"say 0/1 two", "say 1/1 three"});
  CHECK(table.owed == 1);
}

TEST_CASE("shard: what was ready in the same moment is one batch", "[shard]") {
  desk table;
  std::vector<far_end> peers;
  for (std::uint32_t i = 0; i < 10; ++i) peers.push_back(table.user({i}));
  const std::size_t before = table.batches;
  for (const far_end& each : peers) each.send("hello\n");
  table.until([&] { return table.hub.heard.size() == 10; }, "all of them");
  CHECK(table.batches == before + 1);
}

TEST_CASE("shard: the more have something to say, the less of each is read in a turn", "[shard]") {
  struct sample {
    std::size_t ready, size;
  };
  const auto [ready, size] = GENERATE(sample{1, 65536}, sample{8, 65536}, sample{9, 58254}, sample{16, 32768},
                                      sample{500, 1048}, sample{512, 1024}, sample{600, 1024});
  CAPTURE(ready);
  kernel calls;
  desk table;
  table.deals_at_once = false;
  std::vector<far_end> peers;
  for (std::size_t i = 0; i < ready; ++i) peers.push_back(table.connect());
  std::vector<std::size_t> sizes;
  calls.recv = [&](std::size_t most) {
    sizes.push_back(most);
    return static_cast<ssize_t>(most);
  };
  for (const far_end& each : peers) each.send("hello\n");
  table.until([&] { return table.owed == 1; }, "a batch");
  REQUIRE(sizes.size() == std::min<std::size_t>(ready, 512));
  CHECK(std::count(sizes.begin(), sizes.end(), size) == static_cast<std::ptrdiff_t>(sizes.size()));
}

TEST_CASE("shard: as long as the hub has much that waits, little is read of each", "[shard]") {
  kernel calls;
  desk table;
  std::vector<std::size_t> sizes;
  calls.recv = [&](std::size_t most) {
    sizes.push_back(most);
    return static_cast<ssize_t>(most);
  };
  const far_end peer = table.user({0});
  const auto size_of_next = [&] {
    sizes.clear();
    peer.send("hello\n");
    table.until([&] { return !table.hub.heard.empty(); }, "the line");
    table.heard();
    return sizes.at(0);
  };
  CHECK(size_of_next() == 65536);
  table.deliver(script().read_little());
  CHECK(size_of_next() == 1024);
  CHECK(size_of_next() == 1024);
  table.deliver(script().read_little(false));
  CHECK(size_of_next() == 65536);
}

// ---- time

TEST_CASE("shard: turns in a row end by the clock", "[shard]") {
  struct sample {
    std::chrono::milliseconds step;
    std::size_t turns;
  };
  const auto [step, turns] =
      GENERATE(sample{20ms, 1}, sample{10ms, 1}, sample{5ms, 2}, sample{4ms, 3}, sample{1ms, 10});
  CAPTURE(step.count());
  auto how = desk::options();
  how.turns.longest = 10ms;
  desk table(how);
  const far_end peer = table.user({0});
  // There is always something to read.
  table.on_batch = [&] { peer.send("hello\n"); };
  fake_clock::freeze();
  fake_clock::step(step);
  peer.send("hello\n");
  table.until([&] { return !table.hub.heard.empty(); }, "the first turn");
  fake_clock::step(0ms);
  CHECK(table.hub.heard.size() == turns);
}

TEST_CASE("shard: a peer that never stops talking does not keep timers and mail waiting", "[shard]") {
  auto how = desk::options();
  how.turns.longest = 10ms;
  desk table(how);
  const far_end peer = table.user({0});
  table.on_batch = [&] { peer.send("hello\n"); };
  peer.send("hello\n");
  table.until([&] { return !table.hub.heard.empty(); }, "the flood");
  bool mail = false;
  bool rung = false;
  asio::steady_timer timer(table.io, 20ms);
  timer.async_wait([&](const std::error_code&) { rung = true; });
  asio::post(table.io, [&] { mail = true; });
  table.until([&] { return mail && rung; }, "mail and a timer");
  table.on_batch = nullptr;
}

TEST_CASE("shard: with no time at all each turn still does something", "[shard]") {
  desk table;
  const far_end peer = table.user({0});
  for (int i = 0; i < 100; ++i) peer.send("hello\n");
  table.until([&] { return table.hub.heard.size() == 100; }, "all lines");
}

// ---- who hears what

TEST_CASE("shard: one who lags hears the same as the others, in the same order", "[shard]") {
  kernel calls;
  desk table;
  far_end quick = table.user({0});
  far_end lags = table.user({1});
  int turn = 0;
  // Every second write finds no room.
  calls.send = [&](std::size_t bytes) -> ssize_t { return ++turn % 2 == 0 ? -EAGAIN : static_cast<ssize_t>(bytes); };
  calls.sendmsg = [&](std::size_t bytes) -> ssize_t { return ++turn % 2 == 0 ? -EAGAIN : static_cast<ssize_t>(bytes); };
  std::string said;
  for (int i = 0; i < 50; ++i) {
    const std::string text = "line " + std::to_string(i) + "\n";
    table.deliver(script().to_all(text).to({1}, "reply\n").to({0}, "reply\n").to_all("again\n"));
    said += text + "reply\nagain\n";
  }
  std::string heard_quick;
  std::string heard_lags;
  table.until(
      [&] {
        heard_quick += quick.read();
        heard_lags += lags.read();
        return heard_quick.size() >= said.size() && heard_lags.size() >= said.size();
      },
      "all of it");
  CHECK(heard_quick == said);
  CHECK(heard_lags == said);
}

TEST_CASE("shard: who has not entered, or has left, hears nothing of what is said to all", "[shard]") {
  desk table;
  far_end in = table.user({0});
  far_end out = table.user({1});
  table.deliver(script().to_all("one\n").exit({1}).to_all("two\n"));
  CHECK(out.read() == "one\n");
  table.deliver(script().to_all("three\n"));
  CHECK(out.read().empty());
  table.deliver(script().to_all("four\n").enter({1}).to_all("five\n"));
  CHECK(out.read() == "five\n");
  CHECK(in.read() == "one\ntwo\nthree\nfour\nfive\n");
}

TEST_CASE("shard: a room is heard by its members, until they leave, it ends or they go", "[shard]") {
  desk table;
  far_end a = table.user({0});
  far_end b = table.user({1});
  far_end c = table.user({2});
  table.deliver(script().enter_room({0}, 7).enter_room({1}, 7).to_room(7, "one\n").to_room(8, "no\n"));
  CHECK(a.read() == "one\n");
  CHECK(b.read() == "one\n");
  CHECK(c.read().empty());
  table.deliver(script().leave_room({0}, 7).leave_room({2}, 9).to_room(7, "two\n"));
  CHECK(a.read().empty());
  CHECK(b.read() == "two\n");
  table.deliver(script().enter_room({2}, 7).enter_room({0}, 8).drop_room(8).drop_room(99).to_room(8, "no\n"));
  CHECK(a.read().empty());
  // The next in a place is not a member because the one before was.
  b.close();
  table.until([&] { return !table.hub.heard.empty(); }, "one to go");
  table.deliver(script().close({1}));
  b = table.user({1, 2});
  table.deliver(script().to_room(7, "three\n"));
  CHECK(b.read().empty());
  CHECK(c.read() == "three\n");
  table.deliver(script().leave_room({1, 1}, 7).enter_room({1, 2}, 7).to_room(7, "four\n"));
  CHECK(b.read() == "four\n");
  CHECK(c.read() == "four\n");
}

TEST_CASE("shard: a room forgets those of its members who have gone, without being told", "[shard]") {
  desk table;
  far_end stays = table.user({0});
  std::vector<far_end> others;
  script enter;
  for (std::uint32_t i = 1; i <= 50; ++i) {
    others.push_back(table.user({i}));
    enter.enter_room({i}, 7);
  }
  table.deliver(enter.enter_room({0}, 7));
  others.clear();
  table.until([&] { return table.hub.heard.size() == 50; }, "all but one to go");
  script close;
  for (std::uint32_t i = 1; i <= 50; ++i) close.close({i});
  table.deliver(close);
  REQUIRE(table.shard.size() == 1);
  const auto hello = script().to_room(7, "hello\n");
  const std::size_t before = living_allocations();
  table.deliver(hello);
  CHECK(living_allocations() + 40 <= before);  // what is heard takes some, too
  CHECK(stays.read() == "hello\n");
}

// ---- who is looked after

TEST_CASE("shard: whoever has caught up is looked after no more", "[shard]") {
  kernel calls;
  desk table;
  far_end peer = table.user({0});
  bool lags = false;
  calls.send = calls.sendmsg = [&](std::size_t bytes) { return lags ? -EAGAIN : static_cast<ssize_t>(bytes); };
  calls.on_the_way = [] { return 0; };
  for (const std::string text : {"hello\n", "again\n"}) {
    CAPTURE(text);
    lags = true;
    calls.calls.on_the_way = 0;
    table.deliver(script().to_all(text));
    table.until([&] { return calls.calls.on_the_way > 0; }, "a look after it");
    lags = false;
    std::string heard;
    table.until([&] { return !(heard += peer.read()).empty(); }, "what was said");
    CHECK(heard == text);
    table.until([&] { return table.io.run_for(10ms) == 0; }, "it to be left alone");
  }
}

// ---- signs of life

TEST_CASE("shard: says as often as it is asked to that its thread works", "[shard]") {
  std::ostringstream text;
  asio::io_context io{1};
  const bool asked = GENERATE(true, false);
  CAPTURE(asked);
  net::shard one(io, 0, desk::options(), log_into(text), [](chat::inbound&) {});
  const auto at = [&one] { return one.counted().last_beat.load(); };
  const auto never = std::chrono::steady_clock::time_point();
  CHECK(at() == never);
  const auto before = std::chrono::steady_clock::now();
  if (asked) one.beat_every(1ms);
  one.start();
  if (asked) {
    for (int i = 0; i < 3; ++i) {
      const auto last = at();
      CHECK(last >= before);
      run_until(
          io, [&] { return at() > last; }, "a sign of life");
    }
    CHECK(at() <= std::chrono::steady_clock::now());
  } else {
    io.poll();
    CHECK(io.run_for(5ms) == 0);  // nothing wakes it
    CHECK(at() == never);
  }
  one.stop();
  io.restart();
  io.run();
}

// ---- the end

TEST_CASE("shard: stopping ends every session at once, and leaves nothing to do", "[shard]") {
  desk table;
  far_end a = table.user({0});
  far_end b = table.connect();
  table.shard.stop();
  table.shard.stop();
  CHECK(table.shard.size() == 0);
  a.read();
  b.read();
  CHECK(a.ended());
  CHECK(b.ended());
  table.io.restart();
  table.io.run();  // comes back: no task is left
  CHECK(table.hub.heard.empty());
}
