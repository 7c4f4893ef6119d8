#include "server/chat/kept_tags.hpp"

#include <string>

#include "tests/support/catch.hpp"

using namespace confab;
using namespace std::chrono_literals;
using chat::kept_tags;

namespace {

const chat::moment now{std::chrono::steady_clock::time_point(500s), std::chrono::system_clock::time_point(1'000'000s)};

store::message said(std::uint64_t id, std::uint64_t scope, std::string tag, std::chrono::milliseconds age = 0ms) {
  store::message out;
  out.id = id;
  out.scope = scope;
  out.tag = std::move(tag);
  out.time = std::chrono::floor<std::chrono::milliseconds>(now.wall) - age;
  out.room = "tea";
  out.text = "hello";
  return out;
}

}  // namespace

TEST_CASE("kept tags: are found by scope and tag, with what they were for", "[kept_tags]") {
  kept_tags tags;
  tags.add(said(7, 1, "t"), now, 120s);
  store::message whisper = said(8, 1, "u");
  whisper.room = {};
  whisper.to = "bob";
  tags.add(whisper, now, 120s);
  tags.add(said(9, 2, "t"), now, 120s);
  tags.add(said(10, 0, "t"), now, 120s);
  tags.add(said(11, 3, ""), now, 120s);
  CHECK(tags.size() == 3);
  const auto* const first = tags.find(1, "t", now.steady);
  REQUIRE(first != nullptr);
  CHECK(first->id == 7);
  CHECK(first->room == "tea");
  CHECK_FALSE(first->is_whisper());
  CHECK(first->says("hello", message_kind::plain));
  CHECK_FALSE(first->says("hello ", message_kind::plain));
  CHECK_FALSE(first->says("hello", message_kind::emote));
  CHECK(first->time == now.wall);
  REQUIRE(tags.find(1, "u", now.steady) != nullptr);
  CHECK(tags.find(1, "u", now.steady)->is_whisper());
  CHECK(tags.find(2, "t", now.steady)->id == 9);
  CHECK(tags.find(2, "u", now.steady) == nullptr);
  CHECK(tags.find(0, "t", now.steady) == nullptr);
  CHECK(tags.find(3, "", now.steady) == nullptr);
}

TEST_CASE("kept tags: of two the later counts", "[kept_tags]") {
  kept_tags tags;
  tags.add(said(7, 1, "t", 3s), now, 120s);
  tags.add(said(9, 1, "t", 1s), now, 120s);
  tags.add(said(8, 1, "t", 2s), now, 120s);
  CHECK(tags.find(1, "t", now.steady)->id == 9);
  CHECK(tags.size() == 1);
}

TEST_CASE("kept tags: are good for the window, and no longer", "[kept_tags]") {
  kept_tags tags;
  tags.add(said(1, 1, "too old", 120'001ms), now, 120s);
  CHECK(tags.size() == 0);
  tags.add(said(2, 1, "oldest", 120'000ms), now, 120s);
  tags.add(said(3, 1, "old", 100s), now, 120s);
  // From a clock that was set back since: as if it was said now.
  tags.add(said(4, 1, "from the future", -1000s), now, 120s);
  CHECK(tags.find(1, "oldest", now.steady) != nullptr);
  CHECK(tags.find(1, "oldest", now.steady + 1ms) == nullptr);
  CHECK(tags.find(1, "old", now.steady + 20s) != nullptr);
  CHECK(tags.find(1, "old", now.steady + 20s + 1ms) == nullptr);
  CHECK(tags.find(1, "from the future", now.steady + 120s) != nullptr);
  CHECK(tags.find(1, "from the future", now.steady + 120s + 1ms) == nullptr);
  tags.forget(now.steady + 120s);
  CHECK(tags.size() == 3);
  tags.forget(now.steady + 120s + 1ms);
  CHECK(tags.size() == 0);
  CHECK(tags.find(1, "old", now.steady) == nullptr);
}
