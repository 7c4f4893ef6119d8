#include "client/model/roster.hpp"

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
  people.apply(message{"bob", "hi"});
  people.apply(whisper{"eve", "me", "psst"});
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
  people.apply(message{"ghost", "said long ago", "", true});
  CHECK_FALSE(people.find("ghost"));
}

TEST_CASE("roster: a crowd makes the list incomplete", "[roster]") {
  roster people = small_room();
  people.apply(crowd{10, 2, 11});
  CHECK(people.online() == 11);
  CHECK_FALSE(people.complete());
}

TEST_CASE("roster: tells people apart by number, whatever they are called", "[roster]") {
  roster people;
  people.greet(welcome{.name = "me", .online = 3, .user = 1});
  CHECK(people.my_number() == 1);
  people.apply(users{.people = {{.name = "me", .user = 1}, {.name = "bob", .addr = "x:1", .user = 2}}, .online = 3});
  const person_id bob = people.who("BOB")->id;
  CHECK(people.who(bob)->addr == "x:1");
  SECTION("a new name is the same person") {
    people.apply(renamed{.old_name = "bob", .name = "rob", .addr = "x:1", .user = 2});
    CHECK(people.who(bob)->name == "rob");
    CHECK(people.who("bob") == nullptr);
  }
  SECTION("the name with another number is another person, however it is told") {
    const event_body told = GENERATE(
        as<event_body>(), renamed{.old_name = "y:1", .name = "bob", .addr = "y:1", .user = 3},
        message{.from = "bob", .text = "x", .user = 3}, whisper{.from = "bob", .to = "me", .text = "x", .user = 3},
        joined{.name = "bob", .online = 3, .room = "tea", .user = 3},
        users{.people = {{.name = "bob", .user = 3}}, .online = 3, .end = false});
    people.apply(told);
    CHECK(people.who(bob) == nullptr);
    CHECK(people.who("bob")->user == 3);
  }
  SECTION("the departure of one is not that of another with the name") {
    people.apply(left{.name = "bob", .online = 2, .user = 9});
    CHECK(people.who(bob) != nullptr);
    people.apply(left{.name = "bob", .online = 2, .user = 2});
    CHECK(people.who(bob) == nullptr);
  }
  SECTION("a number under another name than was told has moved") {
    people.apply(message{.from = "zoe", .text = "x", .user = 2});
    CHECK(people.who("bob") == nullptr);
    CHECK(people.who(bob)->name == "zoe");
  }
  SECTION("what is shown again tells nothing of who is there") {
    people.apply(message{.from = "bob", .text = "x", .past = true, .user = 3});
    CHECK(people.who("bob")->user == 2);
  }
  SECTION("a broken connection is known until they speak") {
    people.apply(users{.people = {{.name = "bob", .user = 2, .lost = true}}, .online = 2});
    CHECK(people.who("bob")->lost);
    people.apply(message{.from = "bob", .text = "x", .user = 2});
    CHECK_FALSE(people.who("bob")->lost);
  }
}

TEST_CASE("roster: without numbers people are followed as long as they are told of", "[roster]") {
  roster people = small_room();
  const person_id bob = people.who("bob")->id;
  people.apply(renamed{"bob", "rob"});
  CHECK(people.who(bob)->name == "rob");
  people.apply(renamed{"Ann", "bob"});
  CHECK(people.who("bob")->id != bob);
  people.apply(message{"rob", "x"});
  CHECK(people.who("rob")->id == bob);
  people.apply(renamed{"unheard", "rob"});  // so rob had gone, in a crowd
  CHECK(people.who(bob) == nullptr);
  CHECK(people.who("rob")->id != bob);
}

TEST_CASE("roster: knows only so many people; one more, and the others are forgotten", "[roster]") {
  roster people;
  people.apply(joined{.name = "early", .online = 2});
  people.greet(welcome{.name = "ann", .addr = "1.2.3.4:5"});
  const auto come = [&people](std::size_t number) { people.apply(joined{"n" + std::to_string(number), 2}); };
  for (std::size_t i = 1; i < roster::most_known - 1; ++i) come(i);
  CHECK(people.others().size() == roster::most_known - 2);
  come(roster::most_known - 1);
  CHECK(people.others().size() == roster::most_known - 1);
  come(1);  // known already
  CHECK(people.others().size() == roster::most_known - 1);
  SECTION("an arrival") {
    come(roster::most_known);
    CHECK(people.others().size() == 1);
    CHECK_FALSE(people.complete());
  }
  SECTION("a list of more is not complete") {
    people.apply(users{.people = {{.name = "one"}, {.name = "two"}}, .online = 3, .end = false});
    people.apply(users{.people = {{.name = "three"}}, .online = 3, .end = true});
    CHECK_FALSE(people.complete());
    people.apply(users{.people = {{.name = "one"}, {.name = "ann"}}, .online = 2, .end = true});
    CHECK(people.complete());
    CHECK(people.others() == std::vector<std::string>{"one"});
  }
  CHECK(people.who("ann")->addr == "1.2.3.4:5");
}

TEST_CASE("roster: an address that is longer than any is none", "[roster]") {
  roster people;
  people.greet(welcome{.name = "ann"});
  for (const std::size_t size : {roster::longest_addr - 1, roster::longest_addr, roster::longest_addr + 1}) {
    const std::string name = "n" + std::to_string(size);
    people.apply(joined{.name = name, .addr = std::string(size, '1')});
    CHECK(people.who(name)->addr.size() == (size <= roster::longest_addr ? size : 0));
  }
}
