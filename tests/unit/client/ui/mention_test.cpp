#include "client/ui/mention.hpp"

#include <cstddef>
#include <string>

#include "tests/support/catch.hpp"

using namespace confab::client;

namespace {

/// So many accents, of two kinds: to put them in order one by one takes a second and more.
std::string marks(std::size_t many) {
  std::string text;
  for (std::size_t i = 0; i < many; ++i) text += i % 2 == 0 ? "\u0301" : "\u0316";
  return text;
}

}  // namespace

TEST_CASE("mention: a name is mentioned as a whole word, in any spelling", "[mention]") {
  CHECK(mentions("hello Bob", "bob"));
  CHECK(mentions("q" + marks(2000) + " Bob, look", "bob"));
  CHECK_FALSE(mentions("bob", "q" + marks(2000)));
  CHECK(mentions("@bob: hi", "bob"));
  CHECK(mentions("bobby, bob", "bob"));
  CHECK(mentions("今天小明去吗", "小明"));
  CHECK(mentions("ｂｏｂ", "bob"));
  CHECK_FALSE(mentions("bobby", "bob"));
  CHECK_FALSE(mentions("a_bob", "bob"));
  CHECK_FALSE(mentions("kabob", "bob"));
  CHECK_FALSE(mentions("nothing", "bob"));
  CHECK_FALSE(mentions("anything", ""));
}
