// The hub at home between shards, history and clock: what is told when, to whom, and in which order. Hub and shards are
// real, the history is the test.

#include "server/net/broadcaster.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/unit/net/house.hpp"
#include "tests/unit/net/kernel.hpp"

using namespace confab;
using namespace confab::test;
using namespace std::chrono_literals;
using lines = std::vector<std::string>;

namespace {

std::string said(const std::string& addr, const std::string& text) {
  return '[' + addr + ']' + addr + ": " + text + '\n';
}

command saying(std::string_view text) {
  command out;
  out.is = command::kind::wanted;
  out.text = text;
  return out;
}

}  // namespace

TEST_CASE("broadcaster: what one says all hear, on whatever shard they are", "[broadcaster]") {
  const std::size_t shards = GENERATE(as<std::size_t>{}, 1, 2, 3);
  CAPTURE(shards);
  house all(shards);
  far_end a = all.user(0, "a");
  far_end b = all.user(shards - 1, "b");
  a.read();
  for (const auto& [speaker, name] : {std::pair<far_end*, std::string>{&a, "a"}, {&b, "b"}}) {
    speaker->send("hello\n");
    CHECK(all.wait_for(a, said(name, "hello")).find(said(name, "hello")) != std::string::npos);
    CHECK(all.wait_for(b, said(name, "hello")) == said(name, "hello"));
  }
}

TEST_CASE("broadcaster: one who lags hears every line right, however many turns there are", "[broadcaster]") {
  const std::size_t shards = GENERATE(as<std::size_t>{}, 1, 2);
  CAPTURE(shards);
  house all(shards);
  far_end talker = all.user(0, "t");
  far_end slow = all.user(shards - 1, "s");
  talker.read();
  std::string expected;
  std::string heard;
  for (std::size_t i = 0; i < 400; ++i) {
    const std::string text = std::to_string(i) + std::string(100 + i, letter(i));
    talker.send(text + '\n');
    all.wait_for(talker, said("t", text));
    expected += said("t", text);
    // Reads a little, so that some of each turn waits while others are made.
    heard += slow.read(i % 7 == 0 ? 150 : 10);
  }
  CHECK(heard.size() < expected.size());
  all.until([&] { return (heard += slow.read()).size() >= expected.size(); }, "the rest");
  const bool same = heard == expected;
  CHECK(same);
}

TEST_CASE("broadcaster: a turn is told when it is kept, and nothing overtakes it", "[broadcaster]") {
  const std::size_t shards = GENERATE(as<std::size_t>{}, 1, 2);
  CAPTURE(shards);
  house all(shards);
  far_end a = all.user(0, "a");
  far_end b = all.user(shards - 1, "b");
  a.read();
  all.slow_disk = true;
  a.send("one\n");
  all.until([&] { return all.kept == 1; }, "the first");
  // This says nothing that is to be kept, and yet it comes after.
  all.broadcaster->turn([](chat::hub& rules) { rules.keeping(false); });
  all.run();
  CHECK(a.read().empty());
  CHECK(b.read().empty());
  all.broadcaster->settled(1);
  const std::string first = said("a", "one");
  const std::string heard = all.wait_for(b, "\n");
  CHECK(heard.starts_with(first));
  std::string rest = heard.substr(first.size());
  all.until([&] { return !(rest += b.read()).empty(); }, "the notice");
  CHECK(rest.find("not kept") != std::string::npos);
}

TEST_CASE("broadcaster: each held turn is told at its own number", "[broadcaster]") {
  house all(1);
  far_end a = all.user(0, "a");
  all.slow_disk = true;
  std::vector<std::string> told;
  // Turns that do not come from a shard: it has only one under way.
  for (const char* const text : {"one", "two", "three"}) {
    all.broadcaster->turn([&](chat::hub& rules) {
      command say;
      say.is = command::kind::wanted;
      say.text = text;
      rules.apply({0, 0, 1}, say);
    });
  }
  CHECK(all.kept == 3);
  CHECK(a.read().empty());
  all.broadcaster->settled(0);
  CHECK(a.read().empty());
  all.broadcaster->settled(1);
  CHECK(a.read() == said("a", "one"));
  all.broadcaster->settled(3);
  CHECK(a.read() == said("a", "two") + said("a", "three"));
  all.slow_disk = false;
  a.send("four\n");
  CHECK(all.wait_for(a, "four\n") == said("a", "four"));
}

TEST_CASE("broadcaster: who begins to wait in any turn has others without more mail", "[broadcaster]") {
  const std::size_t shards = GENERATE(as<std::size_t>{}, 1, 2);
  CAPTURE(shards);
  house all(shards);
  far_end a = all.user(0, "a");
  all.broadcaster->turn([](chat::hub& rules) {
    rules.hurry();
    command say;
    say.is = command::kind::wanted;
    for (const char* const text : {"one", "two"}) {
      say.text = text;
      rules.apply({0, 0, 1}, say);
    }
    CHECK(rules.anybody_waits());
  });
  CHECK(all.wait_for(a, "two\n") == said("a", "one") + said("a", "two"));
}

TEST_CASE("broadcaster: what comes late in a turn waits in a fair order", "[broadcaster]") {
  house all(1);
  far_end a = all.user(0, "a");
  const far_end b = all.user(0, "b");
  a.read();
  chat::inbound batch(0);
  std::string expected;
  for (const char* const text : {"1", "2", "3", "4", "5", "6", "7"}) {
    batch.apply(0, 1, saying(text));
    if (text == std::string("7")) expected += said("b", "x");
    expected += said("a", text);
  }
  batch.apply(1, 1, saying("x"));
  fake_clock::freeze();
  fake_clock::step(1ms);  // five looks are the first half of a turn
  all.broadcaster->receive(batch);
  std::string heard;
  all.until([&] { return (heard += a.read()).size() >= expected.size(); }, "all of it");
  CHECK(heard == expected);
}

TEST_CASE("broadcaster: with as much waiting in the hub as may, each turn tells it one thing more", "[broadcaster]") {
  house all(1);
  std::vector<far_end> quiet;
  for (std::uint32_t i = 0; i < 5; ++i) quiet.push_back(all.user(0, "quiet" + std::to_string(i)));
  const far_end flooder = all.user(0, "flooder");
  all.broadcaster->turn([](chat::hub& rules) {
    rules.hurry();
    const std::string text(60'000, 'x');
    command ask = saying(text);
    ask.what = verb::ping;
    int asked = 0;
    for (; rules.has_space() && asked < 1000; ++asked) rules.apply({0, 5, 1}, ask);
    CHECK(asked > 250);
    CHECK_FALSE(rules.has_space());
  });
  fake_clock::freeze();  // time is no reason to end a turn
  chat::inbound batch(0);
  for (std::uint32_t i = 0; i < 3; ++i) batch.leave(i, 1, leave_reason::error);
  const std::size_t before = all.broadcaster->hub().devices();
  all.broadcaster->receive(batch);
  CHECK(all.broadcaster->hub().devices() == before - 1);
}

TEST_CASE("broadcaster: while a turn is held nobody who waits is served", "[broadcaster]") {
  house all(1);
  far_end a = all.user(0, "a");
  const far_end b = all.user(0, "b");
  a.read();
  all.slow_disk = true;
  all.broadcaster->turn([](chat::hub& rules) {
    rules.apply({0, 0, 1}, saying("one"));
    rules.hurry();
    rules.apply({0, 0, 1}, saying("two"));
    CHECK(rules.anybody_waits());
  });
  CHECK(all.kept == 1);
  chat::inbound mail(0);
  mail.apply(1, 1, saying("three"));
  all.broadcaster->receive(mail);
  all.run();
  CHECK(all.kept == 1);
  CHECK(a.read().empty());
  all.broadcaster->settled(1);
  all.until([&] { return all.kept == 2; }, "those who waited");
  CHECK(a.read() == said("a", "one"));
  all.broadcaster->settled(2);
  CHECK(all.wait_for(a, said("b", "three")) == said("a", "two") + said("b", "three"));
}

TEST_CASE("broadcaster: what another thread has to write is never written over, what only ours has is used again",
          "[broadcaster]") {
  const std::size_t shards = GENERATE(as<std::size_t>{}, 1, 2);
  CAPTURE(shards);
  house all(shards);
  far_end a = all.user(0, "a");
  far_end b = all.user(shards - 1, "b");
  a.read();
  const auto say = [&](const std::string& text) {
    all.broadcaster->turn([&](chat::hub& rules) { rules.apply({0, 0, 1}, saying(text)); });
    const std::weak_ptr<const chat::broadcast> seen = all.broadcaster->hub().out().dispatches()[0].broadcast;
    CHECK(all.wait_for(b, said("a", text)) == said("a", text));
    return seen;
  };
  const auto first = say("one");
  const auto second = say("two");
  if (shards == 1) {
    CHECK_FALSE(first.expired());
    CHECK(first.lock() == second.lock());
  } else {
    all.until([&] { return first.expired(); }, "both threads to be through with it");
  }
}

TEST_CASE("broadcaster: while much waits in the hub its shards read little of each", "[broadcaster]") {
  constexpr std::uint32_t flooders = 10;
  kernel calls;
  std::size_t largest = 0;
  calls.recv = [&](std::size_t most) {
    largest = std::max(largest, most);
    return static_cast<ssize_t>(most);
  };
  house all(1);
  std::vector<far_end> peers;
  for (std::uint32_t i = 0; i < flooders; ++i) peers.push_back(all.user(0, "flooder" + std::to_string(i)));
  far_end b = all.user(0, "b");
  const auto reads_of_hello = [&] {
    largest = 0;
    b.send("hello\n");
    all.wait_for(b, ": hello\n");
    return largest;
  };
  CHECK(reads_of_hello() == 65536);
  all.broadcaster->turn([&](chat::hub& rules) {
    rules.hurry();
    const std::string text(4000, 'x');
    command ask;
    ask.is = command::kind::wanted;
    ask.what = verb::ping;
    ask.text = text;
    for (std::uint32_t i = 0; i < flooders; ++i) {
      for (int each = 0; each < 350; ++each) rules.apply({0, i, 1}, ask);
    }
    CHECK(rules.wants_little());
  });
  CHECK(reads_of_hello() == 1024);
}

TEST_CASE("broadcaster: what is settled already is not waited for", "[broadcaster]") {
  house all(1);
  far_end a = all.user(0, "a");
  all.slow_disk = true;
  all.broadcaster->settled(1);
  a.send("one\n");
  CHECK(all.wait_for(a, "one\n") == said("a", "one"));
  a.send("two\n");
  all.until([&] { return all.kept == 2; }, "the second");
  all.run();
  CHECK(a.read().empty());
  all.broadcaster->settled(2);
  CHECK(all.wait_for(a, "two\n") == said("a", "two"));
}

TEST_CASE("broadcaster: who lags while turns are held hears every line right", "[broadcaster]") {
  const std::size_t shards = GENERATE(as<std::size_t>{}, 1, 2);
  CAPTURE(shards);
  house all(shards);
  far_end talker = all.user(0, "t");
  far_end slow = all.user(shards - 1, "s");
  talker.read();
  all.slow_disk = true;
  std::string expected;
  std::string heard;
  for (std::uint64_t i = 1; i <= 60; ++i) {
    const std::string text = std::to_string(i) + std::string(700, letter(i));
    talker.send(text + '\n');
    all.until([&] { return all.kept == i; }, "it to be held");
    heard += slow.read(20);
    all.broadcaster->settled(i);
    all.wait_for(talker, said("t", text));
    expected += said("t", text);
  }
  all.until([&] { return (heard += slow.read()).size() >= expected.size(); }, "the rest");
  const bool same = heard == expected;
  CHECK(same);
}

TEST_CASE("broadcaster: while a turn is held its shard reads nothing", "[broadcaster]") {
  const std::size_t shards = GENERATE(as<std::size_t>{}, 1, 2);
  CAPTURE(shards);
  house all(shards);
  far_end a = all.user(shards - 1, "a");
  all.slow_disk = true;
  a.send("one\n");
  all.until([&] { return all.kept == 1; }, "the first");
  a.send("two\n");
  const auto end = std::chrono::steady_clock::now() + 20ms;
  all.until([&] { return std::chrono::steady_clock::now() > end; }, "a while");
  CHECK(all.kept == 1);
  all.broadcaster->settled(1);
  all.until([&] { return all.kept == 2; }, "the second");
  CHECK(all.wait_for(a, "one\n") == said("a", "one"));
  all.broadcaster->settled(2);
  CHECK(all.wait_for(a, "two\n") == said("a", "two"));
}

TEST_CASE("broadcaster: a batch that takes long is dealt with in several turns", "[broadcaster]") {
  const std::size_t shards = GENERATE(as<std::size_t>{}, 1, 2);
  CAPTURE(shards);
  house all(shards);
  far_end a = all.user(shards - 1, "a");
  std::string sent;
  std::string expected;
  for (int i = 0; i < 30; ++i) {
    sent += std::to_string(i) + '\n';
    expected += said("a", std::to_string(i));
  }
  fake_clock::freeze();
  fake_clock::step(4ms);  // a turn is over after three looks
  all.slow_disk = true;
  a.send(sent);
  all.until([&] { return all.kept >= 1; }, "the first turn");
  // Other mail has its chance in between: this is a handler that was posted after the batch came.
  std::vector<std::uint64_t> seen;
  std::string heard;
  while (heard.size() < expected.size()) {
    asio::post(all.home(), [&] { seen.push_back(all.kept); });
    all.until([&, size = seen.size()] { return seen.size() > size; }, "mail");
    all.broadcaster->settled(all.kept);
    heard += a.read();
  }
  CHECK(heard == expected);
  CHECK(all.kept >= 10);  // turns
  CHECK(all.kept <= 30);
  CHECK(std::is_sorted(seen.begin(), seen.end()));
  CHECK(std::any_of(seen.begin(), seen.end(), [](std::uint64_t kept) { return kept > 1 && kept < 10; }));
}

TEST_CASE("broadcaster: a shard is answered when its whole batch has been dealt with", "[broadcaster]") {
  house all(1);
  far_end a = all.user(0, "a");
  fake_clock::freeze();
  fake_clock::step(10ms);  // one command a turn
  all.slow_disk = true;
  a.send("1\n2\n3\n");
  all.until([&] { return all.kept == 1; }, "the first turn");
  a.send("4\n");
  all.broadcaster->settled(1);
  all.until([&] { return all.kept == 3; }, "the batch");
  all.run();
  CHECK(all.kept == 3);  // the fourth waits in the kernel
  all.broadcaster->settled(2);
  all.run();
  CHECK(all.kept == 3);
  all.broadcaster->settled(3);
  all.until([&] { return all.kept == 4; }, "the fourth");
  all.broadcaster->settled(4);
  CHECK(all.wait_for(a, "4\n") == said("a", "1") + said("a", "2") + said("a", "3") + said("a", "4"));
}

TEST_CASE("broadcaster: a batch about which there is nothing to say is answered, too", "[broadcaster]") {
  const std::size_t shards = GENERATE(as<std::size_t>{}, 1, 2);
  CAPTURE(shards);
  house all(shards);
  const far_end other = all.user(0, "o");
  far_end a = all.user(shards - 1, "a");
  for (int i = 0; i < 3; ++i) {
    a.send("\n");  // a sign of life, and no more
    const auto end = std::chrono::steady_clock::now() + 5ms;
    all.until([&] { return std::chrono::steady_clock::now() > end; }, "it to be read alone");
  }
  a.send("/ping x\n");
  CHECK(all.wait_for(a, "pong x\n") == "pong x\n");
}

TEST_CASE("broadcaster: a turn that has used its time begins no other batch", "[broadcaster]") {
  house all(1);
  const far_end a = all.user(0, "a");
  all.slow_disk = true;
  fake_clock::freeze();
  fake_clock::step(10ms);  // one command a turn
  command say;
  say.is = command::kind::wanted;
  say.text = "x";
  chat::inbound first(0);
  first.apply(0, 1, say);
  first.apply(0, 1, say);
  chat::inbound second(0);
  second.apply(0, 1, say);
  all.broadcaster->receive(first);
  CHECK(all.kept == 1);
  all.broadcaster->receive(second);
  CHECK(all.kept == 2);
  all.run();
  CHECK(all.kept == 3);
}

TEST_CASE("broadcaster: batches of two shards are dealt with in the order in which they came", "[broadcaster]") {
  house all(2);
  far_end a = all.user(0, "a");
  far_end b = all.user(1, "b");
  a.read();
  fake_clock::freeze();
  fake_clock::step(10ms);
  a.send("1\n2\n3\n");
  b.send("4\n5\n6\n");
  std::string heard;
  all.until([&] { return (heard += a.read()).size() >= 6 * said("a", "1").size(); }, "all of it");
  std::string by_a;
  std::string by_b;
  for (std::size_t at = 0; at < heard.size(); at += said("a", "1").size()) {
    (heard[at + 1] == 'a' ? by_a : by_b) += heard[at + said("a", "").size() - 1];
  }
  CHECK(by_a == "123");
  CHECK(by_b == "456");
  CHECK(all.wait_for(b, heard.substr(heard.size() - 8)) == heard);
}

TEST_CASE("broadcaster: a tick is a turn of its own, again and again", "[broadcaster]") {
  auto how = house::options();
  how.tick = 1ms;
  house all(1, how);
  far_end a = all.user(0, "a");
  a.send("/json on\n");
  std::string heard;
  all.until([&] { return (heard += a.read()).find(R"({"type":"welcome")") != std::string::npos; }, "JSON");
  // How many are online is told in a tick, once they are others than before.
  const auto told = [&](const std::string& count) {
    heard += a.read();
    const std::size_t at = heard.rfind(R"({"type":"count")");
    return at != std::string::npos && heard.find(count, at) != std::string::npos;
  };
  const far_end b = all.user(0, "b");
  all.until([&] { return told(R"("online":2})"); }, "a tick");
  const far_end c = all.user(0, "c");
  all.until([&] { return told(R"("online":3})"); }, "another tick");

  int seen = 0;
  all.broadcaster->after_each_tick([&] { ++seen; });
  all.until([&] { return seen == 3; }, "what is done after each");
}

TEST_CASE("broadcaster: goodbye is told to all, and then they are closed", "[broadcaster]") {
  const std::size_t shards = GENERATE(as<std::size_t>{}, 1, 2);
  CAPTURE(shards);
  house all(shards);
  far_end a = all.user(0, "a");
  far_end b = all.user(shards - 1, "b");
  all.broadcaster->say_goodbye();
  for (far_end* const each : {&a, &b}) {
    std::string last;
    all.until([&] { return last += each->read(), each->ended(); }, "the end");
    CHECK(last.find("shutting down") != std::string::npos);
  }
}

TEST_CASE("broadcaster: after its end mail is thrown away", "[broadcaster]") {
  house all(1);
  far_end a = all.user(0, "a");
  fake_clock::freeze();
  fake_clock::step(10ms);
  a.send("1\n2\n3\n");
  all.slow_disk = true;
  all.until([&] { return all.kept == 1; }, "the first turn");
  all.broadcaster->stop();
  all.run();
  CHECK(all.kept == 1);
  chat::inbound late(0);
  late.drained(0, 1);
  all.broadcaster->receive(late);
  all.run();
  CHECK(all.kept == 1);
}

TEST_CASE("broadcaster: options of shards become others behind what was said before, the hub's at once",
          "[broadcaster]") {
  const std::size_t shards = GENERATE(as<std::size_t>{}, 1, 2);
  const bool held = GENERATE(false, true);
  CAPTURE(shards, held);
  house all(shards);
  far_end a = all.user(0, "a");
  all.user(shards - 1, "b");
  a.read();
  all.slow_disk = held;
  a.send("one\n");
  if (held) all.until([&] { return all.kept == 1; }, "the first");
  auto each = house::small();
  each.max_line = 77;
  chat::hub_options rules;
  rules.server_name = "Other";
  rules.motd = {"a word"};
  all.broadcaster->change(rules, each);
  all.run();
  // The shards' threads are theirs: a newcomer shows what they have.
  const auto longest_of_newcomer = [&](std::size_t shard) {
    two_ends ends = small_pair();
    far_end fresh(std::move(ends.far));
    auto near = std::make_shared<unique_fd>(std::move(ends.near));
    asio::post(all.shards[shard]->context(), [&all, shard, near] { all.shards[shard]->adopt(std::move(*near), "n"); });
    fresh.send("/json on\n");
    std::string out;
    all.until([&] { return (out += fresh.read()).find("\"welcome\"") != std::string::npos; }, "the welcome");
    CHECK(out.find("\"Other\"") != std::string::npos);
    return out.substr(out.find("\"line\":"), 9);
  };
  if (held) {
    CHECK(all.shards[0]->options().max_line == house::small().max_line);
    all.broadcaster->settled(1);
  }
  for (std::size_t i = 0; i < shards; ++i) {
    CAPTURE(i);
    CHECK(longest_of_newcomer(i) == "\"line\":77");
  }
}
