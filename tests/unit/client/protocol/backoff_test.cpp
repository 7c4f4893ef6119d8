#include "client/protocol/backoff.hpp"

#include "tests/support/catch.hpp"

using confab::client::backoff;

TEST_CASE("backoff: doubles from one second up to thirty, within a fifth", "[backoff]") {
  const auto seed = GENERATE(1U, 2U, 77U);
  backoff wait(seed);
  for (const int seconds : {1, 2, 4, 8, 16, 30, 30, 30}) {
    const auto delay = wait.next().count();
    CHECK(delay >= seconds * 800);
    CHECK(delay <= seconds * 1200);
  }
  CHECK(wait.attempts() == 8);
}

TEST_CASE("backoff: varies, and starts again after a reset", "[backoff]") {
  backoff one(1);
  backoff other(2);
  bool differ = false;
  for (int i = 0; i < 5; ++i) differ = one.next() != other.next() || differ;
  CHECK(differ);
  one.reset();
  CHECK(one.attempts() == 0);
  CHECK(one.next().count() <= 1200);
}

TEST_CASE("backoff: another unit changes all waits alike, and a reset starts anew", "[backoff]") {
  backoff wait(1, std::chrono::milliseconds(10));
  for (const int expected : {10, 20, 40, 80, 160, 300, 300}) {
    const auto given = wait.next().count();
    CHECK(given >= expected * 8 / 10);
    CHECK(given <= expected * 12 / 10);
  }
  wait.reset();
  CHECK(wait.attempts() == 0);
  CHECK(wait.next() <= std::chrono::milliseconds(12));
}
