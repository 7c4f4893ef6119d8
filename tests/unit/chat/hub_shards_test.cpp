// Users on several shards: one order for all, and to each shard only what concerns it.

#include <string>
#include <vector>

#include "common/commands.hpp"
#include "server/chat/inbound.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/chat/simulation.hpp"

using namespace confab;
using confab::test::object;
using confab::test::simulation;
using kind = chat::dispatch_item::kind;

namespace {

command read(std::string_view line) {
  std::string scratch;
  return read_command(line, scratch);
}

std::vector<kind> kinds(const chat::dispatch& of) {
  std::vector<kind> out;
  for (const auto& item : of.items) out.push_back(item.what);
  return out;
}

}  // namespace

TEST_CASE("shards: all hear one order, wherever they are", "[shards]") {
  const std::size_t shards = GENERATE(std::size_t{1}, std::size_t{2}, std::size_t{3}, std::size_t{8});
  simulation chat(simulation::quiet(), shards);
  const auto all = chat.come_many(9);
  chat.forget();
  chat.turn([&] {
    for (const auto each : all) {
      chat.line(each, "one");
      chat.line(each, "to " + chat.addr(all[0]) + " psst");
    }
    for (const auto each : all) chat.line(each, "two");
  });
  std::string both;
  std::string first;
  for (const auto each : all) {
    both += chat.as(each) + "one\n";
    first += chat.as(each) + "one\n" + chat.addr(each) + " whispers to you: psst\n";
  }
  for (const auto each : all) {
    both += chat.as(each) + "two\n";
    first += chat.as(each) + "two\n";
  }
  for (const auto each : all) CHECK(chat.heard(each) == (each == all[0] ? first : both));
}

TEST_CASE("shards: the same slots on two shards are two users", "[shards]") {
  simulation chat(simulation::quiet(), 2);
  const auto a = chat.come_from("127.0.0.1:1", 0);
  const auto b = chat.come_from("127.0.0.1:2", 1);
  REQUIRE(chat.at(a).session.slot == chat.at(b).session.slot);
  chat.forget();
  chat.line(a, "/ping a");
  chat.line(b, "/ping b");
  CHECK(chat.heard(a) == "pong a\n");
  CHECK(chat.heard(b) == "pong b\n");
  chat.end(a);
  CHECK(chat.heard(b) == chat.as(a) + "is offline\n");
  CHECK_FALSE(chat.at(b).closed);
}

TEST_CASE("shards: each gets its own items only, and all the same broadcast", "[shards]") {
  chat::hub hub(simulation::quiet(), 3);
  hub.begin_turn({});
  hub.join({0, 0, 1}, "127.0.0.1:1");
  hub.join({1, 0, 1}, "127.0.0.1:2");
  hub.begin_turn({});
  hub.apply({1, 0, 1}, read("/ping x"));
  hub.apply({0, 0, 1}, read("hello"));
  const auto dispatches = hub.out().dispatches();
  REQUIRE(dispatches.size() == 3);
  CHECK(dispatches[0].broadcast == dispatches[1].broadcast);
  CHECK(dispatches[0].broadcast == dispatches[2].broadcast);
  CHECK(dispatches[0].broadcast->lines[0] == "[127.0.0.1:1]127.0.0.1:1: hello\n");
  CHECK(dispatches[0].broadcast->lines[1].empty());  // nobody speaks JSON
  CHECK(dispatches[0].items.empty());
  CHECK(dispatches[0].direct.empty());
  CHECK(kinds(dispatches[1]) == std::vector<kind>{kind::direct});
  CHECK(dispatches[1].direct == "pong x\n");
  CHECK(dispatches[2].items.empty());
}

TEST_CASE("shards: a form that nobody hears any more is not rendered", "[shards]") {
  chat::hub hub(simulation::quiet(), 1);
  hub.begin_turn({});
  hub.join({0, 0, 1}, "127.0.0.1:1");
  hub.join({0, 1, 1}, "127.0.0.1:2");
  const auto rendered = [&] {
    hub.begin_turn({});
    hub.apply({0, 0, 1}, read("hello"));
    std::string out;
    for (const wire_format as : all_formats) {
      out += hub.out().dispatches()[0].broadcast->lines[static_cast<std::size_t>(as)].empty() ? "-" : "x";
    }
    return out;
  };
  CHECK(rendered() == "x----");
  hub.apply({0, 1, 1}, read("/json on"));
  CHECK(rendered() == "xx---");
  hub.apply({0, 1, 1}, read("/json off"));
  CHECK(rendered() == "x----");
  hub.apply({0, 1, 1}, read("/ids on"));
  CHECK(rendered() == "x-x--");
  hub.apply({0, 1, 1}, read("/times on"));
  CHECK(rendered() == "x---x");
  hub.apply({0, 1, 1}, read("/ids off"));
  CHECK(rendered() == "x--x-");
  hub.apply({0, 1, 1}, read("/times off"));
  CHECK(rendered() == "x----");
  hub.leave({0, 1, 1}, leave_reason::eof);
  CHECK(rendered() == "x----");
  hub.apply({0, 0, 1}, read("/json on"));
  CHECK(rendered() == "-x---");
}

TEST_CASE("shards: a turn in which nothing was said is empty for each", "[shards]") {
  chat::hub hub(simulation::quiet(), 2);
  hub.begin_turn({});
  hub.join({0, 0, 1}, "127.0.0.1:1");
  CHECK_FALSE(hub.out().dispatches()[0].empty());
  CHECK_FALSE(hub.out().dispatches()[1].empty());  // an arrival is for all
  hub.begin_turn({});
  hub.apply({0, 0, 1}, read(""));
  CHECK(hub.out().dispatches()[0].empty());
  CHECK(hub.out().dispatches()[1].empty());
  hub.begin_turn({});
  hub.apply({0, 0, 1}, read("/ping"));
  CHECK_FALSE(hub.out().dispatches()[0].empty());
  CHECK(hub.out().dispatches()[1].empty());
}

TEST_CASE("shards: dispatches that were taken away stay as they were when the next turn begins", "[shards]") {
  chat::hub hub(simulation::quiet(), 2);
  hub.begin_turn({});
  hub.join({0, 0, 1}, "127.0.0.1:1");
  const chat::dispatch taken = std::move(hub.out().dispatches()[1]);
  hub.out().release_broadcast();
  const std::shared_ptr<const chat::broadcast> lagging = hub.out().dispatches()[0].broadcast;
  hub.begin_turn({});
  hub.apply({0, 0, 1}, read("hello"));
  CHECK(taken.broadcast->lines[0] == "[127.0.0.1:1]127.0.0.1:1: is online\n");
  CHECK(lagging == taken.broadcast);
  CHECK(hub.out().dispatches()[0].broadcast->lines[0] == "[127.0.0.1:1]127.0.0.1:1: hello\n");
  CHECK(hub.out().dispatches()[1].broadcast == hub.out().dispatches()[0].broadcast);
}

TEST_CASE("shards: a broadcast that nobody holds is used again", "[shards]") {
  chat::hub hub(simulation::quiet(), 1);
  hub.begin_turn({});
  hub.join({0, 0, 1}, "127.0.0.1:1");
  const chat::broadcast* const first = hub.out().dispatches()[0].broadcast.get();
  hub.begin_turn({});
  CHECK(hub.out().dispatches()[0].broadcast.get() == first);
  CHECK(hub.out().dispatches()[0].broadcast->empty());
}

TEST_CASE("inbound: a batch is replayed in order, with words of its own", "[inbound]") {
  simulation chat(simulation::quiet(), 2);
  const auto a = chat.come_from("127.0.0.1:1", 1);
  const auto b = chat.come_from("127.0.0.1:2", 1);
  const auto c = chat.come_from("127.0.0.1:3", 0);
  chat.forget();
  chat::inbound batch(1);
  CHECK(batch.empty());
  CHECK(batch.shard() == 1);
  {
    std::string line = "/tag T1 to 127.0.0.1:3 hello there";
    std::string scratch;
    batch.apply(0, 1, read_command(line, scratch));
    line = "\x1Bsafe";
    batch.apply(1, 1, read_command(line, scratch));
    line.assign(line.size(), '#');  // what was said is in the batch by now
    scratch.assign(scratch.size(), '#');
    batch.refuse(0, 1, problem::line_too_long);
    batch.apply(1, 1, command{});
    batch.leave(1, 1, leave_reason::eof);
    batch.drained(1, 1);
  }
  CHECK_FALSE(batch.empty());
  chat.turn([&] { batch.replay(chat.hub()); });
  const std::string said = chat.as(b) + "\uFFFDsafe\n";
  CHECK(chat.heard(a) ==
        "T1 ok\n" + said + explain(problem::line_too_long, language::en, "4096") + "\n" + chat.as(b) + "is offline\n");
  CHECK(chat.heard(b) == said);
  CHECK(chat.heard(c) == "127.0.0.1:1 whispers to you: hello there\n" + said + chat.as(b) + "is offline\n");
}

TEST_CASE("inbound: can be replayed again, and emptied for the next", "[inbound]") {
  simulation chat;
  const auto a = chat.come();
  chat.forget();
  chat::inbound batch(0);
  batch.apply(0, 1, read("/ping 1"));
  batch.apply(0, 1, read("/ping 2"));
  chat.turn([&] { batch.replay(chat.hub()); });
  chat.turn([&] { batch.replay(chat.hub()); });
  CHECK(chat.heard(a) == "pong 1\npong 2\npong 1\npong 2\n");
  batch.clear();
  CHECK(batch.empty());
  chat.turn([&] { batch.replay(chat.hub()); });
  CHECK(chat.heard(a).empty());
  batch.apply(0, 1, read("/ping 3"));
  chat.turn([&] { batch.replay(chat.hub()); });
  CHECK(chat.heard(a) == "pong 3\n");
}
