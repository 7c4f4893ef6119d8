#include "server/chat/undelivered.hpp"

#include <vector>

#include "tests/support/catch.hpp"

using confab::chat::undelivered;

namespace {

using shares = std::vector<std::vector<std::uint64_t>>;

/// Each share as sender, messages, last.
shares plain(const std::vector<undelivered::share>& of) {
  shares out;
  for (const auto& each : of) out.push_back({each.sender, each.messages, each.last});
  return out;
}

}  // namespace

TEST_CASE("undelivered: each sender has a share, in the order of the first whispers", "[undelivered]") {
  undelivered waiting;
  CHECK_FALSE(waiting.any_for(9));
  CHECK(waiting.add(9, 2, 10) == 1);
  CHECK(waiting.add(9, 1, 11) == 1);
  CHECK(waiting.add(8, 2, 12) == 1);
  CHECK(waiting.add(9, 2, 13) == 2);
  CHECK(waiting.any_for(9));
  CHECK(waiting.size() == 4);
  CHECK(plain(waiting.take(9)) == shares{{2, 2, 13}, {1, 1, 11}});
  CHECK(plain(waiting.take(9)).empty());
  CHECK_FALSE(waiting.any_for(9));
  CHECK(waiting.size() == 1);
  CHECK(plain(waiting.take(8)) == shares{{2, 1, 12}});
  CHECK(waiting.size() == 0);
}

TEST_CASE("undelivered: a range of ids is taken, the rest stays", "[undelivered]") {
  undelivered waiting;
  for (std::uint64_t id = 1; id <= 5; ++id) waiting.add(9, 1 + id % 2, id);
  CHECK(plain(waiting.take(9, 5, 10)).empty());
  CHECK(plain(waiting.take(9, 3, 2)).empty());
  CHECK(plain(waiting.take(9, 1, 3)) == shares{{1, 1, 2}, {2, 1, 3}});
  CHECK(waiting.size() == 3);
  CHECK(plain(waiting.take(9)) == shares{{2, 2, 5}, {1, 1, 4}});
}

TEST_CASE("undelivered: what was taken back is not waited for", "[undelivered]") {
  undelivered waiting;
  waiting.add(9, 1, 4);
  waiting.add(9, 1, 6);
  waiting.forget(9, 5);
  waiting.forget(7, 4);
  CHECK(waiting.size() == 2);
  waiting.forget(9, 6);
  CHECK(plain(waiting.take(9)) == shares{{1, 1, 4}});
  waiting.add(9, 1, 8);
  waiting.forget(9, 8);
  CHECK_FALSE(waiting.any_for(9));
  CHECK(waiting.size() == 0);
}

TEST_CASE("undelivered: is bounded for each, and in all", "[undelivered]") {
  undelivered waiting;
  std::uint64_t id = 0;
  const auto more = static_cast<std::size_t>(GENERATE(0, 1, 2));
  for (std::size_t i = 1; i < undelivered::most_for_one + more; ++i) waiting.add(1, i, ++id);
  const std::size_t kept = undelivered::most_for_one - (more == 0 ? 1 : 0);
  CHECK(waiting.size() == kept);
  // Who whispers for the first time hears that it waits all the same.
  CHECK(waiting.add(1, 77'777, ++id) == 1);
  CHECK(waiting.take(1).size() == kept + (more == 0 ? 1 : 0));
  CHECK(waiting.size() == 0);

  for (std::uint64_t receiver = 1; receiver <= 101; ++receiver) {
    for (std::size_t i = 0; i < undelivered::most_for_one; ++i) waiting.add(receiver, 7, ++id);
  }
  CHECK(waiting.size() == undelivered::most_in_all);
  CHECK_FALSE(waiting.any_for(101));
  CHECK(waiting.any_for(100));
  waiting.take(1);
  CHECK(waiting.add(101, 7, ++id) == 1);
  CHECK(waiting.any_for(101));
}

TEST_CASE("undelivered: the end of the server ends all of it", "[undelivered]") {
  undelivered waiting;
  waiting.add(1, 2, 10);
  waiting.add(3, 2, 11);
  waiting.clear();
  CHECK(waiting.size() == 0);
  CHECK_FALSE(waiting.any_for(1));
  CHECK_FALSE(waiting.any_for(3));
  CHECK(waiting.add(1, 2, 12) == 1);
}
