#include "client/ui/attention.hpp"

#include "tests/support/catch.hpp"

using namespace confab::client;
using namespace std::chrono_literals;

namespace {
const attention::time_point attention_start{std::chrono::hours(1)};
}

TEST_CASE("attention: the bell rings for those it is set to", "[attention]") {
  struct row {
    bell_mode mode;
    bool message, mention, personal;
  };
  const auto [mode, message, mention, personal] =
      GENERATE(row{bell_mode::off, false, false, false}, row{bell_mode::pm, false, false, true},
               row{bell_mode::mention, false, true, true}, row{bell_mode::all, true, true, true});
  CHECK_FALSE(attention(mode).arrived(concern::none, "b", "", attention_start));
  CHECK(attention(mode).arrived(concern::message, "b", "", attention_start) == message);
  CHECK(attention(mode).arrived(concern::mention, "b", "", attention_start) == mention);
  CHECK(attention(mode).arrived(concern::personal, "b", "", attention_start) == personal);
}

TEST_CASE("attention: rings once in two seconds at most", "[attention]") {
  attention bell(bell_mode::all);
  CHECK(bell.arrived(concern::message, "b", "", attention_start));
  CHECK_FALSE(bell.arrived(concern::personal, "b", "", attention_start + 1999ms));
  CHECK(bell.arrived(concern::message, "b", "", attention_start + 2s));
  bell.set_bell(bell_mode::off);
  CHECK_FALSE(bell.arrived(concern::message, "b", "", attention_start + 9s));
}

TEST_CASE("attention: counts private messages until their chat is opened", "[attention]") {
  attention seen(bell_mode::off);
  seen.arrived(concern::personal, "bob", "", attention_start);
  seen.arrived(concern::personal, "bob", "", attention_start);
  seen.arrived(concern::personal, "ann", "", attention_start);
  seen.arrived(concern::personal, "eve", "eve", attention_start);  // her chat is open
  seen.arrived(concern::message, "bob", "", attention_start);
  CHECK(seen.unread_private() == 3);
  seen.renamed("bob", "rob");
  seen.opened("bob");
  CHECK(seen.unread_private() == 3);
  seen.opened("ROB");
  CHECK(seen.unread_private() == 1);
  seen.arrived(concern::personal, "Eve", "eve", attention_start);
  CHECK(seen.unread_private() == 1);
}

TEST_CASE("attention: counts what came since the last Enter", "[attention]") {
  attention seen(bell_mode::off);
  seen.arrived(concern::message, "b", "", attention_start);
  seen.arrived(concern::personal, "b", "", attention_start);
  seen.arrived(concern::none, "me", "", attention_start);
  CHECK(seen.since_typed() == 2);
  seen.typed();
  CHECK(seen.since_typed() == 0);
}
