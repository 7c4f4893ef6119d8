// Sessions over TLS: what they read, what they write, and what becomes of peers that mean harm.

#include <algorithm>
#include <cerrno>
#include <openssl/ssl.h>
#include <string>
#include <vector>

#include "server/net/session.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/net/kernel.hpp"
#include "tests/unit/net/tls_porch.hpp"
#include "tests/unit/net/tls_record.hpp"

using namespace confab;
using namespace confab::test;
using namespace std::chrono_literals;
using lines = std::vector<std::string>;

namespace {

std::string numbered(int from, int to) {
  std::string out;
  for (int i = from; i < to; ++i) out += "line " + std::to_string(i) + '\n';
  return out;
}

bool is_in_order(const lines& heard, int count) {
  if (heard.size() != static_cast<std::size_t>(count)) return false;
  for (int i = 0; i < count; ++i) {
    if (heard[static_cast<std::size_t>(i)] != "say 0/1 line " + std::to_string(i)) return false;
  }
  return true;
}

}  // namespace

TEST_CASE("session in tls: lines of many records that came at once are all read, in order", "[tls]") {
  tls_porch at;
  tls_far_end who = at.user({0});
  constexpr int count = 400;  // more than a buffer of OpenSSL holds
  SECTION("a record a line") {
    for (int i = 0; i < count; ++i) who.tls.write(numbered(i, i + 1));
  }
  SECTION("a record a byte") {
    for (const char c : numbered(0, count)) who.tls.write({&c, 1});
  }
  SECTION("one large record after the other") {
    std::string all = numbered(0, count);
    for (; !all.empty(); all.erase(0, 3000)) who.tls.write(all.substr(0, 3000));
  }
  // The socket takes some hundred KiB; what comes is read meanwhile.
  who.unsent += who.tls.take();
  at.until(
      [&] {
        who.send_some(32 * 1024);
        return at.hub.heard.size() == count;
      },
      "all lines");
  CHECK(is_in_order(at.heard(), count));
}

TEST_CASE("session in tls: what it has read already is read on when it is held no longer", "[tls]") {
  tls_porch at;
  tls_far_end who = at.user({0});
  at.deliver(script().hold({0}));
  for (int i = 0; i < 100; ++i) who.tls.write(numbered(i, i + 1));
  who.carry();
  CHECK(at.heard() == lines{});
  at.deliver(script().resume({0}));
  at.until([&] { return at.hub.heard.size() == 100; }, "all lines");
  CHECK(is_in_order(at.heard(), 100));
}

TEST_CASE("session in tls: held in the midst of what OpenSSL has read, it goes on where it was", "[tls]") {
  tls_porch at;
  tls_far_end who = at.user({0});
  at.on_batch = [&] { at.deliver(script().hold({0})); };
  for (int i = 0; i < 200; ++i) who.tls.write(numbered(i, i + 1));
  who.carry();
  const lines first = at.heard();
  CHECK(first.size() < 200);
  CHECK(first.size() > 0);
  CHECK(at.at_rest());
  at.on_batch = nullptr;
  at.deliver(script().resume({0}));
  at.until([&] { return first.size() + at.hub.heard.size() == 200; }, "the rest");
  CHECK(at.heard().front() == "say 0/1 line " + std::to_string(first.size()));
}

TEST_CASE("session in tls: nothing is read while the hub has a batch, and all of it afterwards", "[tls]") {
  tls_porch at;
  tls_far_end who = at.user({0});
  at.deals_at_once = false;
  for (int i = 0; i < 200; ++i) who.tls.write(numbered(i, i + 1));
  who.carry();
  const lines first = at.heard();
  CHECK(first.size() > 0);
  CHECK(first.size() < 200);
  CHECK(at.at_rest());  // it does not spin meanwhile
  at.deals_at_once = true;
  at.shard.acknowledge(at.owed);
  at.until([&] { return first.size() + at.hub.heard.size() == 200; }, "the rest");
}

TEST_CASE("session in tls: one that sends without end does not keep the others from being read", "[tls]") {
  tls_porch at;
  tls_far_end busy = at.user({0});
  tls_far_end other = at.user({1});
  for (int i = 0; i < 1000; ++i) busy.tls.write("x\n");
  busy.carry();
  other.say("hello\n");
  const lines heard = at.heard();
  const auto mine = std::find(heard.begin(), heard.end(), "say 1/1 hello");
  REQUIRE(mine != heard.end());
  CHECK(mine - heard.begin() <= 200);
}

TEST_CASE("session in tls: hears what is said to all, and what is said to it, in order", "[tls]") {
  tls_porch at;
  tls_far_end one = at.user({0});
  tls_far_end two = at.user({1});
  at.deliver(script().to_all("first\n").to({0}, "for you\n").to_all("second\n"));
  CHECK(at.wait_for(one, "second\n") == "first\nfor you\nsecond\n");
  CHECK(at.wait_for(two, "second\n") == "first\nsecond\n");
}

TEST_CASE("session in tls: a broadcast is one record and one system call", "[tls]") {
  tls_porch at;
  tls_far_end one = at.user({0});
  kernel calls;
  calls.send = [](std::size_t bytes) { return static_cast<ssize_t>(bytes); };
  at.deliver(script().to_all("hello\n"));
  CHECK(calls.calls.send == 1);
  at.deliver(script().to({0}, "one\n").to_all("two\n"));
  CHECK(calls.calls.send == 2);
  CHECK(at.wait_for(one, "two\n") == "hello\none\ntwo\n");
}

TEST_CASE("session in tls: what the socket does not take at once follows in order, however slowly it is read",
          "[tls]") {
  tls_porch at;
  tls_far_end who = at.user({0}, 0, small_pair());
  std::string said;
  for (int i = 0; i < 60; ++i) {
    const std::string text = std::string(static_cast<std::size_t>(1 + i * 37), static_cast<char>('a' + i % 26)) + '\n';
    said += text;
    at.deliver(i % 3 == 0 ? script().to({0}, text) : script().to_all(text));
  }
  std::string heard;
  at.until(
      [&] {
        who.tls.feed(who.end.read(100));
        heard += who.tls.read();
        return heard.size() >= said.size() || !who.tls.failure().empty();
      },
      "all of it");
  CHECK(who.tls.failure().empty());
  CHECK(heard == said);
}

TEST_CASE("session in tls: much at once goes in records of 16 KiB", "[tls]") {
  tls_porch at;
  tls_far_end who = at.user({0});
  const std::string text = std::string(50'000, 'x') + '\n';
  at.deliver(script().to({0}, text));
  CHECK(at.wait_for(who, "\n") == text);
}

TEST_CASE("session in tls: one that never reads is ended, and what TLS holds for it counts", "[tls]") {
  auto how = desk::options();
  how.send_queue = 20'000;
  tls_porch at(how);
  tls_far_end who = at.user({0}, 0, small_pair());
  int said = 0;
  while (at.shard.size() == 1 && said < 100) {
    at.deliver(script().to_all(std::string(4000, 'x') + '\n'));
    ++said;
  }
  CHECK(said < 100);
  CHECK(at.heard() == lines{"leave 0/1 slow"});
  CHECK(at.log().find("does not read; ended with") != std::string::npos);
}

TEST_CASE("session in tls: who reads nothing and asks for new keys again and again is ended", "[tls]") {
  tls_porch at;
  tls_far_end who = at.user({0}, TLS1_3_VERSION, small_pair());
  // Until a record is taken in part: OpenSSL can put no answer before the rest of it.
  for (int i = 0; i < 100; ++i) at.deliver(script().to_all(std::string(1000, 'x') + '\n'));
  REQUIRE(at.shard.size() == 1);
  who.tls.update_keys(true);
  who.say("once is well\n");
  at.until([&] { return !at.hub.heard.empty(); }, "a line");
  for (int i = 0; i < 50; ++i) who.tls.update_keys(true);
  who.carry();
  at.until([&] { return at.shard.size() == 0; }, "the end");
  CHECK(at.heard() == lines{"say 0/1 once is well", "leave 0/1 error"});
}

TEST_CASE("session in tls: what has to be answered before more is read waits for the socket without a turn", "[tls]") {
  tls_porch at;
  two_ends ends = small_pair();
  const unique_fd same_socket(::dup(ends.near.get()));
  tls_far_end who = at.user({0}, TLS1_3_VERSION, std::move(ends));
  while (::send(same_socket.get(), "x", 1, MSG_NOSIGNAL) == 1) {  // so that no answer fits
  }
  for (int i = 0; i < 50; ++i) who.tls.update_keys(true);
  who.tls.write("behind it\n");
  who.send_some(SIZE_MAX);
  CHECK(at.at_rest());
  CHECK(at.heard() == lines{});
  at.until(
      [&] {
        who.end.read_quietly();
        return !at.hub.heard.empty();
      },
      "the line behind it");
  CHECK(at.heard() == lines{"say 0/1 behind it"});
}

TEST_CASE("session in tls: who lets us wait for the rest of a message costs no turns, and goes", "[tls]") {
  auto how = desk::options();
  how.write_timeout = 1s;
  tls_porch at(how);
  tls_far_end who = at.come(TLS1_3_VERSION);
  // A line, so that it is a user, and the first half of a message of a handshake.
  who.end.send(tls_record(who.tls.traffic_secret(), 0, 23, "in\n") +
               tls_record(who.tls.traffic_secret(), 1, 22, {"\x18\0\0\x01", 4}));
  at.until([&] { return at.hub.heard.size() == 2; }, "a user");
  at.deliver(script().enter({0}).to({0}, "hello\n"));
  CHECK(at.at_rest());
  CHECK(who.read().empty());
  const bool goes_on = GENERATE(true, false);
  CAPTURE(goes_on);
  if (goes_on) {
    who.end.send(tls_record(who.tls.traffic_secret(), 2, 22, {"\0", 1}));
    CHECK(at.wait_for(who, "\n") == "hello\n");
  } else {
    fake_clock::forward(2s);
    at.until([&] { return at.shard.size() == 0; }, "the end");
    CHECK(at.heard().back() == "leave 0/1 slow");
  }
}

TEST_CASE("session in tls: new keys are taken while lines go both ways", "[tls]") {
  tls_porch at;
  tls_far_end who = at.user({0}, TLS1_3_VERSION);
  for (int i = 0; i < 20; ++i) {
    who.tls.update_keys(i % 2 == 0);
    who.say("line " + std::to_string(i) + '\n');
    at.run();
    at.deliver(script().to_all("said " + std::to_string(i) + '\n'));
    CHECK(at.wait_for(who, "\n") == "said " + std::to_string(i) + '\n');
  }
  CHECK(is_in_order(at.heard(), 20));
}

TEST_CASE("session in tls: an unfinished line is said at a proper end, and dropped at any other", "[tls]") {
  tls_porch at;
  tls_far_end who = at.user({0});
  who.say("whole\nhalf");
  const bool politely = GENERATE(true, false);
  CAPTURE(politely);
  politely ? who.tls.end() : who.end.half_close();
  if (politely) who.carry();
  at.until([&] { return at.hub.heard.size() >= 2 && at.hub.heard.back() == "leave 0/1 eof"; }, "the end");
  CHECK(at.heard() == (politely ? lines{"say 0/1 whole", "unfinished say 0/1 half", "leave 0/1 eof"}
                                : lines{"say 0/1 whole", "leave 0/1 eof"}));
}

TEST_CASE("session in tls: a broken record ends it, after the lines before it", "[tls]") {
  tls_porch at;
  tls_far_end who = at.user({0});
  who.tls.write("before\n");
  std::string bytes = who.tls.take();
  who.tls.write("never\n");
  std::string broken = who.tls.take();
  broken.back() = static_cast<char>(broken.back() ^ 1);
  who.end.send(bytes + broken);
  at.until([&] { return at.shard.size() == 0; }, "the end");
  CHECK(at.heard() == lines{"say 0/1 before", "leave 0/1 error"});
  CHECK(at.log().find("the connection failed: Protocol error") != std::string::npos);
}

TEST_CASE("session in tls: one that is let go hears the last words, and that they are", "[tls]") {
  tls_porch at;
  tls_far_end who = at.user({0});
  at.deliver(script().to({0}, "Goodbye\n").close({0}));
  CHECK(at.wait_for(who, "bye\n") == "Goodbye\n");
  at.until([&] { return who.read().empty() && who.tls.was_closed(); }, "the end of the stream");
  who.tls.end();
  who.carry();
  at.until([&] { return at.shard.size() == 0; }, "the end");
}

TEST_CASE("session in tls: what waits in TLS counts as memory that it holds", "[tls]") {
  tls_porch at;
  tls_far_end who = at.user({0});
  CHECK(at.shard.shed(1) == 0);
  who.tls.write(std::string(5000, 'x'));
  const std::string record = who.tls.take();
  who.end.send(record.substr(0, record.size() - 1));
  at.run();
  CHECK(at.shard.shed(1) == 1);
  CHECK(at.heard() == lines{"leave 0/1 slow"});
}
