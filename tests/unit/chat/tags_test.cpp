// Saying a thing once: a tag that was accepted is answered as before.

#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/unit/chat/cast.hpp"

using namespace confab;
using namespace confab::test;
using namespace std::chrono_literals;

TEST_CASE("tags: a message is said once for each, and answered as before", "[resume][tag]") {
  simulation chat(with_tokens());
  const auto a = named(chat, "ann");
  const auto b = program(chat, "bob");
  chat.line(b, "/tag t1 hello");
  const auto first = chat.events(b).at(0);
  CHECK(first["id"] == 1);
  CHECK(chat.heard(a) == chat.as(b, "bob") + "hello\n");
  chat.line(b, "/tag t1 hello");
  const auto second = chat.events(b);
  REQUIRE(second.size() == 1);
  object again = first;
  again["repeated"] = true;
  CHECK(second[0] == again);
  CHECK(chat.heard(a).empty());
  chat.line(b, "/tag t2 hello");
  CHECK(chat.events(b).at(0)["id"] == 2);
  CHECK(chat.heard(a) == chat.as(b, "bob") + "hello\n");
  // Tags are each user's own.
  chat.line(a, "/tag t1 hi");
  CHECK(chat.heard(a) == "t1 " + chat.as(a, "ann") + "hi\n");
}

TEST_CASE("tags: a whisper is said once for each, also when its receiver has gone", "[resume][tag]") {
  simulation chat(with_tokens());
  const auto a = named(chat, "ann");
  const auto b = program(chat, "bob");
  chat.line(b, "/tag t1 to ann psst");
  auto first = chat.events(b).at(0);
  first["repeated"] = true;
  CHECK(chat.heard(a) == "bob whispers to you: psst\n");
  chat.line(b, "/tag t1 to ann psst");
  CHECK(chat.events(b) == std::vector<object>{first});
  CHECK(chat.heard(a).empty());
  chat.stop(a, leave_reason::eof);
  chat.forget();
  chat.line(b, "/tag t1 to ann psst");
  CHECK(chat.events(b) == std::vector<object>{first});
  chat.line(b, "/tag t2 to ann psst");
  CHECK(chat.events(b).at(0)["code"] == "no-such-user");
}

TEST_CASE("tags: over a reconnect a message is said once, and the replay has the tag", "[resume][tag]") {
  simulation chat(with_tokens(), 2);
  const auto a = named(chat, "ann");
  const auto b = program(chat, "bob");
  chat.turn([&] {
    chat.line(b, "/tag t1 one");
    chat.line(a, "other");
    chat.line(b, "/tag t3 to ann three");
    chat.stop(b, leave_reason::error);
  });
  chat.heard(a);
  const auto again = chat.come_saying("/resume token1 0");
  const auto events = chat.events(again);
  CHECK(past(events) == texts{"1 one", "2 other", "3 three"});
  REQUIRE(events.size() == 4);
  CHECK(events[1]["tag"] == "t1");
  CHECK_FALSE(events[2].contains("tag"));
  CHECK(events[3]["tag"] == "t3");
  chat.line(again, "/tag t1 one");
  chat.line(again, "/tag t3 to ann three");
  chat.line(again, "/tag t4 four");
  const auto answers = chat.events(again);
  REQUIRE(answers.size() == 3);
  CHECK(answers[0]["id"] == 1);
  CHECK(answers[1]["id"] == 3);
  CHECK(answers[2]["id"] == 4);
  CHECK(chat.heard(a) == chat.as(b, "bob") + "four\n");
}

TEST_CASE("tags: are remembered for the window, and no longer", "[resume][tag]") {
  simulation chat(with_tokens(10s));
  const auto b = program(chat, "bob");
  chat.line(b, "/tag t1 hello");
  const std::chrono::milliseconds late = GENERATE(-1ms, 0ms, 1ms);
  chat.wait(10s + late);
  chat.forget();
  chat.line(b, "/tag t1 hello");
  CHECK(chat.events(b).at(0)["id"] == (late <= 0ms ? 1 : 2));
}

TEST_CASE("tags: the last 1024 are remembered", "[resume][tag]") {
  simulation chat(with_tokens());
  const auto b = program(chat, "bob");
  const int more = GENERATE(1023, 1024);
  for (int i = 0; i <= more; ++i) chat.line(b, "/tag t" + std::to_string(i) + " x");
  chat.forget();
  chat.line(b, "/tag t0 x");
  CHECK(chat.events(b).at(0)["id"] == (more == 1023 ? 1 : 1026));
}

TEST_CASE("tags: for text users too", "[tag]") {
  simulation chat(with_tokens());
  const auto a = named(chat, "ann");
  const auto b = named(chat, "bob");
  chat.line(a, "/tag t1 hello");
  chat.forget();
  chat.line(a, "/tag t1 hello");
  CHECK(chat.heard(a) == "t1 " + chat.as(a, "ann") + "hello\n");
  CHECK(chat.heard(b).empty());
}

TEST_CASE("tags: an answer that is repeated says where it was said, and what", "[resume][tag]") {
  simulation chat(with_tokens());
  const auto b = program(chat, "bob");
  chat.line(b, "/join tea");
  chat.line(b, "/tag t1 one");
  chat.line(b, "/room lobby");
  chat.forget();
  chat.line(b, "/tag t1 one");
  CHECK(chat.events(b).at(0)["room"] == "tea");
  chat.line(b, "/recall 1");
  chat.forget();
  chat.line(b, "/tag t1 one");
  CHECK(chat.events(b).at(0)["text"] == "one");
}
