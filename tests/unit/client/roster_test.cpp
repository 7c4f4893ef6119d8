#include "client/roster.hpp"

#include <string>
#include <vector>

#include "tests/support/catch.hpp"

using namespace confab::client;
using strings = std::vector<std::string>;

namespace {

roster small_room() {
  roster people;
  people.greet(welcome{.name = "me", .online = 3});
  people.apply(users{.people = {{.name = "me"}, {.name = "bob"}, {.name = "Ann"}}, .online = 3});
  return people;
}

}  // namespace

TEST_CASE("roster: knows everybody after a whole list only", "[roster]") {
  roster people;
  people.greet(welcome{.name = "me", .online = 3});
  CHECK(people.me() == "me");
  CHECK_FALSE(people.complete());
  people.apply(users{.people = {{.name = "me"}, {.name = "bob"}}, .online = 3, .end = false});
  CHECK_FALSE(people.complete());
  people.apply(users{.people = {{.name = "ann"}}, .online = 3});
  CHECK(people.complete());
  CHECK(people.others() == strings{"ann", "bob"});
  people.greet(welcome{.name = "me", .online = 3});
  CHECK_FALSE(people.complete());
  CHECK(people.others().empty());
}

TEST_CASE("roster: follows arrivals, departures and new names", "[roster]") {
  roster people = small_room();
  CHECK(people.apply(joined{"eve", 4}));
  CHECK(people.online() == 4);
  CHECK(people.find("EVE") == "eve");
  people.apply(renamed{"eve", "Eva"});
  CHECK_FALSE(people.find("eve"));
  CHECK(people.find("eva") == "Eva");
  people.apply(left{"Eva", "eof", 3});
  CHECK_FALSE(people.find("Eva"));
  CHECK(people.online() == 3);
  CHECK(people.apply(renamed{"me", "Me2"}));
  CHECK(people.me() == "Me2");
  CHECK(people.others() == strings{"Ann", "bob"});
}

TEST_CASE("roster: a list takes out who is gone and keeps who came meanwhile", "[roster]") {
  roster people = small_room();
  people.apply(users{.people = {{.name = "me"}}, .online = 3, .end = false});
  people.apply(joined{"new", 4});
  people.apply(users{.people = {{.name = "bob"}}, .online = 3});
  CHECK(people.others() == strings{"bob", "new"});
}

TEST_CASE("roster: who spoke last comes first, also under a new name", "[roster]") {
  roster people = small_room();
  people.apply(joined{"eve", 4});
  people.apply(public_message{"bob", "hi"});
  people.apply(private_message{"eve", "me", "psst"});
  CHECK(people.others() == strings{"eve", "bob", "Ann"});
  people.apply(renamed{"bob", "zed"});
  CHECK(people.others() == strings{"eve", "zed", "Ann"});
}

TEST_CASE("roster: what happens in a room changes nothing about who is online", "[roster]") {
  roster people = small_room();
  CHECK_FALSE(people.apply(left{"bob", "", 1, "tea"}));
  CHECK_FALSE(people.apply(joined{"bob", 2, "tea"}));
  CHECK(people.find("bob"));
  CHECK(people.online() == 3);
  people.apply(users{.people = {{.name = "bob"}}, .online = 1, .room = "tea"});
  CHECK(people.others() == strings{"Ann", "bob"});
  people.apply(public_message{"ghost", "said long ago", "", true});
  CHECK_FALSE(people.find("ghost"));
}

TEST_CASE("roster: a crowd makes the list incomplete", "[roster]") {
  roster people = small_room();
  people.apply(crowd{10, 2, 11});
  CHECK(people.online() == 11);
  CHECK_FALSE(people.complete());
}
