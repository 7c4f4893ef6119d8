#include "client/ui/unread_counter.hpp"

#include <algorithm>
#include <string>

#include "tests/support/catch.hpp"

using namespace confab::client;
using namespace std::chrono_literals;

namespace {
const unread_counter::time_point bell_start{std::chrono::hours(1)};
}

TEST_CASE("unread counter: the bell rings for those it is set to", "[unread_counter]") {
  struct row {
    bell_mode mode;
    bool message, mention, personal;
  };
  const auto [mode, message, mention, personal] =
      GENERATE(row{bell_mode::off, false, false, false}, row{bell_mode::pm, false, false, true},
               row{bell_mode::mention, false, true, true}, row{bell_mode::all, true, true, true});
  CHECK_FALSE(unread_counter(mode).arrived(concern::none, "b", "", bell_start));
  CHECK(unread_counter(mode).arrived(concern::message, "b", "", bell_start) == message);
  CHECK(unread_counter(mode).arrived(concern::mention, "b", "", bell_start) == mention);
  CHECK(unread_counter(mode).arrived(concern::personal, "b", "", bell_start) == personal);
}

TEST_CASE("unread counter: rings once in two seconds at most", "[unread_counter]") {
  unread_counter bell(bell_mode::all);
  CHECK(bell.arrived(concern::message, "b", "", bell_start));
  CHECK_FALSE(bell.arrived(concern::personal, "b", "", bell_start + 1999ms));
  CHECK(bell.arrived(concern::message, "b", "", bell_start + 2s));
  bell.set_bell(bell_mode::off);
  CHECK_FALSE(bell.arrived(concern::message, "b", "", bell_start + 9s));
}

TEST_CASE("unread counter: counts private messages until their chat is opened", "[unread_counter]") {
  unread_counter seen(bell_mode::off);
  seen.arrived(concern::personal, "bob", "", bell_start);
  seen.arrived(concern::personal, "bob", "", bell_start);
  seen.arrived(concern::personal, "ann", "", bell_start);
  seen.arrived(concern::personal, "eve", "eve", bell_start);  // her chat is open
  seen.arrived(concern::message, "bob", "", bell_start);
  CHECK(seen.unread_private() == 3);
  seen.renamed("bob", "rob");
  seen.opened("bob");
  CHECK(seen.unread_private() == 3);
  seen.opened("ROB");
  CHECK(seen.unread_private() == 1);
  seen.arrived(concern::personal, "Eve", "eve", bell_start);
  CHECK(seen.unread_private() == 1);
}

TEST_CASE("unread counter: what somebody said who has left is seen when the person types next", "[unread_counter]") {
  unread_counter seen(bell_mode::off);
  seen.arrived(concern::personal, "bob", "", bell_start);
  seen.arrived(concern::personal, "ann", "", bell_start);
  seen.left("BOB");
  seen.left("eve");
  CHECK(seen.unread_private() == 2);
  seen.typed();
  CHECK(seen.unread_private() == 1);
  seen.opened("ann");
  CHECK(seen.unread_private() == 0);
}

TEST_CASE("unread counter: however many whisper, it remembers a thousand names", "[unread_counter]") {
  unread_counter seen(bell_mode::off);
  constexpr std::size_t most = unread_counter::most_names;
  CHECK(most == 1000);
  const auto names = GENERATE(as<std::size_t>{}, 999, 1000, 1001, 3000);
  for (std::size_t round = 0; round < 2; ++round) {
    for (std::size_t i = 0; i < names; ++i) seen.arrived(concern::personal, std::to_string(i), "", bell_start);
  }
  CHECK(seen.unread_private() == 2 * names);
  seen.typed();
  CHECK(seen.unread_private() == 2 * std::min(names, most));
  seen.opened("0");
  seen.arrived(concern::personal, "new", "", bell_start);
  seen.typed();
  CHECK(seen.unread_private() == 2 * std::min(names, most) - 1);
}

TEST_CASE("unread counter: counts what came since the last Enter", "[unread_counter]") {
  unread_counter seen(bell_mode::off);
  seen.arrived(concern::message, "b", "", bell_start);
  seen.arrived(concern::personal, "b", "", bell_start);
  seen.arrived(concern::none, "me", "", bell_start);
  CHECK(seen.since_typed() == 2);
  seen.typed();
  CHECK(seen.since_typed() == 0);
}
