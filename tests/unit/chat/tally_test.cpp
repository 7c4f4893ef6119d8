// What the hub counts for whoever watches the server.

#include "server/chat/tally.hpp"

#include <algorithm>
#include <cstdint>
#include <numeric>

#include "tests/support/catch.hpp"
#include "tests/unit/chat/cast.hpp"

using namespace confab;
using namespace confab::test;
using namespace std::chrono_literals;

namespace {

std::uint64_t ended(simulation& chat, leave_reason why) {
  return chat.hub().counted().ended.at(static_cast<std::size_t>(why));
}

std::uint64_t all_ended(simulation& chat) {
  const auto& by_reason = chat.hub().counted().ended;
  return std::accumulate(by_reason.begin(), by_reason.end(), std::uint64_t{0});
}

std::uint64_t refused(simulation& chat, problem why) {
  return chat.hub().out().refused().at(static_cast<std::size_t>(why));
}

}  // namespace

TEST_CASE("tally: what is said is counted by its kind, once however many hear it", "[tally]") {
  simulation chat(with_tokens());
  const auto a = named(chat, "ann");
  named(chat, "bob");
  chat.line(a, "one");
  chat.line(a, "/me waves");
  chat.line(a, "/join tea");
  chat.line(a, "two");
  chat.line(a, "to bob psst");
  chat.line(a, "to bob /me nods");
  chat.line(a, "/tag t three");
  chat.line(a, "/tag t three");  // said once
  const auto& counted = chat.hub().counted();
  CHECK(counted.said.at(static_cast<std::size_t>(message_kind::plain)) == 3);
  CHECK(counted.said.at(static_cast<std::size_t>(message_kind::emote)) == 1);
  CHECK(counted.whispered == 2);
}

TEST_CASE("tally: a line is counted for every device that it was for", "[tally]") {
  simulation chat;
  const auto a = chat.come();
  const auto b = chat.come();
  chat.come();
  auto lines_told = [&, before = chat.hub().out().told()]() mutable {
    const auto now = chat.hub().out().told();
    return now - std::exchange(before, now);
  };
  chat.line(a, "hello");
  CHECK(lines_told() == 3);
  chat.line(a, "/ping");
  CHECK(lines_told() == 1);
  chat.line(a, "/tag t hello");  // an answer to one, a line to the others
  CHECK(lines_told() == 3);
  chat.line(b, "to 127.0.0.1:1 psst");  // whoever reads text is not told what it has said itself
  CHECK(lines_told() == 1);
  chat.line(a, "/join tea");
  chat.line(b, "/join tea");
  lines_told();
  chat.line(a, "in here");
  CHECK(lines_told() == 2);
  chat.line(a, "/tag u in here");
  CHECK(lines_told() == 2);
  chat.line(b, "/json on");
  lines_told();
  chat.line(a, "/in lobby out there");
  CHECK(lines_told() == 3);
}

TEST_CASE("tally: refusals are counted by what is wrong", "[tally]") {
  simulation chat;
  const auto a = chat.come();
  chat.line(a, "/nonsense");
  chat.line(a, "/nonsense again");
  chat.line(a, "to nobody hello");
  chat.refuse(a, problem::line_too_long);
  CHECK(refused(chat, problem::unknown_command) == 2);
  CHECK(refused(chat, problem::no_such_user) == 1);
  CHECK(refused(chat, problem::line_too_long) == 1);
  const auto& all = chat.hub().out().refused();
  CHECK(std::accumulate(all.begin(), all.end(), std::uint64_t{0}) == 4);
}

TEST_CASE("tally: connections are counted by what became of them", "[tally]") {
  auto options = with_tokens();
  options.max_users = 2;
  simulation chat(options);
  const auto a = program(chat, "ann");
  chat.come();
  chat.come();
  const auto& counted = chat.hub().counted();
  CHECK(counted.admitted == 2);
  CHECK(counted.full == 1);
  CHECK(refused(chat, problem::server_full) == 1);
  chat.stop(a, leave_reason::error);
  CHECK(chat.hub().devices() == 2);
  chat.come_saying("/resume token1 0");
  CHECK(counted.resumed == 1);
  CHECK(counted.admitted == 2);
  chat.shutdown();
  chat.come_saying("hello");
  CHECK(counted.ending == 1);
  CHECK(counted.admitted == 2);
  CHECK(counted.full == 1);
}

TEST_CASE("tally: a connection ends once, for one reason", "[tally]") {
  auto options = with_tokens(60s);
  options.idle_timeout = 300s;
  simulation chat(options);
  chat.line(chat.come(), "/quit");
  CHECK(ended(chat, leave_reason::quit) == 1);
  chat.end(chat.come());
  CHECK(ended(chat, leave_reason::eof) == 1);
  const auto late = named(chat, "eve");
  chat.stop(late, leave_reason::slow);
  CHECK(ended(chat, leave_reason::slow) == 1);
  // One that keeps its place does not end again when the place is given up.
  const auto broken = program(chat, "ann");
  chat.stop(broken, leave_reason::error);
  CHECK(ended(chat, leave_reason::error) == 1);
  chat.seconds(61);
  CHECK(chat.hub().online() == 0);
  CHECK(all_ended(chat) == 4);
  // One that is replaced by the next.
  const auto first = program(chat, "bob");
  chat.come_saying("/resume token2 0");
  chat.drain_all();
  CHECK(ended(chat, leave_reason::resumed) == 1);
  CHECK(chat.at(first).closed);
  named(chat, "idler");
  chat.seconds(301);
  CHECK(ended(chat, leave_reason::idle) == 2);
  CHECK(all_ended(chat) == 7);
  chat.come_many(3);
  chat.shutdown();
  CHECK(ended(chat, leave_reason::shutdown) == 3);
  CHECK(all_ended(chat) == 10);
}
