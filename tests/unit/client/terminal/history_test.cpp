#include "client/terminal/history.hpp"

#include <string>

#include "tests/support/catch.hpp"

namespace confab::terminal {

TEST_CASE("history: keeps lines in order, without blanks and repetitions", "[history]") {
  history lines;
  for (const char* line : {"one", "", "  ", "\u3000", "two", "two", "one"}) lines.add(line);
  REQUIRE(lines.size() == 3);
  CHECK(lines.at(0) == "one");
  CHECK(lines.at(1) == "two");
  CHECK(lines.at(2) == "one");
  CHECK(lines.at(3).empty());
}

TEST_CASE("history: the oldest lines go when there are too many", "[history]") {
  for (const int count : {2, 3, 4}) {
    history lines(3);
    for (int i = 0; i < count; ++i) lines.add(std::to_string(i));
    CHECK(lines.size() == static_cast<std::size_t>(std::min(count, 3)));
    CHECK(lines.at(0) == (count == 4 ? "1" : "0"));
  }
}

TEST_CASE("history: the oldest lines go when there are too many bytes", "[history]") {
  history lines(100, 10);
  lines.add("aaaaa");
  lines.add("bbbbb");
  CHECK(lines.size() == 2);
  lines.add("c");
  CHECK(lines.size() == 2);
  CHECK(lines.at(0) == "bbbbb");
  lines.add(std::string(11, 'd'));
  CHECK(lines.size() == 2);
  lines.add(std::string(10, 'e'));
  CHECK(lines.size() == 1);
}

TEST_CASE("history: finds by prefix in both directions and by content", "[history]") {
  history lines;
  for (const char* line : {"hello", "help", "other hello", "hex"}) lines.add(line);
  CHECK(lines.older(4, "he") == 3U);
  CHECK(lines.older(3, "he") == 1U);
  CHECK(lines.older(1, "he") == 0U);
  CHECK_FALSE(lines.older(0, "he"));
  CHECK(lines.older(99, "") == 3U);
  CHECK(lines.newer(0, "he") == 1U);
  CHECK(lines.newer(1, "he") == 3U);
  CHECK_FALSE(lines.newer(3, "he"));
  CHECK(lines.containing(4, "hello") == 2U);
  CHECK(lines.containing(2, "hello") == 0U);
  CHECK_FALSE(lines.containing(0, "hello"));
  CHECK_FALSE(lines.containing(4, "none"));
}

}  // namespace confab::terminal
