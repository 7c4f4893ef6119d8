#include "client/protocol/send_queue.hpp"

#include "tests/support/catch.hpp"

using confab::client::purpose;
using confab::client::send_queue;

TEST_CASE("send queue: writes each command once, in order, under a tag of its own", "[send_queue]") {
  send_queue queue("ab-");
  CHECK(queue.push({.why = purpose{7}, .keep = true, .command = "/say one"}) == 1);
  CHECK(queue.push({.why = purpose{8}, .keep = true, .command = "/say two"}) == 2);
  CHECK(queue.unwritten() == 2);
  CHECK(queue.next_line() == "/tag ab-1 /say one\n");
  CHECK(queue.next_line() == "/tag ab-2 /say two\n");
  CHECK_FALSE(queue.next_line());
  CHECK(queue.unanswered() == 2);
}

TEST_CASE("send queue: an answer takes off the request with its tag, in any order", "[send_queue]") {
  send_queue queue("ab-");
  queue.push({.why = purpose{7}, .keep = true, .command = "/say one"});
  queue.push({.why = purpose{8}, .command = "/who"});
  queue.push({.why = purpose{9}, .keep = true, .command = "/say three"});
  queue.next_line();
  queue.next_line();

  REQUIRE(queue.find("ab-2") != nullptr);
  const auto taken = queue.take("ab-2");
  REQUIRE(taken);
  CHECK(taken->why == purpose{8});
  CHECK(taken->command == "/who");
  CHECK_FALSE(queue.take("ab-2"));
  CHECK(queue.unwritten() == 1);
  CHECK(queue.next_line() == "/tag ab-3 /say three\n");
  CHECK(queue.take("ab-1"));
  CHECK(queue.take("ab-3"));
  CHECK(queue.unanswered() == 0);
}

TEST_CASE("send queue: a tag that is not its own is nobody's answer", "[send_queue]") {
  send_queue queue("ab-");
  queue.push({.why = purpose{7}, .keep = true, .command = "/say one"});
  queue.next_line();
  for (const char* tag : {"", "ab-", "ab-2", "ab-0", "ab-1x", "xy-1", "1", "ab-99999999999999999999", "ab--1"}) {
    INFO(tag);
    CHECK(queue.find(tag) == nullptr);
    CHECK_FALSE(queue.take(tag));
  }
  CHECK(queue.unanswered() == 1);
}

TEST_CASE("send queue: after a lost connection what people said is written again, questions are not", "[send_queue]") {
  send_queue queue("t");
  queue.push({.why = purpose{1}, .keep = true, .command = "/say one"});
  queue.push({.why = purpose{2}, .command = "/who"});
  queue.push({.why = purpose{3}, .keep = true, .command = "/say two"});
  queue.next_line();
  queue.next_line();

  auto dropped = queue.lost();
  REQUIRE(dropped.size() == 1);
  CHECK(dropped[0].why == purpose{2});
  CHECK(queue.next_line() == "/tag t1 /say one\n");
  CHECK(queue.next_line() == "/tag t3 /say two\n");
  CHECK_FALSE(queue.next_line());

  SECTION("as often as there is any use in it") {
    for (int written = 2; written < send_queue::most_attempts; ++written) {
      CHECK(queue.lost().empty());
      CHECK(queue.next_line() == "/tag t1 /say one\n");
      CHECK(queue.next_line() == "/tag t3 /say two\n");
    }
    dropped = queue.lost();  // the first was written so often, the other once less
    REQUIRE(dropped.size() == 1);
    CHECK(dropped[0].command == "/say one");
    CHECK(queue.next_line() == "/tag t3 /say two\n");
    dropped = queue.lost();
    REQUIRE(dropped.size() == 1);
    CHECK(dropped[0].command == "/say two");
    CHECK(queue.unanswered() == 0);
  }
  SECTION("and what was never written waits as long as it takes") {
    queue.push({.why = purpose{4}, .keep = true, .command = "/say three"});
    queue.take("t1");
    queue.take("t3");
    for (int i = 0; i < 5; ++i) CHECK(queue.lost().empty());
    CHECK(queue.next_line() == "/tag t4 /say three\n");
  }
}

TEST_CASE("send queue: what was meant for a room can be taken back until it is written", "[send_queue]") {
  send_queue queue("t");
  queue.push({.why = purpose{1}, .keep = true, .command = "/say written", .room = "tea"});
  queue.next_line();
  queue.push({.why = purpose{1}, .keep = true, .command = "/say one", .room = "tea"});
  queue.push({.why = purpose{1}, .keep = true, .command = "/say two"});
  queue.push({.why = purpose{1}, .keep = true, .command = "/say three", .room = "tea"});
  const auto withdrawn = queue.withdraw("tea");
  REQUIRE(withdrawn.size() == 2);
  CHECK(withdrawn[0].command == "/say one");
  CHECK(withdrawn[1].command == "/say three");
  CHECK(queue.unanswered() == 2);
  CHECK(queue.next_line() == "/tag t3 /say two\n");
  CHECK_FALSE(queue.next_line());
}

TEST_CASE("send queue: the overhead covers every tag", "[send_queue]") {
  send_queue queue("abcdef-");
  queue.push({.why = purpose{0}, .keep = true, .command = "x"});
  const auto line = queue.next_line();
  REQUIRE(line);
  // 20 digits are the longest ticket there can be; this one has 1.
  CHECK(line->size() - 1 + 19 <= queue.overhead());
}

TEST_CASE("send queue: what is put back keeps its tag and its place in the order", "[send_queue]") {
  send_queue queue("t");
  queue.push({.why = purpose{1}, .keep = true, .command = "/say one"});
  queue.push({.why = purpose{1}, .keep = true, .command = "/to bob two", .partner = "bob"});
  queue.push({.why = purpose{1}, .keep = true, .command = "/say three"});
  CHECK(queue.next_line() == "/tag t1 /say one\n");
  CHECK(queue.next_line() == "/tag t2 /to bob two\n");
  auto off = queue.withdraw_private();
  REQUIRE(off.size() == 1);
  CHECK(queue.unanswered() == 2);
  CHECK(queue.unwritten() == 1);
  CHECK(queue.find("t2") == nullptr);
  CHECK(queue.next_line() == "/tag t3 /say three\n");
  off[0].command = "/to @7 two";
  queue.restore(std::move(off[0]));
  CHECK(queue.unwritten() == 1);
  CHECK(queue.next_line() == "/tag t2 /to @7 two\n");
  CHECK_FALSE(queue.next_line());
  for (const char* tag : {"t1", "t2", "t3"}) CHECK(queue.take(tag));
}
