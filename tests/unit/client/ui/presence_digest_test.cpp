#include "client/ui/presence_digest.hpp"

#include <string>

#include "tests/support/catch.hpp"

using confab::language;
using confab::client::presence_digest;
using namespace std::chrono_literals;

namespace {
const presence_digest::time_point digest_start{1'000'000s};
}

TEST_CASE("presence digest: the first arrival is due at once, the next wait and come together", "[presence_digest]") {
  presence_digest fold;
  CHECK_FALSE(fold.due());
  CHECK_FALSE(fold.take(language::en, digest_start));
  fold.came("bob", 2);
  REQUIRE(fold.due());
  CHECK(*fold.due() <= digest_start);
  CHECK(fold.take(language::en, digest_start) == "bob came in (2 online)");
  CHECK_FALSE(fold.due());
  fold.came("ann", 3);
  CHECK(fold.due() == digest_start + presence_digest::gap);
  fold.came("eve", 4);
  fold.went("bob", 3);
  CHECK(fold.take(language::en, digest_start + 2s) == "ann, eve came in; bob left (3 online)");
  CHECK_FALSE(fold.due());
}

TEST_CASE("presence digest: somebody without a name is held back until they have one", "[presence_digest]") {
  presence_digest fold;
  fold.came_nameless("127.0.0.1:5", 12, digest_start);
  CHECK(fold.due() == digest_start + presence_digest::naming);
  CHECK_FALSE(fold.take(language::en, digest_start + presence_digest::naming - 1ms));
  SECTION("a name in time is all that is told") {
    CHECK(fold.renamed("127.0.0.1:5", "bob"));
    REQUIRE(fold.due());
    CHECK(*fold.due() <= digest_start);
    CHECK(fold.take(language::en, digest_start + 10ms) == "bob came in (12 online)");
    CHECK_FALSE(fold.renamed("bob", "rob"));
  }
  SECTION("time lets them out under their address") {
    CHECK(fold.take(language::en, digest_start + presence_digest::naming) == "127.0.0.1:5 came in (12 online)");
    CHECK_FALSE(fold.renamed("127.0.0.1:5", "bob"));
  }
  SECTION("a word of theirs lets them out") {
    fold.spoke("127.0.0.1:5");
    CHECK(fold.take(language::en, digest_start) == "127.0.0.1:5 came in (12 online)");
  }
  SECTION("they may leave without one") {
    fold.went("127.0.0.1:5", 11);
    CHECK(fold.take(language::en, digest_start) == "127.0.0.1:5 came in; 127.0.0.1:5 left (11 online)");
  }
  SECTION("a clock that was set back does not hold them") {
    CHECK(fold.take(language::en, digest_start - 1h) == "127.0.0.1:5 came in (12 online)");
  }
  CHECK_FALSE(fold.due());
}

TEST_CASE("presence digest: a name that waits to be shown is shown as it is by then", "[presence_digest]") {
  presence_digest fold;
  fold.came("bob", 2);
  fold.take(language::en, digest_start);
  fold.came("ann", 3);
  CHECK(fold.renamed("ann", "anna"));
  CHECK_FALSE(fold.renamed("bob", "rob"));
  CHECK(fold.take(language::en, digest_start + 2s) == "anna came in (3 online)");
}

TEST_CASE("presence digest: so many are held back and no more", "[presence_digest]") {
  presence_digest fold;
  for (std::size_t i = 0; i < presence_digest::most_held; ++i)
    fold.came_nameless("a:" + std::to_string(i), 0, digest_start);
  CHECK_FALSE(fold.take(language::en, digest_start));
  fold.came_nameless("b:1", 0, digest_start);
  CHECK(fold.take(language::en, digest_start) == "a:0 came in");
}

TEST_CASE("presence digest: speak Chinese, too", "[presence_digest]") {
  presence_digest fold;
  fold.came("小李", 12);
  fold.came("小王", 13);
  fold.went("阿强", 12);
  CHECK(fold.take(language::zh, digest_start) == "小李、小王 进来了；阿强 走了（在线 12）");
}

TEST_CASE("presence digest: six names are listed, the rest is a number", "[presence_digest]") {
  presence_digest fold;
  for (const char* name : {"a", "b", "c", "d", "e", "f"}) fold.came(name, 0);
  CHECK(fold.take(language::en, digest_start) == "a, b, c, d, e, f came in");
  for (const char* name : {"a", "b", "c", "d", "e", "f", "g"}) fold.came(name, 0);
  CHECK(fold.take(language::en, digest_start) == "a, b, c, d, e, f and 1 more came in");
}

TEST_CASE("presence digest: a crowd without names is a number", "[presence_digest]") {
  presence_digest fold;
  fold.many(40, 0, 50);
  CHECK(fold.take(language::en, digest_start) == "40 people came in (50 online)");
  fold.came("bob", 51);
  fold.many(9, 3, 57);
  CHECK(fold.take(language::zh, digest_start) == "bob 等，另有 9 人 进来了；3 人走了（在线 57）");
}

TEST_CASE("presence digest: a line has the time and the number of what it tells", "[presence_digest]") {
  presence_digest fold;
  fold.came("bob", 2, digest_start - 60s);
  CHECK(fold.take(language::en, digest_start) == "bob came in (2 online)");
  CHECK(fold.happened() == digest_start - 60s);
  fold.came("ann", 3, digest_start - 30s);
  fold.went("bob", 2, digest_start - 20s);
  CHECK(fold.take(language::en, digest_start + 10s) == "ann came in; bob left (2 online)");
  CHECK(fold.happened() == digest_start - 20s);
  SECTION("of who is held back nothing is counted yet, and nothing steps back afterwards") {
    fold.came_nameless("x:1", 3, digest_start + 20s, digest_start - 10s);
    fold.came("eve", 4, digest_start - 9s);
    CHECK(fold.take(language::en, digest_start + 20s) == "eve came in (4 online)");
    CHECK(fold.happened() == digest_start - 9s);
    CHECK(fold.take(language::en, digest_start + 30s) == "x:1 came in (4 online)");
    CHECK(fold.happened() == digest_start - 10s);
  }
  SECTION("who is held back does not show in the number of who came before") {
    fold.came("eve", 3, digest_start - 9s);
    fold.came_nameless("x:1", 4, digest_start + 20s, digest_start - 8s);
    CHECK(fold.take(language::en, digest_start + 20s) == "eve came in (3 online)");
  }
}
