// A fair order of those who wait: by cost, nobody for ever, and against nobody's number of connections.

#include "server/chat/waiting_line.hpp"

#include <cstdint>
#include <vector>

#include "tests/support/catch.hpp"

using namespace confab;
using chat::waiting_line;

namespace {

std::vector<std::uint64_t> take_all(waiting_line& line) {
  std::vector<std::uint64_t> out;
  while (!line.empty()) out.push_back(line.take());
  return out;
}

using numbers = std::vector<std::uint64_t>;

}  // namespace

TEST_CASE("waiting line: the cheapest first, of equals the first to come", "[line]") {
  waiting_line line;
  CHECK(line.empty());
  line.enter(1, 300, 0);
  line.enter(2, 100, 0);
  line.enter(3, 200, 0);
  line.enter(4, 100, 0);
  CHECK(line.size() == 4);
  CHECK(take_all(line) == numbers{2, 4, 3, 1});
}

TEST_CASE("waiting line: who asks little comes before all who ask much, however many they are", "[line]") {
  waiting_line line;
  for (std::uint64_t who = 1; who <= 1000; ++who) line.enter(who, 3'000'000, 0);
  for (int i = 0; i < 5; ++i) CHECK(line.take() <= 1000);
  line.enter(2000, 500, 0);
  CHECK(line.take() == 2000);
  // The last of them has waited for as long as the first who comes after.
  while (line.size() > 1) line.take();
  line.enter(3000, 3'000'000, 0);
  CHECK(line.take() <= 1000);
  CHECK(line.take() == 3000);
}

TEST_CASE("waiting line: newcomers who ask little do not come first for ever", "[line]") {
  waiting_line line;
  line.enter(1, 10'000, 0);
  line.enter(2, 10'000, 0);
  int before = 0;
  for (std::uint64_t who = 3; before < 10'000; ++who, ++before) {
    line.enter(who, 100, 0);
    if (line.take() <= 2) break;
  }
  CHECK(before > 100);
  CHECK(before < 1000);
}

TEST_CASE("waiting line: when all have been served nobody has anything to make up for", "[line]") {
  waiting_line line;
  const auto greedy = line.enter(1, 1'000'000, 0);
  line.take();
  line.enter(1, 10, 0, greedy.due);
  line.enter(2, 10, 0);
  CHECK(take_all(line) == numbers{1, 2});
}

TEST_CASE("waiting line: who comes back again and again keeps nobody from his turn", "[line]") {
  waiting_line line;
  line.enter(1, 1000, 0);
  line.enter(2, 10, 0);
  int before = 0;
  for (std::uint64_t due = 10; line.take() == 2; ++before) due = line.enter(2, 10, 0, due).due;
  CHECK(before >= 98);
  CHECK(before <= 101);
  // Two who do the same take turns.
  line.clear();
  std::uint64_t due[] = {0, line.enter(1, 10, 0).due, line.enter(2, 10, 0).due};
  for (int i = 0; i < 10; ++i) {
    for (const std::uint64_t who : {1U, 2U}) {
      CHECK(line.take() == who);
      due[who] = line.enter(who, 10, 0, due[who]).due;
    }
  }
}

TEST_CASE("waiting line: who leaves is not served, and what all take is known", "[line]") {
  waiting_line line;
  const auto a = line.enter(1, 10, 100);
  const auto b = line.enter(2, 20, 30);
  line.enter(3, 30, 5);
  CHECK(line.bytes() == 135);
  line.grow(b, 7);
  CHECK(line.bytes() == 142);
  line.leave(b);
  line.leave(b);
  line.leave({});
  line.grow(b, 50);
  CHECK(line.bytes() == 105);
  CHECK(line.take() == 1);
  line.leave(a);
  CHECK(line.bytes() == 5);
  CHECK(line.take() == 3);
  CHECK(line.bytes() == 0);
  line.enter(4, 0, 9);  // nothing is for nothing
  line.clear();
  CHECK(line.empty());
  CHECK(line.bytes() == 0);
}
