#include "client/ui/table.hpp"

#include <string>
#include <vector>

#include "tests/support/catch.hpp"

using confab::client::table;

namespace {

using lines = std::vector<std::string>;

}  // namespace

TEST_CASE("table: columns are as wide as their cells look", "[table]") {
  CHECK((table({{"alice", "127.0.0.1:1", "x"}, {"小明同学", "", "yy"}, {"e\u0301\u0300a", "[::1]:22222"}}) ==
         lines{"  alice     127.0.0.1:1  x", "  小明同学               yy", "  e\u0301\u0300a        [::1]:22222"}));
  // A column without any text takes no room; a cell that is too wide pushes its own row only.
  CHECK((table({{"a", "", "b"}, {"cc", "", "d"}}) == lines{"  a   b", "  cc  d"}));
  CHECK((table({{"four", "b"}, {"sixsix", "d"}}, 4) == lines{"  four  b", "  sixsix  d"}));
  CHECK((table({{"", ""}, {}}) == lines{"", ""}));
  CHECK(table({}).empty());
}
