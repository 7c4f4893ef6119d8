#include "server/chat/scope.hpp"

#include <set>
#include <string>

#include "tests/support/catch.hpp"

using confab::chat::scope_of;
using confab::chat::token_in_scope;

TEST_CASE("scope: is the same for a token in every run, and never 0", "[scope]") {
  // The values of FNV-1a, 64 bits, as its authors give them.
  CHECK(scope_of("") == 0xCBF29CE484222325U);
  CHECK(scope_of("a") == 0xAF63DC4C8601EC8CU);
  CHECK(scope_of("foobar") == 0x85944171F73967E8U);
  std::set<std::uint64_t> all;
  for (int i = 0; i < 10'000; ++i) all.insert(scope_of("token" + std::to_string(i)));
  CHECK(all.size() == 10'000);
  CHECK(all.count(0) == 0);
}

TEST_CASE("scope: a token can be made in a scope, again and again", "[scope]") {
  for (const std::uint64_t scope : {std::uint64_t{1}, scope_of("first"), ~std::uint64_t{0}}) {
    const std::string second = token_in_scope("second", scope);
    CHECK(scope_of(second) == scope);
    CHECK(scope_of(token_in_scope("third", scope_of(second))) == scope);
    CHECK(second.starts_with("second"));
  }
}

TEST_CASE("scope: what only looks like one is a token like any other", "[scope]") {
  std::set<std::uint64_t> all;
  const std::string tokens[] = {"x-0000000000000000", "x-000000000000001",  "x-g000000000000001", "x0000000000000001",
                                "x-+000000000000001", "x- 000000000000001", "x-0x00000000000001"};
  for (const std::string& token : tokens) {
    CAPTURE(token);
    CHECK(scope_of(token) != 0);
    CHECK(scope_of(token) != 1);
    all.insert(scope_of(token));
  }
  CHECK(all.size() == std::size(tokens));
}
