#include "client/model/joined_rooms.hpp"

#include "tests/support/catch.hpp"

using namespace confab::client;

using names = std::vector<std::string>;

TEST_CASE("joined rooms: follow what the server says of us, and of nobody else", "[joined_rooms]") {
  joined_rooms rooms;
  CHECK_FALSE(rooms.apply(joined{.name = "ann", .online = 2}, "ann"));  // came online
  CHECK(rooms.apply(joined{.name = "ann", .online = 1, .room = "tea"}, "ann"));
  CHECK(rooms.apply(room_changed{.room = "tea"}, "ann"));
  CHECK_FALSE(rooms.apply(joined{.name = "bob", .online = 2, .room = "ale"}, "ann"));
  CHECK(rooms.current() == "tea");
  CHECK(rooms.apply(room_changed{.room = "ale"}, "ann"));
  CHECK(rooms.all() == names{"tea", "ale"});
  CHECK(rooms.apply(room_changed{}, "ann"));  // /room lobby leaves none
  CHECK(rooms.current().empty());
  CHECK(rooms.all() == names{"tea", "ale"});
  CHECK_FALSE(rooms.apply(left{.name = "bob", .room = "tea"}, "ann"));
  CHECK_FALSE(rooms.apply(left{.name = "ann"}, "ann"));
  CHECK(rooms.apply(left{.name = "ann", .room = "tea"}, "ann"));
  CHECK(rooms.all() == names{"ale"});
}

TEST_CASE("joined rooms: one that is left or forgotten gets no text of ours", "[joined_rooms]") {
  joined_rooms rooms;
  rooms.apply(room_changed{.room = "tea"}, "ann");
  SECTION("left") {
    rooms.apply(left{.name = "ann", .room = "tea"}, "ann");
  }
  SECTION("forgotten") {
    rooms.forget("tea");
  }
  CHECK(rooms.current().empty());
  CHECK(rooms.all().empty());
}

TEST_CASE("joined rooms: the server may say where we are", "[joined_rooms]") {
  joined_rooms rooms;
  CHECK_FALSE(rooms.known());
  rooms.restore({"tea", "lobby", "milk"}, "milk");
  CHECK(rooms.known());
  CHECK(rooms.all() == std::vector<std::string>{"tea", "milk"});
  CHECK(rooms.current() == "milk");
}

TEST_CASE("joined rooms: there are only so many", "[joined_rooms]") {
  joined_rooms rooms;
  for (std::size_t i = 1; i < joined_rooms::most; ++i) {
    rooms.apply(joined{.name = "ann", .room = "r" + std::to_string(i)}, "ann");
  }
  CHECK(rooms.all().size() == joined_rooms::most - 1);
  CHECK(rooms.apply(joined{.name = "ann", .room = "last"}, "ann"));
  CHECK(rooms.all().size() == joined_rooms::most);
  CHECK_FALSE(rooms.apply(joined{.name = "ann", .room = "one more"}, "ann"));
  CHECK(rooms.all().size() == joined_rooms::most);
  rooms.restore(std::vector<std::string>(joined_rooms::most + 1, "x"), "x");
  CHECK(rooms.all().size() == joined_rooms::most);
}
