#include "server/net/room_members.hpp"

#include <random>
#include <set>
#include <utility>

#include "tests/support/catch.hpp"

using confab::net::room_members;

namespace {

using pairs = std::set<std::pair<std::uint32_t, std::uint32_t>>;

/// All who are in; each must come up once.
pairs all_of(room_members& room) {
  pairs out;
  room.keep_if([&](const room_members::member& each) {
    CHECK(out.emplace(each.slot, each.generation).second);
    return true;
  });
  CHECK(out.size() == room.size());
  return out;
}

}  // namespace

TEST_CASE("room members: a slot that is used again is another member", "[shard]") {
  room_members room;
  room.enter({7, 1});
  room.enter({7, 2});
  room.enter({7, 2});
  CHECK(all_of(room) == pairs{{7, 1}, {7, 2}});
  room.leave({7, 3});
  room.leave({7, 1});
  CHECK(all_of(room) == pairs{{7, 2}});
  room.clear();
  CHECK(room.size() == 0);
  room.enter({7, 2});
  CHECK(all_of(room) == pairs{{7, 2}});
}

TEST_CASE("room members: whoever enters, leaves and is dropped on the way, it is like a set", "[shard]") {
  std::mt19937 random(1);
  room_members room;
  pairs model;
  std::size_t dropped = 0;
  for (int i = 0; i < 5000; ++i) {
    const room_members::member who{static_cast<std::uint32_t>(random() % 20),
                                   1 + static_cast<std::uint32_t>(random() % 3)};
    switch (random() % 8) {
      case 0: {
        const std::uint32_t which = random() % 4;
        const auto stays = [&](std::uint32_t slot) { return slot % 4 != which; };
        dropped += std::erase_if(model, [&](const auto& each) { return !stays(each.first); });
        room.keep_if([&](const room_members::member& each) { return stays(each.slot); });
        break;
      }
      case 1:
      case 2:
      case 3:
        room.leave(who);
        model.erase({who.slot, who.generation});
        break;
      default:
        room.enter(who);
        model.emplace(who.slot, who.generation);
        break;
    }
    REQUIRE(all_of(room) == model);
  }
  CHECK(dropped > 1000);
}
