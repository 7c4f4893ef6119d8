// The table of rules. What each rule does is in the tests of its feature.

#include <algorithm>
#include <cstdint>
#include <string>

#include "server/chat/hub_rule.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/chat/cast.hpp"
#include "tests/unit/chat/hub_inside.hpp"
#include "tests/unit/chat/storm_house.hpp"

using namespace confab;
using namespace confab::test;

namespace confab::test {

struct hub_rule_of {
  friend constexpr auto shown(hub_rule_of);
};
template struct shown_to<hub_rule_of, &chat::hub::rule_of>;

}  // namespace confab::test

namespace {

/// The column of the table that says whether a command is done although its connection has broken.
bool changes(verb what) {
  return shown(hub_rule_of{})(what).changes;
}

std::string with_arguments(const command_row& row) {
  const std::string line = "/" + std::string(row.word);
  switch (row.arguments) {
    case command_row::takes::nothing: return line;
    case command_row::takes::on_off: return line + " on";
    case command_row::takes::optional_text:
    case command_row::takes::text: return line + " 1";
    case command_row::takes::word_and_optional_text:
    case command_row::takes::word_and_text: return line + " lobby 1";
  }
  return line;
}

/// What it costs to serve somebody whose connection broke while this line of it waited: more if it is done.
std::uint64_t steps_of_serving(const std::string& line) {
  storm_house chat(
      with_history(), 1,
      {[](storm_house::ref, std::uint64_t) {}, [](chat::store_requests&, const storm_house::mark&) { return 0; },
       [](storm_house::ref, const std::string&, const storm_house::mark&) {}});
  const auto a = chat.come("1.1.1.1:1", 0, false, true);
  const auto b = chat.come("1.1.1.1:2", 0, false, true);
  chat.line(a, "/ping");
  chat.line(b, "/ping");
  chat.mail_turn({});
  chat.line(a, "/ping");
  chat.line(b, line);
  chat.line(b, "/dance");  // so that it goes on waiting
  chat.stop(b, leave_reason::error);
  storm_house::course none;
  none.hurries_after = 1;
  none.serves = 0;
  chat.mail_turn(none);
  REQUIRE(chat.hub().anybody_waits());
  const std::uint64_t before = chat.hub().steps();
  chat.turn([](chat::hub& rules) { rules.serve_next(); });
  return chat.hub().steps() - before;
}

}  // namespace

TEST_CASE("rules: a command whose connection broke while it waited is done if its row says that it changes something",
          "[rules][line]") {
  const std::uint64_t not_done = steps_of_serving("/dance");
  std::size_t done = 0;
  std::size_t left = 0;
  for (const command_row& row : command_table()) {
    // The first is never more than what it marks; with the other all that follows ends, see paging_line_test.cpp.
    if (row.what == verb::tag || row.what == verb::resume) continue;
    CAPTURE(row.word);
    const bool is_done = steps_of_serving(with_arguments(row)) > not_done;
    CHECK(is_done == changes(row.what));
    ++(is_done ? done : left);
  }
  CHECK(done >= 12);
  CHECK(left >= 12);
}

TEST_CASE("rules: what others can tell the difference of is a change", "[rules]") {
  using enum verb;
  for (const verb each : {say, rename, whisper, quit, join, leave, room, topic, in, recall, away, back}) {
    CHECK(changes(each));
  }
  for (const verb each :
       {who, count, ping, help, json, rooms, history, search, ids, times, replay, heartbeat, resume}) {
    CHECK_FALSE(changes(each));
  }
}
