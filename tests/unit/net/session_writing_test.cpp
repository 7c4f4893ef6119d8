// How what the hub says reaches a peer: at once, in pieces, late, or not at all. The hub is the test.

#include <cerrno>
#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/unit/net/allocations.hpp"
#include "tests/unit/net/desk.hpp"
#include "tests/unit/net/kernel.hpp"

using namespace confab;
using namespace confab::test;
using namespace std::chrono_literals;
using lines = std::vector<std::string>;

namespace {

ssize_t all(std::size_t bytes) {
  return static_cast<ssize_t>(bytes);
}

ssize_t nothing(std::size_t /*bytes*/) {
  return -EAGAIN;
}

/// Options with a queue of so many bytes.
net::connection_options with_queue(std::size_t bytes) {
  auto out = desk::options();
  out.send_queue = bytes;
  return out;
}

/// Reads at the far end until `size` bytes have come.
std::string read_all(desk& table, far_end& peer, std::size_t size) {
  std::string out;
  table.until([&] { return (out += peer.read()).size() >= size || peer.ended(); }, "all that was said");
  return out;
}

/// A desk with one user, whose writes do what the test says.
struct one_user {
  explicit one_user(net::connection_options how = desk::options(), two_ends ends = small_pair())
      : table(how), peer(table.user({0}, std::move(ends))) {
    calls.send = all;
    calls.sendmsg = all;
  }
  /// From here on the kernel takes nothing.
  void stop_taking() {
    calls.send = nothing;
    calls.sendmsg = nothing;
  }

  kernel calls;
  desk table;
  far_end peer;
};

}  // namespace

TEST_CASE("session: what everybody hears is one send a user, and nothing else", "[session]") {
  kernel calls;
  desk table;
  std::vector<far_end> peers;
  for (std::uint32_t i = 0; i < 20; ++i) peers.push_back(table.user({i}));
  calls.send = all;
  calls.sendmsg = all;
  calls.recv = all;
  calls.epoll_ctl = [](int) { return 0; };
  calls.on_the_way = [] { return 0; };
  table.deliver(script().to_all("hello\n"));
  CHECK(calls.calls.send == 20);
  CHECK(calls.calls.sendmsg == 0);
  CHECK(calls.calls.recv == 0);
  CHECK(calls.calls.epoll_ctl == 0);
  CHECK(calls.calls.on_the_way == 0);
  for (far_end& each : peers) CHECK(each.read() == "hello\n");
}

TEST_CASE("session: once warm, what is said costs no allocation", "[session]") {
  desk table;
  std::vector<far_end> peers;
  for (std::uint32_t i = 0; i < 5; ++i) peers.push_back(table.user({i}));
  const auto turn =
      script().to({0}, "reply\n").to_all("all\n").to({1}, "reply\n").to({1}, "another\n").to_all("more\n");
  const auto say = [&](int times) {
    for (int i = 0; i < times; ++i) {
      table.deliver(turn);
      for (far_end& each : peers) each.read_quietly();
    }
  };
  say(10);
  const std::size_t before = allocations();
  say(1000);
  CHECK(allocations() == before);
}

TEST_CASE("session: a reply and what everybody hears go out in one write", "[session]") {
  one_user one;
  one.table.deliver(script().to({0}, "reply\n").to_all("all\n").to({0}, "another\n"));
  CHECK(one.calls.calls.send == 0);
  CHECK(one.calls.calls.sendmsg == 1);
  CHECK(one.peer.read() == "reply\nall\nanother\n");
}

TEST_CASE("session: a send that takes a part, at every byte, is gone on with", "[session]") {
  const std::string text = "hello \xE4\xBD\xA0\n";
  for (std::size_t first = 0; first <= text.size(); ++first) {
    for (std::size_t step = 1; step <= 3; ++step) {
      CAPTURE(first, step);
      one_user one;
      one.calls.send = [&](std::size_t) { return first == 0 ? -EAGAIN : static_cast<ssize_t>(first); };
      bool blocked = false;
      one.calls.sendmsg = [&](std::size_t) { return (blocked = !blocked) ? -EAGAIN : static_cast<ssize_t>(step); };
      one.table.deliver(script().to_all(text));
      CHECK(read_all(one.table, one.peer, text.size()) == text);
      one.calls.send = one.calls.sendmsg = all;
      one.table.deliver(script().to_all("after\n"));
      CHECK(read_all(one.table, one.peer, 6) == "after\n");
    }
  }
}

TEST_CASE("session: replies written in parts, at every byte, keep their order", "[session]") {
  script turn;
  std::string expected;
  for (int i = 0; i < 5; ++i) {
    turn.to({0}, "reply " + std::to_string(i) + "\n").to_all("all " + std::to_string(i) + "\n");
    expected += "reply " + std::to_string(i) + "\nall " + std::to_string(i) + "\n";
  }
  for (std::size_t size = 1; size <= expected.size(); ++size) {
    CAPTURE(size);
    one_user one;
    int turns = 0;
    one.calls.sendmsg = [&](std::size_t) { return ++turns % 3 == 0 ? -EAGAIN : static_cast<ssize_t>(size); };
    one.table.deliver(turn);
    CHECK(read_all(one.table, one.peer, expected.size()) == expected);
  }
}

TEST_CASE("session: an interrupted write is no failure", "[session]") {
  one_user one;
  one.calls.send = [](std::size_t) -> ssize_t { return -EINTR; };
  int times = 0;
  one.calls.sendmsg = [&](std::size_t bytes) -> ssize_t { return ++times < 4 ? -EINTR : all(bytes); };
  one.table.deliver(script().to_all("hello\n"));
  CHECK(one.peer.read() == "hello\n");  // at once, without waiting for room
  CHECK(one.table.heard() == lines{});
}

TEST_CASE("session: a failed write ends it, and is logged unless it is usual", "[session]") {
  struct sample {
    int error;
    bool logged;
  };
  const auto [error, logged] = GENERATE(sample{ECONNRESET, false}, sample{EPIPE, false}, sample{ETIMEDOUT, false},
                                        sample{EIO, true}, sample{EHOSTUNREACH, true});
  const bool late = GENERATE(false, true);
  CAPTURE(error, late);
  one_user one;
  if (late) one.calls.send = nothing;
  const auto fail = [error = error](std::size_t) -> ssize_t { return -error; };
  if (late) one.calls.sendmsg = fail;
  if (!late) one.calls.send = fail;
  one.table.deliver(script().to_all("hello\n"));
  one.table.until([&] { return one.table.shard.size() == 0; }, "the end");
  CHECK(one.table.heard() == lines{"leave 0/1 error"});
  CHECK((one.table.log().find("here: the connection failed: ") != std::string::npos) == logged);
}

TEST_CASE("session: who fails in the middle of a turn is told nothing more, and others are", "[session]") {
  kernel calls;
  desk table;
  far_end gone = table.user({0});
  far_end there = table.user({1});
  bool first = true;
  calls.sendmsg = [&](std::size_t bytes) -> ssize_t { return std::exchange(first, false) ? -EPIPE : all(bytes); };
  table.deliver(script().to({0}, "for one\n").to({1}, "for two\n").to_all("for all\n"));
  CHECK(there.read() == "for two\nfor all\n");
  CHECK(table.heard() == lines{"leave 0/1 error"});
  table.deliver(script().to({0}, "late\n").to_all("again\n"));
  CHECK(there.read() == "again\n");
  CHECK(gone.read().empty());
}

TEST_CASE("session: who is found to have gone in the same turn is told nothing, and not logged for it", "[session]") {
  kernel calls;
  desk table;
  far_end one = table.user({0});
  far_end other = table.user({1});
  bool first = true;
  calls.recv = [&](std::size_t bytes) -> ssize_t { return std::exchange(first, false) ? -ECONNRESET : all(bytes); };
  calls.send = all;
  table.on_batch = [&] { table.deliver(script().to_all("for all\n")); };
  one.send("hello\n");
  other.send("hello\n");
  table.until([&] { return table.shard.size() == 1; }, "the end of one");
  table.on_batch = nullptr;
  CHECK(calls.calls.send == 1);
  CHECK(one.read() + other.read() == "for all\n");
  CHECK(table.log().empty());
}

TEST_CASE("session: room in its socket is waited for as long as something waits, and no longer", "[session]") {
  one_user one;
  one.stop_taking();
  one.table.deliver(script().to({0}, "hello\n"));
  one.calls.send = one.calls.sendmsg = all;
  CHECK(read_all(one.table, one.peer, 6) == "hello\n");
  CHECK(one.table.at_rest());  // or the kernel would go on saying that there is room
}

TEST_CASE("session: as much as the queue allows may wait, and one byte more resets", "[session]") {
  constexpr std::size_t queue = 1000;
  const bool replies = GENERATE(false, true);
  const std::size_t waiting = GENERATE_COPY(queue - 1, queue, queue + 1);
  CAPTURE(replies, waiting);
  one_user one(with_queue(queue), tcp_pair());
  one.stop_taking();
  const std::string text = std::string(waiting - 1, 'x') + '\n';
  one.table.deliver(replies ? script().to({0}, text) : script().to_all(text));
  if (waiting <= queue) {
    CHECK(one.table.heard() == lines{});
    one.calls.sendmsg = all;
    CHECK(read_all(one.table, one.peer, waiting) == text);
    CHECK(one.table.shard.size() == 1);
    return;
  }
  CHECK(one.table.heard() == lines{"leave 0/1 slow"});
  CHECK(one.table.shard.size() == 0);
  CHECK(one.table.log().find("here: does not read; ended with 1001 bytes waiting") != std::string::npos);
  one.peer.read();
  CHECK(one.peer.error() == ECONNRESET);
}

TEST_CASE("session: what many turns leave waiting counts together", "[session]") {
  one_user one(with_queue(100));
  one.stop_taking();
  for (int i = 0; i < 10; ++i) one.table.deliver(script().to_all("123456789\n"));
  CHECK(one.table.heard() == lines{});
  one.table.deliver(script().to_all("\n"));
  CHECK(one.table.heard() == lines{"leave 0/1 slow"});
}

TEST_CASE("session: who lags when less becomes allowed goes on with what was, until it has read all", "[session]") {
  one_user one(with_queue(100));
  one.stop_taking();
  one.table.deliver(script().to_all("123456789\n"));
  one.table.shard.change(with_queue(20));
  for (int i = 1; i < 10; ++i) one.table.deliver(script().to_all("123456789\n"));
  CHECK(one.table.heard() == lines{});
  SECTION("no more than that") {
    one.table.deliver(script().to_all("\n"));
    CHECK(one.table.heard() == lines{"leave 0/1 slow"});
  }
  SECTION("after that it has what others have") {
    one.calls.send = one.calls.sendmsg = all;
    CHECK(read_all(one.table, one.peer, 100).size() == 100);
    one.stop_taking();
    one.table.deliver(script().to_all("123456789\n"));
    one.table.deliver(script().to_all("123456789\n"));
    CHECK(one.table.heard() == lines{});
    one.table.deliver(script().to_all("\n"));
    CHECK(one.table.heard() == lines{"leave 0/1 slow"});
  }
  SECTION("or more at once, when that is allowed again") {
    one.table.shard.change(with_queue(110));
    one.table.deliver(script().to_all("123456789\n"));
    CHECK(one.table.heard() == lines{});
    one.table.deliver(script().to_all("\n"));
    CHECK(one.table.heard() == lines{"leave 0/1 slow"});
  }
}

TEST_CASE("session: a write that lasts has the longer of the times that it began with and that are now", "[session]") {
  one_user one;
  one.stop_taking();
  one.calls.on_the_way = [] { return 500; };
  fake_clock::freeze();
  one.table.deliver(script().to_all("hello\n"));
  auto how = desk::options();
  const bool longer = GENERATE(true, false);
  how.write_timeout = longer ? 20s : 1s;
  one.table.shard.change(how);
  const auto still_there_after = [&](std::chrono::milliseconds time) {
    const std::size_t before = one.calls.calls.on_the_way;
    fake_clock::forward(time);
    one.table.until([&] { return one.calls.calls.on_the_way > before + 2 || one.table.shard.size() == 0; }, "a look");
    return one.table.shard.size() == 1;
  };
  CHECK(still_there_after(longer ? 19'999ms : 9'999ms));
  CHECK_FALSE(still_there_after(1ms));
}

TEST_CASE("session: its longest line is the one that was allowed when it came, and the hub is told which",
          "[session]") {
  auto how = desk::options();
  how.max_line = 100;
  desk table(how);
  far_end early = table.user({0});
  how.max_line = 64;
  table.shard.change(how);
  far_end late = table.user({1});
  CHECK(table.hub.max_lines == std::vector<std::size_t>{100, 64});
  early.send(std::string(100, 'x') + '\n');
  CHECK(table.heard() == lines{"say 0/1 " + std::string(100, 'x')});
  early.send(std::string(101, 'x') + '\n');
  CHECK(table.heard() == lines{"refused 0/1 line-too-long"});
  late.send(std::string(64, 'x') + '\n');
  CHECK(table.heard() == lines{"say 1/1 " + std::string(64, 'x')});
  late.send(std::string(65, 'x') + '\n');
  CHECK(table.heard() == lines{"refused 1/1 line-too-long"});
}

TEST_CASE("session: who has finished talking is closed at once, and not reset", "[session]") {
  one_user one(desk::options(), tcp_pair());
  one.peer.half_close();
  one.table.until([&] { return !one.table.hub.heard.empty(); }, "the end of its stream");
  one.table.deliver(script().to({0}, "last words\n").close({0}));
  CHECK(one.table.shard.size() == 0);
  CHECK(one.peer.read() == "last words\n");
  CHECK(one.peer.ended());
  CHECK(one.peer.error() == 0);
}

TEST_CASE("session: an end that is no reset leaves what was written to be read", "[session]") {
  one_user one(desk::options(), tcp_pair());
  one.table.deliver(script().to({0}, "last words\n").close({0}));
  CHECK(one.peer.read() == "last words\n");
  one.table.run();
  one.peer.read();
  CHECK(one.peer.ended());
  CHECK(one.peer.error() == 0);
}

TEST_CASE("session: more pieces than one write takes", "[session]") {
  one_user one;
  one.calls.send = nothing;
  one.calls.sendmsg = nothing;
  std::string expected;
  for (int i = 0; i < 300; ++i) {
    const std::string reply = "reply " + std::to_string(i) + "\n";
    one.table.deliver(script().to({0}, reply).to_all("all\n"));
    expected += reply + "all\n";
  }
  one.calls.sendmsg = all;
  CHECK(read_all(one.table, one.peer, expected.size()) == expected);
}

TEST_CASE("session: a peer that takes little at a time gets all of it in order", "[session]") {
  auto how = with_queue(64 * 1024 * 1024);
  desk table(how);
  far_end slow = table.user({0});
  far_end quick = table.user({1});
  std::string said;
  std::string slowly;
  std::string quickly;
  for (int i = 0; i < 300; ++i) {
    const std::string text = std::to_string(i) + std::string(700, 'x') + '\n';
    said += text;
    table.deliver(script().to_all(text));
    table.run();
    slowly += slow.read(100);
    quickly += quick.read();
  }
  CHECK(slowly.size() < said.size() / 2);
  table.until([&] { return (slowly += slow.read()).size() >= said.size(); }, "the rest");
  const bool same = slowly == said && quickly == said;
  CHECK(same);
}

TEST_CASE("session: that all is written is told once, at once or when it is", "[session]") {
  one_user one;
  one.table.deliver(script().to({0}, "hello\n").drain({0}));
  CHECK(one.table.heard() == lines{"drained 0/1"});
  one.table.deliver(script().drain({0}));
  CHECK(one.table.heard() == lines{"drained 0/1"});
  one.stop_taking();
  one.table.deliver(script().to({0}, "slowly\n").drain({0}));
  CHECK(one.table.heard() == lines{});
  one.calls.sendmsg = all;
  one.table.until([&] { return !one.table.hub.heard.empty(); }, "all to be written");
  CHECK(one.table.heard() == lines{"drained 0/1"});
  one.table.deliver(script().to_all("more\n"));
  CHECK(one.table.heard() == lines{});
  CHECK(one.peer.read() == "hello\nslowly\nmore\n");
}

TEST_CASE("session: an outbox that is used again starts empty", "[session]") {
  kernel calls;
  desk table;
  far_end first = table.user({0});
  far_end second = table.user({1});
  calls.send = nothing;
  calls.sendmsg = nothing;
  table.deliver(script().to({0}, "never read\n"));
  first.close();
  calls.sendmsg = [](std::size_t) -> ssize_t { return -EPIPE; };
  table.until([&] { return table.shard.size() == 1; }, "the first to go");
  calls.sendmsg = all;
  table.deliver(script().to({1}, "for two\n"));
  CHECK(second.read() == "for two\n");
}

// ---- time

TEST_CASE("session: a write that makes no progress ends after the write timeout, not before", "[session]") {
  one_user one;
  one.stop_taking();
  one.calls.on_the_way = [] { return 500; };  // never less
  fake_clock::freeze();
  one.table.deliver(script().to_all("hello\n"));
  const std::size_t looked = one.calls.calls.on_the_way;
  one.table.until([&] { return one.calls.calls.on_the_way > looked + 2; }, "it to be looked at");
  fake_clock::forward(9999ms);
  const std::size_t later = one.calls.calls.on_the_way;
  one.table.until([&] { return one.calls.calls.on_the_way > later + 2; }, "it to be looked at");
  CHECK(one.table.heard() == lines{});
  fake_clock::forward(1ms);
  one.table.until([&] { return one.table.shard.size() == 0; }, "the end");
  CHECK(one.table.heard() == lines{"leave 0/1 slow"});
  CHECK(one.table.log().find("here: a write made no progress for 10 s; ended with 6 bytes waiting") !=
        std::string::npos);
}

TEST_CASE("session: whatever moves is progress", "[session]") {
  one_user one;
  one.stop_taking();
  int on_the_way = 500;
  one.calls.on_the_way = [&] { return on_the_way; };
  fake_clock::freeze();
  one.table.deliver(script().to_all("hello\n"));
  const auto looked_at = [&] {
    const std::size_t before = one.calls.calls.on_the_way;
    one.table.until([&] { return one.calls.calls.on_the_way > before + 2 || one.table.shard.size() == 0; },
                    "it to be looked at");
    return one.table.shard.size() == 1;
  };
  REQUIRE(looked_at());
  fake_clock::forward(9s);
  SECTION("the peer has confirmed a byte") {
    --on_the_way;
    REQUIRE(looked_at());
    fake_clock::forward(9s);
    CHECK(looked_at());
    fake_clock::forward(1s);
    CHECK_FALSE(looked_at());
  }
  SECTION("the kernel has taken a byte") {
    bool taken = false;
    one.calls.sendmsg = [&](std::size_t) -> ssize_t { return std::exchange(taken, true) ? -EAGAIN : 1; };
    REQUIRE(looked_at());
    CHECK(taken);
    fake_clock::forward(9s);
    CHECK(looked_at());
    fake_clock::forward(1s);
    CHECK_FALSE(looked_at());
  }
  SECTION("but not that the kernel holds more") {
    ++on_the_way;
    REQUIRE(looked_at());
    fake_clock::forward(1s);
    CHECK_FALSE(looked_at());
  }
  SECTION("nor that it cannot say") {
    on_the_way = -EINVAL;
    REQUIRE(looked_at());
    fake_clock::forward(1s);
    CHECK_FALSE(looked_at());
  }
}

TEST_CASE("session: who lags a second time has the whole write timeout again", "[session]") {
  one_user one;
  one.calls.on_the_way = [] { return 500; };
  for (int round = 0; round < 3; ++round) {
    CAPTURE(round);
    one.stop_taking();
    one.table.deliver(script().to_all("hello\n"));
    fake_clock::forward(9s);
    const std::size_t before = one.calls.calls.on_the_way;
    one.table.until([&] { return one.calls.calls.on_the_way > before + 2; }, "it to be looked at");
    CHECK(one.table.heard() == lines{});
    one.calls.send = one.calls.sendmsg = all;
    CHECK(read_all(one.table, one.peer, 6) == "hello\n");
    fake_clock::forward(100s);  // with nothing to write, no time is too long
    const auto soon = std::chrono::steady_clock::now() + 10ms;
    one.table.until([&] { return std::chrono::steady_clock::now() > soon; }, "a few looks");
  }
  CHECK(one.table.shard.size() == 1);
  one.stop_taking();
  int on_the_way = 100;  // less than when it lagged before, which is no progress now
  one.calls.on_the_way = [&] { return on_the_way; };
  fake_clock::freeze();
  one.table.deliver(script().to_all("hello\n"));
  fake_clock::forward(9s);
  const std::size_t before = one.calls.calls.on_the_way;
  one.table.until([&] { return one.calls.calls.on_the_way > before + 2; }, "it to be looked at");
  fake_clock::forward(1s);
  one.table.until([&] { return one.table.shard.size() == 0; }, "the end");
  CHECK(one.table.heard() == lines{"leave 0/1 slow"});
}

TEST_CASE("session: after a quiet time the write timeout and the linger begin when something is said", "[session]") {
  auto how = desk::options();
  how.sweep = 20ms;
  one_user one(how, tcp_pair());
  fake_clock::forward(100s);
  SECTION("write timeout") {
    one.stop_taking();
    one.table.deliver(script().to_all("hello\n"));
  }
  SECTION("linger") {
    one.table.deliver(script().close({0}));
  }
  const auto end = std::chrono::steady_clock::now() + 50ms;
  one.table.until([&] { return std::chrono::steady_clock::now() > end; }, "two looks");
  CHECK(one.table.shard.size() == 1);
}

// ---- the end

TEST_CASE("session: closing writes first, then shuts down and waits for the peer's end", "[session]") {
  one_user one(desk::options(), tcp_pair());
  one.stop_taking();
  one.table.deliver(script().to({0}, "last words\n").close({0}));
  one.table.run();
  CHECK(one.peer.read().empty());
  CHECK_FALSE(one.peer.ended());
  one.calls.sendmsg = all;
  CHECK(read_all(one.table, one.peer, 11) == "last words\n");
  one.table.until([&] { return one.peer.read(), one.peer.ended(); }, "our side to be shut");
  one.peer.send("too late\n");
  CHECK(one.table.heard() == lines{});
  CHECK(one.table.shard.size() == 1);
  one.peer.close();
  one.table.until([&] { return one.table.shard.size() == 0; }, "the end");
  CHECK(one.table.heard() == lines{});
}

TEST_CASE("session: a closed one that keeps its side open is cut after the linger, not before", "[session]") {
  one_user one(desk::options(), tcp_pair());
  fake_clock::freeze();
  one.table.deliver(script().close({0}));
  fake_clock::forward(999ms);
  const auto soon = std::chrono::steady_clock::now() + 20ms;
  one.table.until([&] { return std::chrono::steady_clock::now() > soon; }, "a few looks");
  CHECK(one.table.shard.size() == 1);
  fake_clock::forward(1ms);
  one.table.until([&] { return one.table.shard.size() == 0; }, "the end");
  CHECK(one.table.heard() == lines{});
}

TEST_CASE("session: a closed one reads on, so that its peer is not reset", "[session]") {
  one_user one(desk::options(), tcp_pair());
  SECTION("also when it was held") {
    one.table.deliver(script().hold({0}));
  }
  SECTION("as it did before") {}
  one.calls.recv = all;
  one.table.deliver(script().to({0}, "last words\n").close({0}));
  one.peer.send("talks on\n");
  one.table.until([&] { return one.calls.calls.recv > 0; }, "it to be read");
  one.peer.half_close();
  one.table.until([&] { return one.table.shard.size() == 0; }, "the end");
  CHECK(one.table.heard() == lines{});
  CHECK(one.peer.read() == "last words\n");
  CHECK(one.peer.ended());
  CHECK(one.peer.error() == 0);
}

TEST_CASE("session: what comes while the last words are written is not for the hub", "[session]") {
  one_user one;
  one.stop_taking();
  one.table.deliver(script().to({0}, "last words\n").close({0}));
  one.peer.send("hello\n");
  CHECK(one.table.heard() == lines{});
  one.peer.half_close();
  CHECK(one.table.heard() == lines{});
  one.calls.sendmsg = all;
  CHECK(read_all(one.table, one.peer, 11) == "last words\n");
  one.table.until([&] { return one.table.shard.size() == 0; }, "the end");  // both sides are through
  CHECK(one.table.heard() == lines{});
}

TEST_CASE("session: a second close changes nothing", "[session]") {
  one_user one(desk::options(), tcp_pair());
  fake_clock::freeze();
  one.table.deliver(script().to({0}, "last words\n").close({0}).close({0}));
  fake_clock::forward(600ms);
  one.table.deliver(script().close({0}));
  CHECK(one.peer.read() == "last words\n");
  CHECK(one.table.shard.size() == 1);
  fake_clock::forward(400ms);  // the linger began with the first
  one.table.until([&] { return one.table.shard.size() == 0; }, "the end");
  CHECK(one.table.heard() == lines{});
}

TEST_CASE("session: a peer that resets while its last words wait is gone without another word", "[session]") {
  one_user one(desk::options(), tcp_pair());
  one.stop_taking();
  one.table.deliver(script().to({0}, "last words\n").close({0}));
  one.calls.sendmsg = all;
  one.peer.reset();
  one.table.until([&] { return one.table.shard.size() == 0; }, "the end");
  CHECK(one.table.heard() == lines{});
}
