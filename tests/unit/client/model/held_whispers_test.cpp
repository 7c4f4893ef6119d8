#include "client/model/held_whispers.hpp"

#include <string>

#include "tests/support/catch.hpp"

using namespace confab::client;
using namespace std::chrono_literals;

namespace {

const held_whispers::time_point held_whispers_start{std::chrono::hours(1)};

held_whisper line(std::string partner, std::string text, std::chrono::seconds until) {
  held_whisper made;
  made.what.partner = std::move(partner);
  made.text = std::move(text);
  made.until = held_whispers_start + until;
  return made;
}

}  // namespace

TEST_CASE("held whispers: come out by name in any spelling, in order", "[held]") {
  held_whispers held;
  CHECK_FALSE(held.deadline());
  CHECK(held.add(line("bob", "one", 60s)));
  CHECK(held.add(line("ann", "two", 50s)));
  CHECK(held.add(line("BOB", "three", 70s)));
  CHECK(held.names() == std::vector<std::string>{"bob", "ann"});
  CHECK(held.count("Bob") == 2);
  CHECK(held.deadline() == held_whispers_start + 50s);
  const auto taken = held.take("bob");
  REQUIRE(taken.size() == 2);
  CHECK(taken[0].text == "one");
  CHECK(taken[1].text == "three");
  CHECK(held.count("bob") == 0);
  CHECK(held.take("bob").empty());
  CHECK_FALSE(held.empty());
}

TEST_CASE("held whispers: each for its time and not longer", "[held]") {
  held_whispers held;
  held.add(line("bob", "one", 60s));
  held.add(line("bob", "two", 61s));
  CHECK(held.overdue(held_whispers_start + 60s - 1ns).empty());
  REQUIRE(held.overdue(held_whispers_start + 60s).size() == 1);
  CHECK(held.count("bob") == 1);
  CHECK(held.deadline() == held_whispers_start + 61s);
}

TEST_CASE("held whispers: so many and no more", "[held]") {
  held_whispers held;
  for (std::size_t i = 0; i < held_whispers::most; ++i) CHECK(held.add(line("bob", "x", 60s)));
  CHECK_FALSE(held.add(line("ann", "x", 60s)));
  CHECK(held.all().size() == held_whispers::most);
  held.take("bob");
  CHECK(held.add(line("ann", "x", 60s)));
}
