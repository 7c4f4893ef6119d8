// What shards and the hub count, as other threads read it.

#include <string>

#include "server/net/hub_counters.hpp"
#include "server/net/shard_counters.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/net/desk.hpp"
#include "tests/unit/net/house.hpp"
#include "tests/unit/net/kernel.hpp"

using namespace confab;
using namespace confab::test;
using namespace std::chrono_literals;

TEST_CASE("counters: what each thread writes has cache lines of its own", "[counters]") {
  CHECK(sizeof(net::shard_counters) % metrics::cache_line == 0);
  CHECK(alignof(net::shard_counters) == metrics::cache_line);
  CHECK(sizeof(net::hub_counters) % metrics::cache_line == 0);
  CHECK(alignof(net::hub_counters) == metrics::cache_line);
}

TEST_CASE("counters: a shard counts the bytes that its sockets take and bring", "[counters]") {
  kernel calls;
  desk table;
  const far_end first = table.user({0});
  const far_end second = table.user({1});
  const net::shard_counters& counted = table.shard.counted();
  const auto in = counted.bytes_in.value();
  const auto out = counted.bytes_out.value();
  first.send("12345\n");
  table.heard();
  CHECK(counted.bytes_in.value() == in + 6);
  table.deliver(script().to_all("1234\n"));
  CHECK(counted.bytes_out.value() == out + 2 * 5);
  table.deliver(script().to({0}, "123\n").to_all("1234\n"));
  CHECK(counted.bytes_out.value() == out + 2 * 5 + 4 + 2 * 5);
  calls.send = [](std::size_t) -> ssize_t { return 2; };
  calls.sendmsg = [](std::size_t) -> ssize_t { return -EAGAIN; };
  table.deliver(script().to_all("1234\n"));
  CHECK(counted.bytes_out.value() == out + 24 + 2 * 2);
  calls.sendmsg = nullptr;
  for (const far_end* each : {&first, &second}) each->read_quietly();
  table.until([&] { return counted.bytes_out.value() == out + 24 + 2 * 5; }, "the rest");
}

TEST_CASE("counters: what waits for those who lag is counted while it does", "[counters]") {
  kernel calls;
  auto how = desk::options();
  how.sweep = 1ms;
  desk table(how);
  const far_end one = table.user({0});
  const far_end other = table.user({1});
  calls.send = [](std::size_t) -> ssize_t { return -EAGAIN; };
  calls.sendmsg = calls.send;
  const metrics::number& waiting = table.shard.counted().send_queue_bytes;
  CHECK(waiting.value() == 0);
  table.deliver(script().to_all("123456\n").to({1}, "123\n"));
  table.until([&] { return waiting.value() == 7 + 11; }, "it to be counted");
  calls.send = nullptr;
  calls.sendmsg = nullptr;
  table.until([&] { return waiting.value() == 0; }, "nothing to wait");
  CHECK(table.shard.counted().slow.value() == 0);
}

TEST_CASE("counters: who does not read is counted when it is ended", "[counters]") {
  kernel calls;
  auto how = desk::options();
  how.send_queue = 10;
  desk table(how);
  const far_end one = table.user({0});
  calls.send = [](std::size_t) -> ssize_t { return -EAGAIN; };
  calls.sendmsg = calls.send;
  table.deliver(script().to_all("123456789\n"));
  CHECK(table.shard.counted().slow.value() == 0);
  table.deliver(script().to_all("1"));
  CHECK(table.shard.counted().slow.value() == 1);
  CHECK(table.shard.counted().silent.value() == 0);
}

TEST_CASE("counters: connections that are nobody's are told apart", "[counters]") {
  desk table;
  const net::shard_counters& counted = table.shard.counted();
  { const far_end silent = table.connect(); }
  table.until([&] { return counted.silent.value() == 1; }, "one to go");
  const far_end browser = table.connect();
  browser.send("GET / HTTP/1.1\r\n\r\n");
  table.until([&] { return counted.strangers.value() == 1; }, "a request");
  const far_end telescope = table.connect();
  telescope.send("\x16\x03\x01\x02\x01");
  table.until([&] { return counted.strangers.value() == 2; }, "a handshake");
  const far_end user = table.user({1, 2});
  CHECK(counted.silent.value() == 1);
}

TEST_CASE("counters: after each turn of the hub its numbers can be read", "[counters]") {
  const std::size_t shards = GENERATE(as<std::size_t>{}, 1, 2);
  CAPTURE(shards);
  house all(shards);
  const net::hub_counters& counted = all.broadcaster->counters();
  const auto before = std::chrono::steady_clock::now();
  far_end a = all.user(0, "a");
  far_end b = all.user(shards - 1, "b");
  all.wait_for(a, "[b]b: in\n");
  CHECK(counted.users.value() == 2);
  CHECK(counted.devices.value() == 2);
  CHECK(counted.admitted.value() == 2);
  CHECK(counted.said.at(0).value() == 2);
  CHECK(counted.last_turn.load() >= before);
  a.send("/nonsense\n");
  all.until([&] { return counted.refused.at(static_cast<std::size_t>(problem::unknown_command)).value() == 1; },
            "a refusal");
  a.half_close();
  all.until([&] { return counted.users.value() == 1; }, "one to go");
  CHECK(counted.ended.at(static_cast<std::size_t>(leave_reason::eof)).value() == 1);
  std::uint64_t turns = 0;
  for (std::size_t i = 0; i <= counted.turns.bounds().size(); ++i) turns += counted.turns.count(i);
  CHECK(turns >= 4);
  CHECK(counted.turns.sum() > 0);
  CHECK(counted.told.value() >= 6);
}
